public import TraceModel

extension ClickHouseStore {
    /// Scores, the latest first.
    public func scores(_ query: ScoreQuery) async throws -> ScorePage {
        let revision = try await standing().revision
        let limit = min(max(0, query.limit), 1_000_000)
        let named = query.name.map { "name = \(SQLText.literal($0))" } ?? "1"
        let found = try await scoreRows("\(named) AND \(scope(query.scope))", limit: limit + 1)
        let stored = try await stored(found.prefix(limit))
        return ScorePage(scores: stored, isPartial: found.count > limit, revision: revision)
    }

    private func scope(_ scope: ScoreQuery.Scope) -> String {
        switch scope {
        case .everything: "1"
        case .span(let key):
            "kind = 1 AND trace_id = \(SQLText.literal(key.traceID)) AND target_id = \(SQLText.literal(key.spanID))"
        case .session(let id):
            """
            (kind = 0 AND target_id = \(SQLText.literal(id)) OR kind = 1 AND (trace_id, target_id) IN (
                SELECT trace_id, span_id FROM \(table("spans")) FINAL WHERE \(of(sessions: [id]))))
            """
        }
    }

    /// Scores with what is known of the spans they are about.
    private func stored(_ scores: ArraySlice<Score>) async throws(ClickHouseError) -> [StoredScore] {
        let keys = scores.compactMap { score in if case .span(let key) = score.target { key } else { nil } }
        var spans: [[ExactText]: ServerRow] = [:]
        for row in try await rows(of: keys, "session_id, prompt_key, prompt_version, \(FigureSQL.model)").all {
            spans[SpanKey(traceID: row.text(0), spanID: row.text(1)).exact] = row
        }
        return scores.map { score in
            switch score.target {
            case .session(let id): return StoredScore(score: score, sessionID: id)
            case .span(let key):
                let row = spans[key.exact]
                return StoredScore(
                    score: score, sessionID: row?.text(2), promptKey: row?.optionalText(3),
                    promptVersion: row?.optionalText(4), model: row?.optionalText(5))
            }
        }
    }

    private func rows(of keys: [SpanKey], _ columns: String) async throws(ClickHouseError) -> ServerRows {
        guard !keys.isEmpty else { return ServerRows(written: []) }
        let traces = SQLText.hashes(Set(keys.map { ExactText($0.traceID) }).map(\.text))
        return try await connection.rows(
            """
            SELECT trace_id, span_id, \(columns) FROM \(table("spans")) FINAL
            WHERE (hour, trace_hash) IN (
                SELECT hour, trace_hash FROM \(table("traces")) WHERE trace_hash IN (\(traces)))
            AND (trace_id, span_id) IN (\(SQLText.pairs(keys)))
            """)
    }

    /// Removes scores: each gets a row that takes it away.
    public func removeScores(_ selection: ScoreSelection) async throws -> Int {
        guard !isReadOnly else { throw readOnly }
        let of: String =
            switch selection.target {
            case .session(let id): "kind = 0 AND target_id = \(SQLText.literal(id))"
            case .span(let key): scope(.span(key))
            }
        let found = try await scoreRows(of, limit: 1_000_000).filter(selection.holds)
        guard !found.isEmpty else { return 0 }
        let (connection, name) = (connection, table("scores"))
        let revision = try await writer.commit { stamp throws(ClickHouseError) in
            var rows = TabRows()
            let number = ScoreColumns.number(stamp, offset: .max)
            for score in found { rows.add(score, number: number, isGone: true) }
            try await connection.insert(into: name, ScoreColumns.written, rows.bytes, once: "scores-\(stamp)-gone")
        }
        signal.send(revision)
        return found.count
    }

    /// Scores that a condition lets through, the latest first.
    func scoreRows(_ condition: String, limit: Int = 1_000_000) async throws(ClickHouseError) -> [Score] {
        let rows = try await connection.rows(
            """
            SELECT kind, trace_id, target_id, name, judge, bits, word, comment, time FROM \(table("scores")) FINAL
            WHERE \(condition) ORDER BY time DESC, no DESC LIMIT \(limit)
            """)
        return rows.all.map { $0.score() }
    }

    /// Puts their scores on spans.
    func scored(_ spans: [StoredSpan], _ beside: Beside) async throws(ClickHouseError) -> [StoredSpan] {
        guard !spans.isEmpty, beside.hasScores else { return spans }
        let found = try await scoreRows(
            "kind = 1 AND (trace_id, target_id) IN (\(SQLText.pairs(spans.map(\.span.key))))")
        guard !found.isEmpty else { return spans }
        var bySpan: [[ExactText]: [Score]] = [:]
        for score in found {
            if case .span(let key) = score.target { bySpan[key.exact, default: []].append(score) }
        }
        return spans.map { stored in
            var stored = stored
            stored.scores = (bySpan[stored.span.key.exact] ?? []).sorted(by: Score.precedes)
            return stored
        }
    }

