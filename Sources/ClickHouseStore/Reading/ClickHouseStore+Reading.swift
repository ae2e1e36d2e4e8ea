internal import Synchronization
public import TraceModel

extension ClickHouseStore {
    /// What the store holds. Of very many spans the count may be some seconds old: it costs a look at all of them.
    public func overview() async throws -> StoreOverview {
        let standing = try await standing()
        let now = configuration.now().unixNanoseconds
        if var known = counts.withLock({ $0.value(at: now) }) {
            (known.lastSequence, known.revision) = (standing.lastSequence, standing.revision)
            return known
        }
        let row = try await connection.rows(
            """
            SELECT count(), uniqExact(session_no), countIf(\(PushedCondition.isOfRun)) FROM \(table("spans")) FINAL
            """
        ).first
        var overview = StoreOverview(
            spans: Int(row?.int(0) ?? 0), sessions: Int(row?.int(1) ?? 0), lastSequence: standing.lastSequence,
            revision: standing.revision)
        overview.triedSpans = Int(row?.int(2) ?? 0)
        counts.withLock { [overview] in $0.remember(overview, at: now) }
        return overview
    }

    /// A window of spans.
    public func spans(_ query: SpanQuery) async throws -> SpanPage {
        try await spans(query) { _ in }
    }

    /// A window of spans, with what was found so far told while it takes several questions.
    public func spans(
        _ query: SpanQuery, progress: @escaping @Sendable (SearchProgress) -> Void
    ) async throws -> SpanPage {
        try await window(query, isFilled: false, progress: progress).page
    }

    /// A window of spans, and the same with their bytes: of one trace or one session they come with the rows, in the same
    /// question.
    public func filledSpans(_ query: SpanQuery) async throws -> (page: SpanPage, payloads: [StoredSpanPayload]) {
        let (page, payloads) = try await window(query, isFilled: true) { _ in }
        if let payloads { return (page, payloads) }
        return (page, try await payloadsOf(page.spans.map(\.span.key)))
    }

    /// - Parameter isFilled: whether bytes are wanted; they are given where they come with the rows.
    private func window(
        _ query: SpanQuery, isFilled: Bool, progress: @escaping @Sendable (SearchProgress) -> Void
    ) async throws -> (page: SpanPage, payloads: [StoredSpanPayload]?) {
        var query = query
        if !query.includesRuns { query.filter = query.filter.withoutRuns }
        let standing = try await standing()
        let key = query.anchor.key
        var place: SpanPosition?
        if let key { place = try await self.place(of: key) }
        let window = SpanWindowReading(query, place: place)
        let scan = try await RowScan(query, self, standing, progress: progress)
        let isFilled = isFilled && scan.condition.isNarrow
        var answers: [[StoredSpan]] = []
        var filled: [[ExactText]: StoredSpanPayload] = [:]
        for request in window.requests {
            let found = try await scan.spans(request, anchor: key, withBytes: isFilled)
            answers.append(found.spans)
            for payload in found.payloads { filled[payload.stored.span.key.exact] = payload }
        }
        var page = window.page(answers, revision: standing.revision)
        let payloads = isFilled ? page.spans.compactMap { filled[$0.span.key.exact] } : nil
        guard query.withSessionScores else { return (page, payloads) }
        let ids = Set(page.spans.map { ExactText($0.sessionID) }).sorted()
        let scores = try await scores(onSessions: ids.map(\.text))
        page.sessionScores = ids.flatMap { (scores[$0] ?? []).sorted(by: Score.precedes) }
        return (page, payloads)
    }

    private func place(of key: SpanKey) async throws(ClickHouseError) -> SpanPosition? {
        let rows = try await connection.rows(
            "SELECT sequence, start FROM \(table("spans")) FINAL WHERE \(of(trace: key.traceID)) "
                + "AND span_id = \(SQLText.literal(key.spanID))")
        return rows.first.map { SpanPosition(sequence: $0.int(0), start: $0.int(1)) }
    }

    /// The rows of a trace, led to by its hours.
    func of(trace id: String) -> String {
        let text = SQLText.literal(id)
        return """
            \(leading(toTrace: "sipHash64(lower(\(text)))")) AND trace_id = \(text)
            """
    }

    /// The way to the rows of a trace by its hash. The hours come first in the order of rows, and are few.
    func leading(toTrace hash: String) -> String {
        "hour IN (SELECT hour FROM \(table("traces")) WHERE trace_hash = \(hash)) AND trace_hash = \(hash)"
    }

    /// The rows of sessions, led to by their hours.
    func of(sessions ids: some Sequence<String>) -> String {
        let list = SQLText.list(ids)
        let hashes = SQLText.hashes(ids)
        return """
            hour IN (SELECT hour FROM \(table("sessions")) WHERE session_hash IN (\(hashes))) \
            AND session_hash IN (\(hashes)) AND session_id IN (\(list))
            """
    }

    /// One span with its bytes.
    public func payload(of key: SpanKey) async throws -> StoredSpanPayload? {
        try await payloads(of: [key]).first
    }

    /// Several spans with their bytes, in the order of `keys`.
    public func payloads(of keys: [SpanKey]) async throws -> [StoredSpanPayload] { try await payloadsOf(keys) }

