/// The table of spans that the OpenTelemetry Collector's exporter writes (`otel_traces`), read as it is: older and newer
/// forms, attributes as `Map` or as `JSON`. Nothing of it is ever changed.
public struct CollectorTable: Sendable {
    /// One span as the table has it; what is structured is JSON text.
    public struct Row: Sendable {
        /// When it started, nanoseconds since 1970.
        public var start: Int64
        /// How long it took, nanoseconds.
        public var duration: UInt64
        /// Its ids.
        public var traceID, spanID, parentID, traceState: String
        /// Its name.
        public var name: String
        /// `Client`, `SPAN_KIND_CLIENT`, …
        public var kind: String
        /// `Unset`, `Ok`, `Error`, `STATUS_CODE_ERROR`, …
        public var status: String
        /// What it says of it.
        public var statusMessage: String
        /// The scope.
        public var scope, scopeVersion: String
        /// An object.
        public var resource, attributes: String
        /// Lists of the same length: nanoseconds, names, objects.
        public var eventTimes, eventNames, eventAttributes: String
        /// Lists of the same length: ids, objects.
        public var linkTraces, linkSpans, linkAttributes: String
    }

    /// Where the next page begins.
    public struct Place: Hashable, Sendable {
        /// Nanoseconds since 1970.
        public var start: Int64
        /// The last of that moment.
        public var traceID, spanID: String

        /// Makes one.
        public init(start: Int64, traceID: String = "", spanID: String = "") {
            self.start = start
            self.traceID = traceID
            self.spanID = spanID
        }
    }

    let connection: ClickHouseConnection
    let name: String
    let columns: Set<String>
    /// The only traces that are looked at; all where there are none.
    private(set) var traceIDs: Set<String>?

    /// Whether only some traces are looked at.
    public var isNarrow: Bool { traceIDs != nil }

    /// The same table with these traces alone.
    func only(_ ids: Set<String>) -> CollectorTable {
        var table = self
        table.traceIDs = ids
        return table
    }

    /// Whether a row is one of those that are looked at.
    private var isWanted: String {
        guard let traceIDs else { return "1" }
        return traceIDs.isEmpty ? "0" : "TraceId IN (\(SQLText.list(traceIDs.sorted())))"
    }

    /// Opens the table that the address names.
    ///
    /// - Throws: ``ClickHouseError`` where nobody answers, the server is too old, or the table is none of an exporter.
    public static func open(
        at address: ClickHouseAddress, configuration: ClickHouseConfiguration
    ) async throws(ClickHouseError) -> CollectorTable {
        let connection = ClickHouseConnection(address, configuration)
        try await ServerVersion.check(connection)
        let table = address.table ?? "otel_traces"
        let name = "`\(address.database)`.`\(table)`"
        let described: [UInt8]
        do throws(ClickHouseError) {
            described = try await connection.run("DESCRIBE TABLE \(name) FORMAT TabSeparated")
        } catch {
            guard error.code == .noTables else { throw error }
            throw connection.failure(
                .noTables, "there is no table '\(table)' in the database '\(address.database)'",
                "name the one the Collector's exporter writes to, with ?table=NAME")
        }
        let columns = Set(
            ServerRows(written: described).all.map { row in
                // Nested columns are told one by one.
                row.text(0)
            })
        let missing = needed.filter { !columns.contains($0) }
        guard missing.isEmpty else {
            throw connection.failure(
                .version,
                "the table '\(table)' is none of the Collector's exporter: it has no \(missing.joined(separator: ", "))",
                "name the one with spans, with ?table=NAME")
        }
        return CollectorTable(connection: connection, name: name, columns: columns, traceIDs: nil)
    }

    private static let needed = [
        "Timestamp", "TraceId", "SpanId", "ParentSpanId", "SpanName", "SpanKind", "ResourceAttributes",
        "SpanAttributes",
        "Duration", "StatusCode",
    ]

