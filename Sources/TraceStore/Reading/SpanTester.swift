internal import GRDB
internal import TraceModel

/// Asks each row again whether it passes, where SQL could not say it all, with the span's bytes where the filter asks
/// for content.
struct SpanTester {
    /// Where a span's bytes are.
    struct Body {
        var number: Int64
        var index: Int
    }

    private let filter: SpanFilter
    private let isNeeded: Bool
    private let needsPayload: Bool
    private let reading: PayloadReading
    /// What the runs of a span must hold, so that most spans need no decoding.
    private let plan: SearchPlan
    private var runs = SearchRuns()
    private var bodies = BodyCache()
    /// What is kept of sessions, read when a filter first asks for it.
    private var kept: KeptTable?
    private var scores: ScoreTable?
    /// Whether the store has any content that came apart: mostly it has none, and looking for each span's costs.
    private var hasContents: Bool?
    private static let nothing = SpanFilterLookup(content: { "" }, attribute: { _ in nil })

    /// - Parameter translated: the SQL by which the rows were chosen; without it every row is asked.
    init(_ filter: SpanFilter, chosenBy translated: FilterSQL? = nil, _ reading: PayloadReading) {
        self.filter = filter
        self.reading = reading
        plan = SearchPlan(filter)
        isNeeded = translated?.isExact != true
        needsPayload = filter.needsPayload
    }

    mutating func passes(_ stored: StoredSpan, _ body: Body, _ database: Database) throws -> Bool {
        guard isNeeded else { return true }
        guard needsPayload else {
            return filter.matches(stored, looking: try lookup(SpanTester.nothing, stored, database))
        }
        let whole = try payload(of: stored, body, database)
        guard plan == .any || mayPass(whole) else { return false }
        return filter.matches(stored, looking: try lookup(reading.lookup(whole), stored, database))
    }

    private mutating func lookup(
        _ lookup: SpanFilterLookup, _ stored: StoredSpan, _ database: Database
    ) throws -> SpanFilterLookup {
        var lookup = lookup
        if filter.needsKept {
            let table = try kept ?? KeptTable(database)
            kept = table
            table.add(stored.sessionID, to: &lookup)
        }
        if filter.needsScores {
            let table = try scores ?? ScoreTable(database)
            scores = table
            try table.add(stored, to: &lookup)
        }
        return lookup
    }

    private mutating func mayPass(_ whole: StoredSpanPayload) -> Bool {
        runs.removeAll()
        runs.add(whole, reading)
        return plan.mayHold(runs)
    }

    /// The span with its bytes.
    mutating func payload(of stored: StoredSpan, _ body: Body, _ database: Database) throws -> StoredSpanPayload {
        let hasContents = try hasContents ?? (database.number("SELECT 1 FROM content LIMIT 1") != nil)
        self.hasContents = hasContents
        return try database.whole(stored, body, &bodies, hasContents: hasContents)
    }
}

extension SearchRuns {
    /// All that a search looks into of a span.
    mutating func add(_ whole: StoredSpanPayload, _ reading: PayloadReading) {
        for field in whole.stored.searchedFields {
            if let field { add(field) }
        }
        reading.runs(whole, &self)
    }
}

/// The chunk read last: spans that arrived together lie together.
struct BodyCache {
    private var number: Int64?
    private var payloads: [SpanPayload] = []
    /// Surroundings that lie apart, read last: many chunks in a row need the same.
    private var apart: [Int64: [UInt8]] = [:]

    mutating func payload(_ body: SpanTester.Body, _ database: Database) throws -> SpanPayload? {
        if number != body.number {
            payloads = try database.body(body.number, &apart)?.payloads() ?? []
            number = body.number
        }
        return payloads.indices.contains(body.index) ? payloads[body.index] : nil
    }
}

extension Database {
    /// A chunk of bodies; `nil` when it is not there. `known` are surroundings read before, and takes the place of those
    /// of this one.
    func body(_ number: Int64, _ known: inout [Int64: [UInt8]]) throws -> BodyReader? {
        let statement = try prepared("SELECT encoding, size, bytes FROM body WHERE no = ?", number)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        let encoding = statement.int(0)
        let isWhole = BodyChunk.Encoding(rawValue: encoding)?.isWhole == true
        let apart = isWhole ? [] : try surroundings(of: number, &known)
        do {
            return try BodyReader(
                encoding: encoding, size: statement.int(1), bytes: statement.optionalBytes(2) ?? [], apart: apart)
        } catch {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the bodies of row \(number): \(error)")
        }
    }

    private func surroundings(of body: Int64, _ known: inout [Int64: [UInt8]]) throws -> [[UInt8]] {
        let numbers = try prepared(
            "SELECT surroundings_no FROM body_surroundings WHERE body_no = ? ORDER BY place", body
        ).rows { $0.int(0) }
        guard !numbers.isEmpty else { return [] }
        let before = known
        known = [:]
        return try numbers.map { number in
            let bytes = try known[number] ?? before[number] ?? surroundings(number)
            known[number] = bytes
            return bytes
        }
    }

    /// Surroundings that lie apart; nothing where they are gone.
    private func surroundings(_ number: Int64) throws -> [UInt8] {
        let statement = try prepared("SELECT encoding, size, bytes FROM surroundings WHERE no = ?", number)
        defer { statement.reset() }
        guard try statement.step() else { return [] }
        do {
            return try BodyReader.inflated(statement.int(0), statement.int(1), statement.optionalBytes(2) ?? [])
        } catch {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the surroundings \(number): \(error)")
        }
    }

    /// Content that came apart from its span, in order of time.
    func contents(of key: SpanKey) throws -> [IngestedContent] {
        try prepared(
            """
            SELECT time, event_name, payload FROM content JOIN trace ON trace.no = content.trace_no
            WHERE trace_id = ? AND span_id = ? ORDER BY time, content.no
            """, key.traceID, key.spanID
        ).rows { row in
            IngestedContent(
                key: key, time: row.optionalInt(0).map(Timestamp.init(unixNanoseconds:)), eventName: row.text(1),
                payload: row.optionalBytes(2) ?? [])
        }
    }
}
