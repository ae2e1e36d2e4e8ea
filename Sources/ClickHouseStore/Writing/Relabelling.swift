internal import TraceModel

/// Lets rows say what their trace says about them now. The server copies them: what they hold besides does not travel.
struct Relabelling {
    /// One row.
    struct Entry {
        var key: SpanKey
        var hour: Int32
        var resolution: SpanResolution
    }

    private let entries: [Entry]
    private let stamp: Int64
    private let collector: UInt64

    init(_ entries: [Entry], stamp: Int64, collector: UInt64) {
        self.entries = entries
        self.stamp = stamp
        self.collector = collector
    }

    /// So many in one statement.
    private static let atOnce = 2000

    func run(_ connection: ClickHouseConnection) async throws(ClickHouseError) {
        var rest = entries[...]
        while !rest.isEmpty {
            let statement = statement(rest.prefix(Self.atOnce), connection.table("spans"))
            _ = try await connection.again { () throws(ClickHouseError) in try await connection.run(statement) }
            rest = rest.dropFirst(Self.atOnce)
        }
    }

    private func statement(_ entries: ArraySlice<Entry>, _ table: String) -> String {
        func optional(_ value: (SpanResolution) -> String?) -> String {
            entries.map { value($0.resolution).map(SQLText.literal) ?? "NULL" }.joined(separator: ", ")
        }
        func numbers(_ value: (SpanResolution) -> Int) -> String {
            entries.map { String(value($0.resolution)) }.joined(separator: ", ")
        }
        let keys = SQLText.list(entries.map { Self.joined($0.key) })
        let replacing = [
            // Above the resolution that was there, whatever clock it was stamped by.
            "version":
                "bitShiftLeft(bitShiftRight(version, 64), 64) + greatest(toUInt128(\(stamp)), version - bitShiftLeft(bitShiftRight(version, 64), 64) + 1)",
            "stamp": "\(stamp)",
            "collector": "toUInt64(\(collector))",
            "session_id": "[\(SQLText.list(entries.map(\.resolution.sessionID)))][place]",
            "customer_id": "CAST([\(optional(\.customerID))], 'Array(Nullable(String))')[place]",
            "config_key": "CAST([\(optional(\.configKey))], 'Array(Nullable(String))')[place]",
            "counts": "[\(numbers { Int($0.counts.rawValue) })][place]", "depth": "[\(numbers(\.depth))][place]",
        ]
        let values = SpanColumns.written.map { replacing[$0] ?? $0 }.joined(separator: ",\n")
        let hours = Set(entries.map(\.hour)).map(String.init).joined(separator: ", ")
        let traces = SQLText.hashes(Set(entries.map { ExactText($0.key.traceID) }).map(\.text))
        return """
            INSERT INTO \(table) (\(SpanColumns.written.joined(separator: ", ")))
            WITH transform(concat(trace_id, '\\0', span_id), [\(keys)], range(1, \(entries.count + 1)), 0) AS place
            SELECT \(values)
            FROM \(table) FINAL
            WHERE hour IN (\(hours)) AND trace_hash IN (\(traces)) AND place > 0
            SETTINGS do_not_merge_across_partitions_select_final = 1, log_comment = 'fallom'
            """
    }

    private static func joined(_ key: SpanKey) -> String { key.traceID + "\0" + key.spanID }
}

extension ClickHouseConnection {
    /// The traces of those ids as far as they are there, with their spans in the order of arrival.
    func traces(_ ids: [String]) async throws(ClickHouseError) -> [KnownTrace] {
        var known: [KnownTrace] = []
        var rest = ids[...]
        while !rest.isEmpty {
            known += try await traces(some: rest.prefix(5000))
            rest = rest.dropFirst(5000)
        }
        return known
    }

    private func traces(some ids: ArraySlice<String>) async throws(ClickHouseError) -> [KnownTrace] {
        let rows = try await rows(
            """
            SELECT trace_id, span_id, parent_id, sequence, start, own_session, resource_session, own_customer,
                resource_customer, own_config, resource_config, response_id,
                ifNull(prompt_tokens, 0) > 0 OR ifNull(completion_tokens, 0) > 0 OR ifNull(total_tokens, 0) > 0,
                ifNull(cost, 0) > 0 AND NOT cost_estimated, kind, end IS NULL AND duration IS NULL,
                session_id, customer_id, config_key, counts, depth, hour, bitShiftRight(version, 64)
            FROM \(table("spans")) FINAL
            WHERE (hour, trace_hash) IN (
                SELECT hour, trace_hash FROM \(table("traces"))
                WHERE trace_hash IN (\(SQLText.hashes(ids))))
            ORDER BY trace_id, sequence, span_id LIMIT \(TraceIndex.most) BY trace_id
            """)
        var known: [KnownTrace] = []
        for row in rows.all {
            let id = row.text(0)
            if known.last.map({ ExactText($0.index.traceID) != ExactText(id) }) ?? true {
                known.append(KnownTrace(traceID: id))
            }
            known[known.count - 1].add(row)
        }
        return known
    }
}

extension KnownTrace {
    fileprivate mutating func add(_ row: ServerRow) {
        func fact(_ own: Int) -> SpanIdentity.Fact {
            SpanIdentity.Fact(own: row.optionalText(own), resource: row.optionalText(own + 1))
        }
        index.load(
            TraceNode(
                spanID: row.text(1), parentID: row.optionalText(2), sequence: row.int(3),
                start: Timestamp(unixNanoseconds: row.int(4)),
                identity: SpanIdentity(session: fact(5), customer: fact(7), config: fact(9)),
                responseID: row.optionalText(11), hasUsage: row.int(12) != 0, hasCost: row.int(13) != 0,
                kind: SpanKind(rawValue: row.text(14)) ?? .custom),
            SpanResolution(
                sessionID: row.text(16), customerID: row.optionalText(17), configKey: row.optionalText(18),
                counts: SpanCounts(rawValue: UInt8(truncatingIfNeeded: row.int(19))), depth: Int(clamping: row.int(20)))
        )
        facts.append(Facts(isRunning: row.int(15) != 0, hour: Int32(clamping: row.int(21)), record: row.word(22)))
    }
}