    func payloadsOf(_ keys: [SpanKey]) async throws(ClickHouseError) -> [StoredSpanPayload] {
        guard !keys.isEmpty else { return [] }
        let traces = Set(keys.map { ExactText($0.traceID) }).map(\.text)
        let way =
            traces.count == 1
            ? leading(toTrace: "sipHash64(lower(\(SQLText.literal(traces[0]))))")
            : "(hour, trace_hash) IN (SELECT hour, trace_hash FROM \(table("traces")) WHERE trace_hash IN (\(SQLText.hashes(traces))))"
        let rows = try await connection.rows(
            """
            SELECT \(SpanColumns.stored), \(SpanColumns.payload), \(besideColumns) FROM \(table("spans")) FINAL
            WHERE \(way) AND (trace_id, span_id) IN (\(SQLText.pairs(keys)))
            """)
        var found: [[ExactText]: StoredSpanPayload] = [:]
        for payload in try await scoredPayloads(rows) { found[payload.stored.span.key.exact] = payload }
        return keys.compactMap { found[$0.exact] }
    }

    /// Rows with their bytes, and what is told beside them, as spans with their scores.
    func scoredPayloads(_ rows: ServerRows) async throws(ClickHouseError) -> [StoredSpanPayload] {
        let beside = rows.beside(from: SpanColumns.storedCount + SpanColumns.payloadCount)
        var payloads = try await whole(rows, beside)
        let scored = try await scored(payloads.map(\.stored), beside)
        for index in payloads.indices { payloads[index].stored = scored[index] }
        return payloads
    }

    /// Rows with their bytes as spans, with what came apart from them.
    func whole(_ rows: ServerRows, _ beside: Beside) async throws(ClickHouseError) -> [StoredSpanPayload] {
        var payloads = rows.all.map {
            StoredSpanPayload(stored: $0.storedSpan(), payload: $0.spanPayload(), contents: [])
        }
        guard !payloads.isEmpty, beside.hasContents else { return payloads }
        let traces = SQLText.hashes(Set(payloads.map { ExactText($0.stored.span.key.traceID) }).map(\.text))
        let contents = try await connection.rows(
            """
            SELECT trace_id, span_id, time, event_name, payload FROM \(table("contents")) FINAL
            WHERE trace_hash IN (\(traces))
            ORDER BY time ASC NULLS FIRST, no
            """)
        guard contents.count > 0 else { return payloads }
        var bySpan: [[ExactText]: [IngestedContent]] = [:]
        for row in contents.all {
            let key = SpanKey(traceID: row.text(0), spanID: row.text(1))
            bySpan[key.exact, default: []].append(
                IngestedContent(
                    key: key, time: row.optionalInt(2).map(Timestamp.init(unixNanoseconds:)), eventName: row.text(3),
                    payload: row.optionalBytes(4) ?? []))
        }
        for index in payloads.indices { payloads[index].contents = bySpan[payloads[index].stored.span.key.exact] ?? [] }
        return payloads
    }

    /// The spans of a session by start time, at most `limit` from the first.
    public func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan] {
        let rows = try await connection.rows(
            """
            SELECT \(SpanColumns.stored), \(besideColumns) FROM \(table("spans")) FINAL WHERE \(of(sessions: [id]))
            ORDER BY start, sequence, trace_id, span_id LIMIT \(max(0, limit))
            """)
        return try await scored(rows.all.map { $0.storedSpan() }, rows.beside(from: SpanColumns.storedCount))
    }

    /// The spans of several sessions, in one question.
    public func spans(ofSessions ids: [String], limit: Int) async throws -> [StoredSpan] {
        try await spansOf(ids, limit: limit, seconds: nil)
    }

    /// - Parameter seconds: how long the server may take.
    func spansOf(_ sessions: [String], limit: Int, seconds: Int?) async throws(ClickHouseError) -> [StoredSpan] {
        guard !sessions.isEmpty else { return [] }
        let rows = try await connection.rows(
            """
            SELECT \(SpanColumns.stored), \(besideColumns) FROM \(table("spans")) FINAL WHERE \(of(sessions: sessions))
            ORDER BY session_id, start, sequence, trace_id, span_id LIMIT \(max(0, limit)) BY session_id
            """, seconds: seconds)
        return try await scored(rows.all.map { $0.storedSpan() }, rows.beside(from: SpanColumns.storedCount))
    }

    /// The assignments recorded for a session, oldest first.
    public func assignments(ofSession id: String) async throws -> [RecordedAssignment] {
        try await assignments("session_id = \(SQLText.literal(id))")
    }

    func assignments(_ condition: String) async throws(ClickHouseError) -> [RecordedAssignment] {
        let rows = try await connection.rows(
            """
            SELECT session_id, config_key, config_version, assigned_model, time FROM \(table("assignments")) FINAL
            WHERE \(condition) ORDER BY no
            """)
        return rows.all.map { row in
            RecordedAssignment(
                configKey: row.text(1), configVersion: Int(clamping: row.int(2)), sessionID: row.text(0),
                assignedModel: row.text(3), time: Timestamp(unixNanoseconds: row.int(4)))
        }
    }
}

/// How many spans and sessions there were when they were counted last.
struct CountMemory {
    private var last: (overview: StoreOverview, time: Int64)?

    /// So many are counted each time.
    private static let few = 1_000_000
    private static let age: Int64 = 10_000_000_000

    func value(at now: Int64) -> StoreOverview? {
        guard let last, last.overview.spans > Self.few, now - last.time < Self.age else { return nil }
        return last.overview
    }

    mutating func remember(_ overview: StoreOverview, at now: Int64) {
        last = (overview, now)
    }
}

extension SpanKey {
    /// The ids compared by bytes.
    var exact: [ExactText] { [ExactText(traceID), ExactText(spanID)] }
}
