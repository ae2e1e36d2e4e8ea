internal import GRDB
public import TraceModel

extension TraceStore {
    /// Scores, the latest first.
    public func scores(_ query: ScoreQuery) async throws -> ScorePage {
        let limit = min(max(0, query.limit), Int(Int32.max))
        return try await read { database in
            let found = try database.scores(query, limit: limit + 1)
            return ScorePage(
                scores: Array(found.prefix(limit)), isPartial: found.count > limit,
                revision: try StateRow(database).revision)
        }
    }

    /// Removes scores.
    public func removeScores(_ selection: ScoreSelection) async throws -> Int {
        try checkWritable()
        let (removed, revision) = try await write { database -> (Int, Int64) in
            let removed = try database.removeScores(selection)
            return (removed, removed > 0 ? try StateRow.raiseRevision(database) : 0)
        }
        if removed > 0 { signal.send(revision) }
        return removed
    }
}

extension BatchWriting {
    /// Scores, each in the place of an earlier one of the same target, name and judge. None is from the future: it could
    /// not be replaced.
    func writeScores() throws {
        guard !rest.scores.isEmpty else { return }
        let statement = try database.prepared(
            """
            INSERT INTO score (kind, trace_id, target_id, name, judge, number, word, comment, time)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (target_id, trace_id, kind, name, judge) DO UPDATE SET
                number = excluded.number, word = excluded.word, comment = excluded.comment, time = excluded.time
            WHERE excluded.time >= score.time
            """)
        for score in rest.scores where score.flaw == nil {
            statement.bind(score.target, at: 1)
            statement.bind(4, score.name)
            statement.bind(5, score.judge)
            statement.bind(6, number: score.value.number)
            if case .word(let word) = score.value { statement.bind(7, word) } else { statement.bind(7, nil as String?) }
            statement.bind(8, score.comment)
            statement.bind(9, min(score.time, now).unixNanoseconds)
            try statement.run()
        }
    }
}

extension Statement {
    /// Binds the kind, the trace and the id of a target from a place on.
    fileprivate func bind(_ target: Score.Target, at index: Int32) {
        switch target {
        case .session(let id):
            bind(index, 0)
            bind(index + 1, "")
            bind(index + 2, id)
        case .span(let key):
            bind(index, 1)
            bind(index + 1, key.traceID)
            bind(index + 2, key.spanID)
        }
    }

    /// A score whose columns (``Database/scoreColumns``) begin there.
    func score(from first: Int32 = 0) -> Score {
        let id = text(first + 2)
        let target: Score.Target =
            int(first) == 0 ? .session(id) : .span(SpanKey(traceID: text(first + 1), spanID: id))
        let value: Score.Value = optionalText(first + 6).map(Score.Value.word) ?? .number(number(first + 5) ?? 0)
        return Score(
            target: target, name: text(first + 3), value: value, comment: optionalText(first + 7),
            judge: text(first + 4), time: Timestamp(unixNanoseconds: int(first + 8)))
    }
}

extension Database {
    static var scoreColumns: String {
        "score.kind, score.trace_id, score.target_id, score.name, score.judge, score.number, score.word, score.comment, score.time"
    }

    /// Scores of spans: whoever looks for those of many spans asks first whether there is any.
    func hasScoredSpans() throws -> Bool {
        try number("SELECT 1 FROM score WHERE kind = 1 LIMIT 1") != nil
    }

    fileprivate func scores(_ query: ScoreQuery, limit: Int) throws -> [StoredScore] {
        let subject = """
            SELECT \(Self.scoreColumns), session.session_id, span.prompt_key, span.prompt_version,
                ifnull(span.response_model, span.request_model)
            """
        let known = """
            LEFT JOIN trace ON score.kind = 1 AND trace.trace_id = score.trace_id
            LEFT JOIN span ON span.trace_no = trace.no AND span.span_id = score.target_id
            LEFT JOIN session ON session.no = span.session_no
            """
        let order = "ORDER BY score.time DESC, score.no DESC LIMIT ?2"
        let named = "(?1 IS NULL OR score.name = ?1)"
        switch query.scope {
        case .everything:
            return try storedScores("\(subject) FROM score \(known) WHERE \(named) \(order)", query.name, limit)
        case .span(let key):
            return try storedScores(
                "\(subject) FROM score \(known) WHERE \(named) AND score.kind = 1 AND score.target_id = ?3 AND score.trace_id = ?4 \(order)",
                query.name, limit, key.spanID, key.traceID)
        case .session(let id):
            let own = try storedScores(
                "\(subject) FROM score \(known) WHERE \(named) AND score.kind = 0 AND score.target_id = ?3 \(order)",
                query.name, limit, id)
            guard try hasScoredSpans() else { return own }
            let ofSpans = try storedScores(
                """
                \(subject) FROM session CROSS JOIN span ON span.session_no = session.no
                CROSS JOIN trace ON trace.no = span.trace_no
                CROSS JOIN score ON score.target_id = span.span_id AND score.trace_id = trace.trace_id AND score.kind = 1
                WHERE \(named) AND session.session_id = ?3 \(order)
                """, query.name, limit, id)
            return Array((own + ofSpans).sorted { $1.score.time < $0.score.time }.prefix(limit))
        }
    }

