internal import GRDB
internal import Synchronization
public import TraceModel

extension TraceStore {
    /// What the store holds.
    public func overview() async throws -> StoreOverview {
        try await read { database in
            let state = try StateRow(database)
            var sessions = try database.number("SELECT count(*) FROM session") ?? 0
            for number in try database.staleSessions() {
                let spans = try database.number("SELECT 1 FROM span WHERE session_no = ? LIMIT 1", number)
                if spans == nil { sessions -= 1 }
            }
            var overview = StoreOverview(
                spans: Int(state.spans), sessions: Int(sessions), lastSequence: state.lastSequence,
                revision: state.revision, unindexed: Int(try database.unindexedSpans(state)))
            overview.triedSpans = Int(try database.triedSpans())
            return overview
        }
    }

    /// A window of spans. A filter that asks for content looks into the spans that the index of texts names, and into those
    /// it does not hold yet; cancelling the task stops it.
    public func spans(_ query: SpanQuery) async throws -> SpanPage {
        try await spans(query) { _ in }
    }

    /// A window of spans, with what was found so far told while texts are looked into.
    public func spans(
        _ query: SpanQuery, progress: @escaping @Sendable (SearchProgress) -> Void
    ) async throws -> SpanPage {
        let reading = configuration.reading
        var query = query
        if !query.includesRuns { query.filter = try await apart(query.filter) }
        let (place, revision, page) = try await read { [query] database in
            let place = try query.anchor.key.flatMap { try database.place(of: $0) }
            let revision = try StateRow(database).revision
            let scan = try SpanScan(query, database, reading)
            guard !scan.isTextual else { return (place, revision, nil as SpanPage?) }
            let window = SpanWindowReading(query, place: place)
            let answers = try window.requests.map { try scan.spans($0, database) }
            return (place, revision, window.page(answers, revision: revision))
        }
        if let page { return try await withSessionScores(page, query) }
        let window = SpanWindowReading(query, place: place)
        let search = SegmentSearch(query, in: self, progress: progress)
        var answers: [[StoredSpan]] = []
        for request in window.requests { answers.append(try await search.spans(request)) }
        return try await withSessionScores(window.page(answers, revision: revision), query)
    }

    /// Adds the scores of the sessions, where they are asked for.
    private func withSessionScores(_ page: SpanPage, _ query: SpanQuery) async throws -> SpanPage {
        guard query.withSessionScores else { return page }
        let sessions = Set(page.spans.map { ExactText($0.sessionID) })
        var page = page
        page.sessionScores = try await read { database in
            guard try database.number("SELECT 1 FROM score WHERE kind = 0 LIMIT 1") != nil else { return [] }
            return try sessions.sorted().flatMap { try database.scores(on: .session($0.text)) }
        }
        return page
    }

    /// One span with its bytes.
    public func payload(of key: SpanKey) async throws -> StoredSpanPayload? {
        try await payloads(of: [key]).first
    }

    /// Several spans with their bytes, in the order of `keys`; those that are not in the store are left out. Bytes of
    /// spans that arrived together are read together, so a page of an export is best asked for in order of arrival.
    public func payloads(of keys: [SpanKey]) async throws -> [StoredSpanPayload] {
        try await read { database in
            var bodies = BodyCache()
            let scores = try ScoreTable(database)
            return try keys.compactMap { key in
                guard var payload = try database.payload(of: key, &bodies) else { return nil }
                try scores.add(to: &payload.stored)
                return payload
            }
        }
    }

    /// A window of sessions.
    public func sessions(_ query: SessionQuery) async throws -> SessionPage {
        let reading = configuration.reading
        var query = query
        query.filter = try await apart(query.filter)
        let found = try await sessionsWithTexts(query.filter)
        return try await read { [matches, query] in
            var page = try SessionWindowReading(query, $0, matches: matches, found: found, reading: reading).page()
            let scores = try ScoreTable($0)
            for index in page.sessions.indices {
                try scores.add(to: &page.sessions[index])
                page.sessions[index].kept = try $0.kept(page.sessions[index].sessionID)
            }
            return page
        }
    }

    /// Sessions put together, with their sums: one pass over the rows of sessions.
    public func sessionGroups(_ query: SessionGroupQuery) async throws -> [SessionGroup] {
        let reading = configuration.reading
        var query = query
        query.filter = try await apart(query.filter)
        let found = try await sessionsWithTexts(query.filter)
        return try await read { [matches, query] in
            try SessionWindowReading(
                SessionQuery(filter: query.filter, limit: 0), $0, matches: matches, found: found, reading: reading
            ).groups(query)
        }
    }

