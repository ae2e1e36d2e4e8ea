public import TraceModel

/// What must stand in rows of a Collector's table for their trace to hold a span that passes a filter. Traces are found so,
/// not spans: what a span inherits stands in another row of its trace. Never too little is found; each span is asked again
/// with the filter itself.
public struct CollectorCondition: Sendable {
    /// Each holds for some row of the trace; those that cost least first.
    let rows: [String]

    /// `nil` where rows cannot tell.
    public init?(_ filter: SpanFilter) {
        let rows = Self.rows(filter)
        guard !rows.isEmpty else { return nil }
        self.rows = rows.sorted { $0.cost < $1.cost }.map(\.sql)
    }

    /// A condition on a row.
    private struct Test {
        var sql: String
        /// 0 for times and ids, 1 for texts.
        var cost: Int
    }

    private static func rows(_ filter: SpanFilter) -> [Test] {
        switch filter {
        case .all, .number, .score: []
        case .and(let parts): parts.flatMap(rows)
        case .or(let parts): either(parts)
        case .not(.since(let moment)): [Test(sql: "Timestamp < \(time(moment))", cost: 0)]
        case .not: []
        case .since(let moment): [Test(sql: "Timestamp >= \(time(moment))", cost: 0)]
        case .words(let text): holding([text])
        case .text(.trace, let pattern) where !pattern.pattern.contains("*"):
            [Test(sql: "TraceId = \(SQLText.literal(pattern.pattern.lowercased()))", cost: 0)]
        case .text(let field, let pattern): field.standsInRows ? holding(pattern.pieces) : []
        }
    }

    /// At least one of them: known only where all are.
    private static func either(_ parts: [SpanFilter]) -> [Test] {
        let ways = parts.map(rows)
        guard !ways.contains(where: \.isEmpty) else { return [] }
        // Of each way one condition: the others may stand in other rows.
        let tests = ways.compactMap { way in way.max { $0.cost < $1.cost } }
        return [Test(sql: "(\(tests.map(\.sql).joined(separator: " OR ")))", cost: tests.map(\.cost).max() ?? 0)]
    }

    private static func time(_ moment: Timestamp) -> String {
        "fromUnixTimestamp64Nano(toInt64(\(moment.unixNanoseconds)))"
    }

    /// Rows whose texts hold these, as far as letters and digits of ASCII can tell.
    private static func holding(_ texts: [String]) -> [Test] {
        let needles = texts.flatMap(needles)
        guard !needles.isEmpty else { return [] }
        let all = needles.map { "positionCaseInsensitive(\(CollectorTable.texts), \(SQLText.literal($0))) > 0" }
        let others = SQLText.list(foldsIntoASCII)
        return [
            Test(
                sql: "(\(all.joined(separator: " AND ")) OR multiSearchAny(\(CollectorTable.texts), [\(others)]))",
                cost: 1)
        ]
    }

    /// The longest runs of letters and digits; what may be written in several ways is none.
    private static func needles(_ text: String) -> [String] {
        FoldedText(text).bytes.split { byte in
            !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte)
        }.map { String(decoding: $0, as: UTF8.self) }.filter { run in
            run.utf8.count >= 3 && !["null", "none", "true", "false"].contains { $0.contains(run) }
                // Digits, and an exponent among them, may be written otherwise.
                && run.utf8.contains { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 && $0 != UInt8(ascii: "e") }
        }
    }

    /// Letters beyond ASCII that are letters of ASCII when case does not count: a row with one may hold anything.
    private static let foldsIntoASCII: [String] = {
        let scalars =
            (0x80...0x2FFF).lazy.compactMap(Unicode.Scalar.init) + (0xFB00...0xFB06).compactMap(Unicode.Scalar.init)
        return scalars.map(String.init).filter { letter in
            FoldedText(letter).bytes.contains { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
        }
    }()
}

extension SpanFilter.TextPattern {
    /// What stands between its stars.
    fileprivate var pieces: [String] { pattern.split(separator: "*").map(String.init) }
}

extension SpanFilter.TextField {
    /// Whether its value stands in the trace's rows as it is, not translated.
    fileprivate var standsInRows: Bool {
        switch self {
        case .model, .session, .customer, .config, .promptKey, .tag, .name, .trace, .content, .input, .output, .error,
            .user, .attribute:
            true
        case .status, .kind, .promptVersion, .variant, .provider, .finish, .role, .mark, .label, .note, .run: false
        }
    }
}

extension CollectorTable {
    /// The table with nothing but the traces that may hold a span that passes a filter, and those of their sessions; all
    /// where rows cannot tell, or where these are very many.
    public func narrowed(to filter: SpanFilter) async throws(ClickHouseError) -> CollectorTable {
        guard let condition = CollectorCondition(filter) else { return self }
        var sql: String?
        for row in condition.rows {
            let among = sql.map { "TraceId IN (\($0)) AND " } ?? ""
            sql = "SELECT DISTINCT TraceId FROM \(name) WHERE \(among)\(resolved(row))"
        }
        guard let sql, let ids = try await traces(sql) else { return self }
        return only(ids)
    }

    /// The other traces that name one of these sessions, where only some traces are looked at; `nil` where there are none.
    public func others(ofSessions ids: [String]) async throws(ClickHouseError) -> CollectorTable? {
        guard let traceIDs else { return nil }
        var others: Set<String> = []
        // Whoever names none is of the session that its trace is.
        var rest = ids.filter { $0.utf8.count >= 3 && !traceIDs.contains($0) }[...]
        while !rest.isEmpty {
            let texts = Set(rest.prefix(Self.sessionsAtOnce).flatMap { [$0, Self.escaped($0)] }).sorted()
            rest = rest.dropFirst(Self.sessionsAtOnce)
            let condition = resolved("multiSearchAny(\(Self.texts), [\(SQLText.list(texts))])")
            let found = try await traces("SELECT DISTINCT TraceId FROM \(name) WHERE \(condition)")
            others.formUnion(found ?? [])
        }
        others.subtract(traceIDs)
        return others.isEmpty ? nil : only(others)
    }

    /// A text as it stands in JSON that the server writes.
    private static func escaped(_ text: String) -> String {
        ["\\", "\"", "/"].reduce(text) { $0.replacing($1, with: "\\" + $1) }
    }

    /// The server looks for no more texts at once.
    private static let sessionsAtOnce = 120
    /// More traces than these are not named one by one.
    private static let mostTraces = 50_000

    private func traces(_ sql: String) async throws(ClickHouseError) -> Set<String>? {
        let rows = try await connection.rows("\(sql) LIMIT \(Self.mostTraces + 1)")
        return rows.count > Self.mostTraces ? nil : Set(rows.all.map { $0.text(0) })
    }

    /// Stands in conditions for all texts of a row.
    static let texts = "{texts}"

    /// A condition with the texts that this table has.
    private func resolved(_ condition: String) -> String {
        let plain = ["SpanName", "TraceId", "SpanId", "ParentSpanId", "ServiceName", "StatusMessage", "ScopeName"]
        let structured = ["SpanAttributes", "ResourceAttributes", "Events.Attributes", "Events.Name"]
        let texts =
            plain.filter(columns.contains).map { "toString(\($0))" }
            + structured.filter(columns.contains).map { "toJSONString(`\($0)`)" }
        return condition.replacing(Self.texts, with: "concat(\(texts.joined(separator: ", ' ', ")))")
    }
}