    private func storedScores(_ sql: String, _ name: String?, _ limit: Int, _ ids: String...) throws -> [StoredScore] {
        try prepared(sql, binding: [name, limit] + ids).rows { row in
            let score = row.score()
            let ofSession: String? = if case .session(let id) = score.target { id } else { nil }
            return StoredScore(
                score: score, sessionID: ofSession ?? row.optionalText(9), promptKey: row.optionalText(10),
                promptVersion: row.optionalText(11), model: row.optionalText(12))
        }
    }

    fileprivate func removeScores(_ selection: ScoreSelection) throws -> Int {
        let statement = try prepared(
            """
            DELETE FROM score WHERE kind = ? AND trace_id = ? AND target_id = ?
                AND (?4 IS NULL OR name = ?4) AND (?5 IS NULL OR judge = ?5)
            """)
        statement.bind(selection.target, at: 1)
        statement.bind(4, selection.name)
        statement.bind(5, selection.judge)
        try statement.run()
        return changesCount
    }

    /// The scores on a target, by name and judge.
    func scores(on target: Score.Target) throws -> [Score] {
        let statement = try prepared(
            """
            SELECT \(Self.scoreColumns) FROM score WHERE kind = ? AND trace_id = ? AND target_id = ?
            ORDER BY name, judge LIMIT \(ScoreTable.mostOfOne)
            """)
        statement.bind(target, at: 1)
        return try statement.rows { $0.score() }
    }
}

/// Puts scores on what is read of spans and sessions. Where nothing is scored, that costs one question.
struct ScoreTable {
    /// So many scores of one span or session are read where it stands among others: anybody may send more of them than a
    /// screen, or memory, has room for. Whoever asks for scores gets all (``TraceStore/scores(_:)``).
    static let mostOfOne = 1000

    private let hasAny: Bool
    private let hasSpans: Bool
    private let database: Database

    init(_ database: Database) throws {
        self.database = database
        hasAny = try database.number("SELECT 1 FROM score LIMIT 1") != nil
        hasSpans = try hasAny && database.hasScoredSpans()
    }

    /// Adds its scores to a span.
    func add(to stored: inout StoredSpan) throws {
        guard hasSpans else { return }
        stored.scores = try database.scores(on: .span(stored.span.key))
    }

    /// Adds their scores to spans.
    func added(to spans: [StoredSpan]) throws -> [StoredSpan] {
        guard hasSpans else { return spans }
        var spans = spans
        for index in spans.indices { try add(to: &spans[index]) }
        return spans
    }

    /// Adds its scores, and those of its spans, to a session.
    func add(to summary: inout SessionSummary) throws {
        guard hasAny else { return }
        summary.scores = try database.scores(on: .session(summary.sessionID))
        guard hasSpans else { return }
        let found = try database.prepared(
            """
            SELECT \(Database.scoreColumns) FROM session CROSS JOIN span ON span.session_no = session.no
            CROSS JOIN trace ON trace.no = span.trace_no
            CROSS JOIN score ON score.target_id = span.span_id AND score.trace_id = trace.trace_id AND score.kind = 1
            WHERE session.session_id = ? LIMIT \(Self.mostOfOne)
            """, summary.sessionID
        ).rows { $0.score() }
        if !found.isEmpty { summary.scores = (summary.scores + found).sorted(by: Score.precedes) }
    }

    /// What a filter sees of a span: its scores and those of its session.
    func add(_ stored: StoredSpan, to lookup: inout SpanFilterLookup) throws {
        guard hasAny else { return }
        let ofSession = try database.scores(on: .session(stored.sessionID))
        let own = hasSpans ? try database.scores(on: .span(stored.span.key)) : []
        let all = ofSession + own
        lookup.scores = { all }
    }
}
