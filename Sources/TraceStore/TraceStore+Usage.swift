internal import GRDB
public import TraceModel

extension TraceStore {
    /// Sums over spans, in one pass over the columns that are asked for; over whole spans where the filter or a field asks
    /// for what SQL cannot say.
    public func usage(_ query: UsageQuery) async throws -> UsageReport {
        var query = query
        query.filter = try await apart(query.filter)
        let (revision, report) = try await read { [configuration, query] database in
            let revision = try StateRow(database).revision
            let translated = FilterSQL(query.filter)
            let columns = query.fields.compactMap(\.column)
            if translated.isExact, columns.count == query.fields.count {
                var scan = ColumnScan(query, columns)
                return (revision, try scan.run(translated, database).report(revision: revision) as UsageReport?)
            }
            let scan = try SpanScan(query.spans, database, configuration.reading)
            guard !scan.isTextual, !query.looksIntoPayloads || scan.isNarrow else { return (revision, nil) }
            return (
                revision, try database.wholeSpans(query, scan, configuration.reading).report(revision: revision)
            )
        }
        if let report { return report }
        // Bytes must be looked into: by the index of texts, and on all cores.
        return try await SegmentSearch(query.spans, in: self) { _ in }.usage(query).report(revision: revision)
    }
}

/// Sums over columns alone.
private struct ColumnScan {
    private let query: UsageQuery
    private let columns: [UsageField.Column]
    private var tally: UsageTally
    /// The number of each code's word, and of each session: words are made once.
    private var words: [[Int64: Int]]

    /// Columns before those of the fields.
    private static let figures = """
        session_no, kind, status, is_counted, start, duration, ttft, prompt_tokens, completion_tokens, total_tokens,
        cached_tokens, cost, cost_estimated
        """
    private static let figureCount: Int32 = 13

    init(_ query: UsageQuery, _ columns: [UsageField.Column]) {
        self.query = query
        self.columns = columns
        tally = UsageTally(query)
        words = Array(repeating: [:], count: columns.count)
    }

    mutating func run(_ filter: FilterSQL, _ database: Database) throws -> UsageTally {
        let selected = ([Self.figures] + columns.map(\.sql)).joined(separator: ", ")
        let statement = try database.preparedOnce("SELECT \(selected) FROM span NOT INDEXED WHERE \(filter.condition)")
        statement.bind(filter.arguments)
        defer { statement.reset() }
        var numbers = Array(repeating: 0, count: columns.count)
        while try statement.step() {
            for (field, column) in columns.enumerated() {
                numbers[field] = try number(statement, Self.figureCount + Int32(field), column, field, database)
            }
            tally.add(statement.usageSpan(), numbers: numbers)
        }
        return tally
    }

    private mutating func number(
        _ row: Statement, _ place: Int32, _ column: UsageField.Column, _ field: Int, _ database: Database
    ) throws -> Int {
        guard let word = column.word else { return tally.number(of: row.optionalText(place), field: field) }
        guard let code = row.optionalInt(place) else { return 0 }
        if let number = words[field][code] { return number }
        let number = tally.number(of: try word(code, database), field: field)
        words[field][code] = number
        return number
    }
}

extension UsageField {
    /// A field as a column of `span`.
    fileprivate struct Column {
        var sql: String
        /// What a code in it means; `nil` for a column of text.
        var word: ((Int64, Database) throws -> String?)?
    }

    /// `nil` where one column does not say it.
    fileprivate var column: Column? {
        switch self {
        case .model: Column(sql: "ifnull(response_model, request_model)")
        case .provider: Column(sql: "provider")
        case .customer: Column(sql: "customer_id")
        case .config: Column(sql: "config_key")
        case .variant: Column(sql: "CAST(prompt_variant AS TEXT)")
        case .prompt: Column(sql: "prompt_key || ifnull('@' || prompt_version, '')")
        case .kind: Column(sql: "kind") { code, _ in StoredCodes.kind(code).rawValue }
        case .tool: Column(sql: "iif(kind = \(StoredCodes.code(of: SpanKind.tool)), name, NULL)")
        case .status:
            Column(sql: "iif(end IS NULL AND duration IS NULL, -1, status)") { code, _ in
                code < 0 ? "running" : StoredCodes.status(code).rawValue
            }
        case .error: Column(sql: "error_message")
        case .session: Column(sql: "session_no") { code, database in try database.sessionID(code) }
        case .dialect: Column(sql: "dialect") { code, _ in StoredCodes.dialect(code).rawValue }
        case .tag, .attribute: nil
        }
    }
}

extension Statement {
    fileprivate func usageSpan() -> UsageSpan {
        UsageSpan(
            kind: StoredCodes.kind(int(1)), isError: StoredCodes.status(int(2)) == .error,
            counts: StoredCodes.counts(int(3)), start: Timestamp(unixNanoseconds: int(4)), duration: optionalInt(5),
            timeToFirstToken: optionalInt(6),
            usage: TokenUsage(
                prompt: optionalInt(7).map(Int.init(clamping:)), completion: optionalInt(8).map(Int.init(clamping:)),
                total: optionalInt(9).map(Int.init(clamping:)), cached: optionalInt(10).map(Int.init(clamping:))),
            cost: optionalInt(11).map { Cost(nanoDollars: $0, isEstimated: int(12) != 0) }, session: int(0))
    }
}

extension Database {
    fileprivate func sessionID(_ number: Int64) throws -> String? {
        let statement = try prepared("SELECT session_id FROM session WHERE no = ?")
        statement.bind(1, number)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : nil
    }

    /// Sums over spans as they are read for a list, with their bytes where they are asked for.
    fileprivate func wholeSpans(
        _ query: UsageQuery, _ scan: SpanScan, _ reading: PayloadReading
    ) throws -> UsageTally {
        var tally = UsageTally(query)
        try scan.forEach(within: nil, self) { stored, payload in
            let (span, values) = try usageSpan(stored, query, reading, payload)
            tally.add(span, values: values)
        }
        return tally
    }

    /// What a span brings to sums, and its fields' values.
    func usageSpan(
        _ stored: StoredSpan, _ query: UsageQuery, _ reading: PayloadReading,
        _ payload: () throws -> StoredSpanPayload?
    ) throws -> (span: UsageSpan, values: [[String]]) {
        let nothing = SpanFilterLookup(content: { "" }, attribute: { _ in nil })
        let looking = query.looksIntoPayloads ? try payload().map(reading.lookup) ?? nothing : nothing
        return (
            UsageSpan(stored, session: try sessionNumber(stored.sessionID)),
            query.fields.map { $0.values(of: stored, looking: looking) }
        )
    }

    private func sessionNumber(_ id: String) throws -> Int64 {
        try number(of: id, "SELECT no FROM session WHERE session_id = ?")
    }
}

extension UsageQuery {
    /// Whether a field asks for what the spans' bytes say.
    fileprivate var looksIntoPayloads: Bool { fields.contains(where: \.needsPayload) }

    /// All spans that it sums over.
    fileprivate var spans: SpanQuery { SpanQuery(filter: filter, order: .arrival, anchor: .oldest, limit: .max) }
}
