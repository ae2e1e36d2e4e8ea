internal import GRDB
internal import TraceModel

extension TraceCache.Entry {
    /// Fetches a trace from the file; one that is new gets a number.
    init(traceID: String, _ database: Database) throws {
        if let number = try database.intern("INSERT OR IGNORE INTO trace (trace_id) VALUES (?)", traceID) {
            self.init(number: number, index: TraceIndex(traceID: traceID))
            return
        }
        let number = try database.number(of: traceID, "SELECT no FROM trace WHERE trace_id = ?")
        try self.init(number: number, traceID: traceID, database)
    }

    /// Fetches a trace whose number is known.
    init(number: Int64, traceID: String, _ database: Database) throws {
        self.init(number: number, index: TraceIndex(traceID: traceID))
        try load(database)
    }

    private mutating func load(_ database: Database) throws {
        let statement = try database.prepared(
            """
            SELECT sequence, span_id, parent_id, start, identity, response_id,
                max(ifnull(span.prompt_tokens, 0), ifnull(span.completion_tokens, 0), ifnull(span.total_tokens, 0)) > 0,
                end IS NULL AND duration IS NULL, session_id, span.customer_id, span.config_key, is_counted, depth, kind,
                ifnull(span.cost > 0 AND NOT span.cost_estimated, 0)
            FROM span CROSS JOIN session ON session.no = span.session_no
            WHERE trace_no = ? ORDER BY sequence
            """, number)
        defer { statement.reset() }
        while try statement.step() {
            let resolution = SpanResolution(
                sessionID: statement.text(8), customerID: statement.optionalText(9),
                configKey: statement.optionalText(10), counts: StoredCodes.counts(statement.int(11)),
                depth: Int(clamping: statement.int(12)))
            let node = TraceNode(
                spanID: statement.text(1), parentID: statement.optionalText(2), sequence: statement.int(0),
                start: Timestamp(unixNanoseconds: statement.int(3)),
                identity: PackedFields.identity(
                    statement.optionalBytes(4), session: resolution.sessionID, customer: resolution.customerID,
                    config: resolution.configKey),
                responseID: statement.optionalText(5), hasUsage: statement.int(6) != 0,
                hasCost: statement.int(14) != 0, kind: StoredCodes.kind(statement.int(13)))
            if statement.int(7) != 0 { running.insert(index.nodes.count) }
            index.load(node, resolution)
        }
    }
}