    /// The scores that stand on sessions, not on spans of theirs.
    func scores(onSessions ids: [String]) async throws(ClickHouseError) -> [ExactText: [Score]] {
        guard !ids.isEmpty else { return [:] }
        var bySession: [ExactText: [Score]] = [:]
        for score in try await scoreRows("kind = 0 AND target_id IN (\(SQLText.list(ids)))") {
            if case .session(let id) = score.target { bySession[ExactText(id), default: []].append(score) }
        }
        return bySession
    }

    /// Puts their scores, and those of their spans, on sessions.
    func scored(_ summaries: [SessionSummary]) async throws(ClickHouseError) -> [SessionSummary] {
        let ids = summaries.map(\.sessionID)
        var bySession = try await scores(onSessions: ids)
        let ofSpans = try await connection.rows(
            """
            SELECT trace_id, span_id, session_id FROM \(table("spans")) FINAL
            WHERE \(of(sessions: ids)) AND (trace_id, span_id) IN (
                SELECT trace_id, target_id FROM \(table("scores")) FINAL WHERE kind = 1)
            """)
        var sessions: [[ExactText]: String] = [:]
        for row in ofSpans.all { sessions[SpanKey(traceID: row.text(0), spanID: row.text(1)).exact] = row.text(2) }
        if !sessions.isEmpty {
            let keys = ofSpans.all.map { SpanKey(traceID: $0.text(0), spanID: $0.text(1)) }
            for score in try await scoreRows("kind = 1 AND (trace_id, target_id) IN (\(SQLText.pairs(keys)))") {
                guard case .span(let key) = score.target, let session = sessions[key.exact] else { continue }
                bySession[ExactText(session), default: []].append(score)
            }
        }
        return summaries.map { summary in
            var summary = summary
            summary.scores = (bySession[ExactText(summary.sessionID)] ?? []).sorted(by: Score.precedes)
            return summary
        }
    }
}

/// The columns of `fallom_scores`, in the order in which rows are written.
enum ScoreColumns {
    static let written = [
        "kind", "trace_id", "target_id", "name", "judge", "number", "bits", "word", "comment", "time", "no", "version",
        "gone",
    ]

    /// What orders scores of one time: the batch's stamp in microseconds, then the place in it. A removal has the last place.
    static func number(_ stamp: Int64, offset: Int) -> UInt64 {
        UInt64(clamping: stamp) &* 1000 &+ UInt64(min(offset, 999))
    }
}

extension TabRows {
    /// Adds the row of a score; of two on the same target by the same judge the later holds.
    mutating func add(_ score: Score, number: UInt64, isGone: Bool = false) {
        switch score.target {
        case .session(let id):
            add(0 as Int64)
            add("")
            add(id)
        case .span(let key):
            add(1 as Int64)
            add(key.traceID)
            add(key.spanID)
        }
        add(score.name)
        add(score.judge)
        add(score.number.map { "\($0)" })
        if case .word(let word) = score.value {
            add(nil as Int64?)
            add(word)
        } else {
            add(score.number.map { Int64(bitPattern: $0.bitPattern) })
            add(nil as String?)
        }
        add(score.comment)
        add(score.time.unixNanoseconds)
        add(number)
        // Times before 1970 sort below those after.
        let time = UInt64(bitPattern: score.time.unixNanoseconds) ^ (1 << 63)
        add(UInt128(time) << 64 | UInt128(number))
        add(isGone)
        end()
    }
}

extension ServerRow {
    /// The score of a row of ``ScoreColumns/written``.
    func writtenScore() -> Score { score(value: 6, word: 7, comment: 8, time: 9) }

    fileprivate func score() -> Score { score(value: 5, word: 6, comment: 7, time: 8) }

    private func score(value bits: Int, word: Int, comment: Int, time: Int) -> Score {
        let target: Score.Target =
            int(0) == 0 ? .session(text(2)) : .span(SpanKey(traceID: text(1), spanID: text(2)))
        let value: Score.Value =
            optionalText(word).map(Score.Value.word) ?? .number(Double(bitPattern: UInt64(bitPattern: int(bits))))
        return Score(
            target: target, name: text(3), value: value, comment: optionalText(comment), judge: text(4),
            time: Timestamp(unixNanoseconds: int(time)))
    }
}

extension BatchInsertion {
    /// Scores, each in the place of an earlier one of the same target, name and judge. None is from the future: it could
    /// not be replaced.
    func writeScores() async throws(ClickHouseError) {
        let now = connection.configuration.now()
        var rows = TabRows()
        for ready in batches {
            for (offset, score) in ready.batch.scores.enumerated() where score.flaw == nil {
                var score = score
                score.time = min(score.time, now)
                rows.add(score, number: ScoreColumns.number(ready.stamp.time, offset: offset))
            }
        }
        try await insert(rows, into: "scores", ScoreColumns.written, as: "scores")
    }
}
