internal import GRDB
internal import TraceModel

/// The rows of a query in its order, from any place in either direction. Costs what it passes over, never what lies
/// before the place.
struct SpanScan {
    /// What leads through the rows.
    enum Driver {
        /// All spans in the query's order.
        case order
        /// The spans of a few sessions.
        case sessions([Int64])
        /// The spans of a few traces.
        case traces([Int64])
        /// The spans that failed.
        case errors
        /// The spans of a stretch of time.
        case time(SpanStretch)
    }

    let order: SpanOrder
    let filter: SpanFilter
    let throughSequence: Int64?
    let driver: Driver
    let reading: PayloadReading
    private let translated: FilterSQL

    init(
        _ query: SpanQuery, _ database: Database, _ reading: PayloadReading
    ) throws {
        order = query.order
        filter = query.filter
        throughSequence = query.throughSequence
        translated = FilterSQL(query.filter)
        driver = try Driver(query.filter, database)
        self.reading = reading
    }

    /// The spans that pass, nearest first; those of some sequences alone where they are named.
    func spans(
        _ request: SpanScanRequest, within sequences: ClosedRange<Int64>? = nil, _ database: Database
    ) throws -> [StoredSpan] {
        guard request.limit > 0 else { return [] }
        var arguments = translated.arguments
        var conditions = conditions(within: sequences)
        if let throughSequence {
            conditions.append("span.sequence <= ?")
            arguments.append(.int(throughSequence))
        }
        let descending = request.descending
        if let place = request.place { conditions.append(bound(place, request.isIncluding, descending, &arguments)) }
        let direction = descending ? "DESC" : "ASC"
        let byArrival = order == .arrival || sequences != nil
        let ordering = byArrival ? "sequence \(direction)" : "start \(direction), sequence \(direction)"
        let source = "FROM span \(driver.index(byArrival ? .arrival : .start))"
        let passing = "WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(ordering)"
        // With a limit in the statement SQLite sorts no more than it must.
        let limit = translated.isExact ? "LIMIT \(request.limit)" : ""
        let sql =
            translated.isExact && isNarrow
            // What does not lie in the order is sorted by what the index says, before its rows are read.
            ? """
            \(SpanColumn.select) FROM span NOT INDEXED \(SpanColumn.joins)
            WHERE span.sequence IN (SELECT sequence \(source) \(passing) \(limit)) ORDER BY \(ordering)
            """ : "\(SpanColumn.select) \(source) \(SpanColumn.joins) \(passing) \(limit)"
        return try collect(sql, arguments, request.limit, database)
    }

    private func conditions(within sequences: ClosedRange<Int64>?) -> [String] {
        var conditions = [translated.condition]
        if let driven = driver.condition { conditions.append(driven) }
        if let sequences {
            conditions.append("span.sequence BETWEEN \(sequences.lowerBound) AND \(sequences.upperBound)")
        }
        return conditions
    }

    private func bound(
        _ place: SpanPosition, _ including: Bool, _ descending: Bool, _ arguments: inout [FilterSQL.Argument]
    ) -> String {
        let beyond = descending ? "<" : ">"
        let last = including ? beyond + "=" : beyond
        guard order == .start else {
            arguments.append(.int(place.sequence))
            return "span.sequence \(last) ?"
        }
        arguments += [.int(place.start), .int(place.start), .int(place.sequence)]
        return "span.start \(beyond)= ? AND (span.start \(beyond) ? OR span.sequence \(last) ?)"
    }

    /// Every span that passes amongst some sequences, the oldest first, each with a way to its bytes.
    func forEach(
        within sequences: ClosedRange<Int64>?, _ database: Database,
        _ body: (StoredSpan, () throws -> StoredSpanPayload?) throws -> Void
    ) throws {
        let statement = try database.preparedOnce(
            """
            \(SpanColumn.select) FROM span \(driver.index(.arrival)) \(SpanColumn.joins)
            WHERE \(conditions(within: sequences).joined(separator: " AND ")) ORDER BY sequence
            """, binding: translated.arguments)
        defer { statement.reset() }
        var tester = SpanTester(filter, chosenBy: translated, reading)
        while try statement.step() {
            let stored = statement.storedSpan()
            let place = statement.body()
            guard try tester.passes(stored, place, database) else { continue }
            try body(stored) { try tester.payload(of: stored, place, database) }
        }
    }

    /// Whether spans' texts must be looked into one after the other, with nothing but their index to lead.
    var isTextual: Bool {
        if case .order = driver { filter.needsPayload && !translated.isExact } else { false }
    }

    /// Whether few sessions or traces, or errors alone, are looked at.
    var isNarrow: Bool { if case .order = driver { false } else { true } }

    /// Adds the sessions of the spans that pass amongst some sequences.
    func addSessions(
        to sessions: inout Set<Int64>, within sequences: ClosedRange<Int64>?, _ database: Database
    ) throws {
        var tester = SpanTester(filter, chosenBy: translated, reading)
        let statement = try database.preparedOnce(
            """
            \(SpanColumn.select), span.session_no FROM span \(driver.index(.arrival)) \(SpanColumn.joins)
            WHERE \(conditions(within: sequences).joined(separator: " AND "))
            """, binding: translated.arguments)
        defer { statement.reset() }
        while try statement.step() {
            let session = statement.int(SpanColumn.count)
            guard !sessions.contains(session) else { continue }
            let body = statement.body()
            if try tester.passes(statement.storedSpan(), body, database) { sessions.insert(session) }
        }
    }

    private func collect(
        _ sql: String, _ arguments: [FilterSQL.Argument], _ limit: Int, _ database: Database
    ) throws -> [StoredSpan] {
        let statement = try database.preparedOnce(sql, binding: arguments)
        defer { statement.reset() }
        var spans: [StoredSpan] = []
        var tester = SpanTester(filter, chosenBy: translated, reading)
        while spans.count < limit, try statement.step() {
            let stored = statement.storedSpan()
            let body = statement.body()
            if try tester.passes(stored, body, database) { spans.append(stored) }
        }
        return try ScoreTable(database).added(to: spans)
    }
}

extension FilterSQL.Argument: StatementValue {
    func bind(to statement: Statement, at index: Int32) {
        switch self {
        case .int(let number): statement.bind(index, number)
        case .text(let text): statement.bind(index, text)
        case .number(let number): statement.bind(index, number: number)
        }
    }
}

extension Database {
    /// Where a span stands; `nil` when it is not in the store.
    func place(of key: SpanKey) throws -> SpanPosition? {
        try prepared(
            """
            SELECT sequence, start FROM trace CROSS JOIN span ON span.trace_no = trace.no
            WHERE trace_id = ? AND span_id = ?
            """, key.traceID, key.spanID
        ).first { SpanPosition(sequence: $0.int(0), start: $0.int(1)) }
    }

    /// A span by its sequence, and where its bytes are; `nil` when it is gone.
    func span(_ sequence: Int64) throws -> (stored: StoredSpan, body: SpanTester.Body)? {
        try prepared("\(SpanColumn.select) \(SpanColumn.from) WHERE span.sequence = ?", sequence)
            .first { ($0.storedSpan(), $0.body()) }
    }
}