    /// Where the newest so many spans begin; `nil` for an empty table. They are looked for in pieces of time, so that the
    /// server sorts no more than it must.
    public func beginning(ofNewest count: Int) async throws(ClickHouseError) -> Place? {
        let newest = try await connection.rows(
            "SELECT toUnixTimestamp64Nano(max(Timestamp)), count() FROM \(name) WHERE \(isWanted)"
        ).first
        guard let newest, newest.int(1) > 0 else { return nil }
        if newest.int(1) <= Int64(count) { return Place(start: .min) }
        let day: Int64 = 86_400_000_000_000
        for back in [day / 24, day / 4, day, 7 * day, 30 * day] {
            let (start, isOver) = newest.int(0).subtractingReportingOverflow(back)
            guard !isOver else { break }
            let found = try await connection.rows(
                "SELECT count() FROM \(name) WHERE \(isWanted) AND \(Self.after(start))"
            ).first
            if let found, found.int(0) >= Int64(count) { return try await beginning(ofNewest: count, after: start) }
        }
        return try await beginning(ofNewest: count, after: .min)
    }

    private func beginning(ofNewest count: Int, after start: Int64) async throws(ClickHouseError) -> Place? {
        let rows = try await connection.rows(
            """
            SELECT toUnixTimestamp64Nano(Timestamp) FROM \(name) WHERE \(isWanted) AND \(Self.after(start))
            ORDER BY Timestamp DESC LIMIT \(max(0, count - 1)), 1
            """)
        return Place(start: rows.first?.int(0) ?? start)
    }

    private static func after(_ start: Int64) -> String {
        start == .min ? "1" : "Timestamp >= fromUnixTimestamp64Nano(toInt64(\(start)))"
    }

    /// Spans from a place on, in the order of their starts: at most `limit`, and no more of them than fit into an answer that
    /// is read at once. Those behind the last begin at its place; `hasMore` says whether there may be any.
    public func rows(
        from place: Place, limit: Int
    ) async throws(ClickHouseError) -> (rows: [Row], hasMore: Bool) {
        var limit = limit
        while true {
            do throws(ClickHouseError) {
                let mostBytes = limit > 1 ? Self.pageBytes : ClickHouseConnection.mostBytes
                let found = try await rows(from: place, limit: limit, mostBytes)
                return (found, found.count == limit)
            } catch {
                guard error.code == .tooMuch, limit > 1 else { throw error }
                limit = max(1, limit / 8)
            }
        }
    }

    /// So many bytes of rows are read at once.
    private static let pageBytes = 32 << 20

    private func rows(
        from place: Place, limit: Int, _ mostBytes: Int
    ) async throws(ClickHouseError) -> [Row] {
        let ids = "\(SQLText.literal(place.traceID)), \(SQLText.literal(place.spanID))"
        let start =
            place.start == .min ? "1" : "(toUnixTimestamp64Nano(Timestamp), TraceId, SpanId) > (\(place.start), \(ids))"
        let rows = try await connection.rows(
            """
            SELECT \(selected.joined(separator: ", ")) FROM \(name) WHERE \(isWanted) AND \(Self.after(place.start)) AND \(start)
            ORDER BY Timestamp, TraceId, SpanId LIMIT \(limit)
            """, mostBytes: mostBytes)
        return rows.all.map { row in
            Row(
                start: row.int(0), duration: row.word(1), traceID: row.text(2), spanID: row.text(3),
                parentID: row.text(4),
                traceState: row.text(5), name: row.text(6), kind: row.text(7), status: row.text(8),
                statusMessage: row.text(9), scope: row.text(10), scopeVersion: row.text(11), resource: row.text(12),
                attributes: row.text(13), eventTimes: row.text(14), eventNames: row.text(15),
                eventAttributes: row.text(16),
                linkTraces: row.text(17), linkSpans: row.text(18), linkAttributes: row.text(19))
        }
    }

    private var selected: [String] {
        func text(_ column: String) -> String { columns.contains(column) ? "toString(\(column))" : "''" }
        func list(_ column: String) -> String { columns.contains(column) ? "toJSONString(`\(column)`)" : "'[]'" }
        let times = "Events.Timestamp"
        return [
            "toUnixTimestamp64Nano(Timestamp)", "toUInt64(Duration)", "TraceId", "SpanId", "ParentSpanId",
            text("TraceState"),
            "toString(SpanName)", "toString(SpanKind)", "toString(StatusCode)", text("StatusMessage"),
            text("ScopeName"),
            text("ScopeVersion"), "toJSONString(ResourceAttributes)", "toJSONString(SpanAttributes)",
            columns.contains(times) ? "toJSONString(arrayMap(x -> toUnixTimestamp64Nano(x), `\(times)`))" : "'[]'",
            list("Events.Name"), list("Events.Attributes"), list("Links.TraceId"), list("Links.SpanId"),
            list("Links.Attributes"),
        ]
    }
}