    /// The sessions that pass a filter for which texts must be looked into; `nil` for other filters.
    private func sessionsWithTexts(_ filter: SpanFilter) async throws -> Set<Int64>? {
        guard filter.needsPayload else { return nil }
        let (revision, isTextual) = try await read { [configuration] database in
            let scan = try SpanScan(SpanQuery(filter: filter, limit: 1), database, configuration.reading)
            return (try StateRow(database).revision, scan.isTextual)
        }
        guard isTextual else { return nil }
        if let known = matches.answer(to: filter, revision: revision) { return known }
        let found = try await SegmentSearch(SpanQuery(filter: filter, limit: .max), in: self) { _ in }.sessions()
        matches.remember(found, of: filter, revision: revision)
        return found
    }

    /// One session's figures.
    public func session(_ id: String) async throws -> SessionSummary? {
        try await read { database in
            guard let number = try database.sessionNumber(of: id) else { return nil }
            let isStale = try database.number("SELECT 1 FROM stale WHERE session_no = ?", number) != nil
            var summary =
                isStale ? try database.figures(ofSession: number) : try database.storedFigures(ofSession: number)
            if var scored = summary {
                try ScoreTable(database).add(to: &scored)
                scored.kept = try database.kept(id)
                summary = scored
            }
            return summary
        }
    }

    /// The spans of a session by start time, at most `limit` from the first.
    public func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan] {
        try await read { database in
            guard let number = try database.sessionNumber(of: id) else { return [] }
            let spans = try database.prepared(
                "\(SpanColumn.select) \(SpanColumn.from) WHERE span.session_no = ? ORDER BY start, sequence LIMIT ?",
                number, max(0, limit)
            ).rows { $0.storedSpan() }
            return try ScoreTable(database).added(to: spans)
        }
    }

    /// The assignments recorded for a session, oldest first.
    public func assignments(ofSession id: String) async throws -> [RecordedAssignment] {
        try await read { database in
            try database.prepared(
                """
                SELECT config_key, config_version, assigned_model, time FROM assignment
                WHERE session_id = ? ORDER BY assignment.no
                """, id
            ).rows { row in
                RecordedAssignment(
                    configKey: row.text(0), configVersion: Int(clamping: row.int(1)), sessionID: id,
                    assignedModel: row.text(2), time: Timestamp(unixNanoseconds: row.int(3)))
            }
        }
    }

    /// Revisions as they change, newest only, whoever writes: this process or another.
    ///
    /// Writes of this process are told as they are committed; those of others when the kernel tells that the write-ahead
    /// log was written. Nothing wakes while nothing is written.
    public func revisions() -> AsyncStream<Int64> {
        watchOtherWriters()
        return signal.stream()
    }

    private func watchOtherWriters() {
        watcher.withLock { watcher in
            guard watcher == nil else { return }
            let (database, signal) = (database, signal)
            watcher = ChangeWatcher(path: path) {
                // A failing read is no news; the next write is told again.
                let revision = try? database.read { try StateRow($0).revision }
                return revision.map { signal.send($0) } ?? false
            }
        }
    }
}

extension Database {
    /// A span with its bytes. Damage there costs what was said in the span, and is named; the span itself is whole.
    func whole(
        _ stored: StoredSpan, _ body: SpanTester.Body, _ bodies: inout BodyCache, hasContents: Bool = true
    ) throws -> StoredSpanPayload {
        var whole = StoredSpanPayload(
            stored: stored, payload: SpanPayload(format: .fallomRecord, span: []), contents: [])
        do {
            whole.contents = hasContents ? try contents(of: stored.span.key) : []
            if let payload = try bodies.payload(body, self) {
                whole.payload = payload
            } else {
                whole.loss = "its bytes are missing"
            }
        } catch let error as DatabaseError where error.isDamage {
            whole.loss = "its bytes are damaged (\(error.message ?? "row \(body.number)"))"
        }
        return whole
    }

    fileprivate func payload(of key: SpanKey, _ bodies: inout BodyCache) throws -> StoredSpanPayload? {
        guard let place = try place(of: key), let (stored, body) = try span(place.sequence) else { return nil }
        return try whole(stored, body, &bodies)
    }

    /// The number of a session that is there.
    func sessionNumber(of id: String) throws -> Int64? {
        try number("SELECT no FROM session WHERE session_id = ?", id)
    }
}

extension DatabaseError {
    /// Whether it tells of damage of the file.
    var isDamage: Bool {
        switch resultCode.primaryResultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        case .SQLITE_IOERR: extendedResultCode == .SQLITE_IOERR_SHORT_READ
        default: false
        }
    }
}
