internal import TraceModel

/// A session query's order as statements that are read one after the other.
///
/// The order is `SessionQuery.precedes`: by the column, unknown figures last, ties by session id. Indexes hold the
/// columns without the ids, and without the values that very many sessions share (unknown, no errors): they stay a
/// fraction of the size, and bringing figures up to date writes a fraction of the pages. Where such values come last,
/// the sessions that have them are read by the index of ids.
struct SessionOrdering {
    /// Each gives session numbers in order; all of the first come before all of the second.
    let statements: [String]

    init(_ query: SessionQuery) {
        let whole = "SELECT no FROM session WHERE spans IS NOT NULL"
        guard let column = Column(query.sort) else {
            statements = ["\(whole) ORDER BY session_id \(query.descending ? "DESC" : "ASC")"]
            return
        }
        let direction = query.descending ? "DESC" : "ASC"
        guard let shared = column.shared else {
            statements = ["\(whole) ORDER BY \(column.name) \(direction), session_id"]
            return
        }
        let apart = "SELECT no FROM session WHERE \(shared.apart) ORDER BY \(column.name) \(direction), session_id"
        let having = "\(whole) AND \(shared.having) ORDER BY session_id"
        statements = query.descending || shared.isUnknown ? [apart, having] : [having, apart]
    }

    private struct Column {
        var name: String
        /// The value that is not in the index: how to say that a session has it, and that it has another; and whether it
        /// is no value at all, which comes last either way. Else it is the smallest.
        var shared: (having: String, apart: String, isUnknown: Bool)?

        init(_ name: String, shared: (having: String, apart: String, isUnknown: Bool)? = nil) {
            self.name = name
            self.shared = shared
        }

        init(orUnknown name: String) {
            self.init(name, shared: ("\(name) IS NULL", "\(name) IS NOT NULL", true))
        }

        init?(_ sort: SessionSort) {
            switch sort {
            case .sessionID: return nil
            case .lastAt: self.init("last_at")
            case .startedAt: self.init("started_at")
            case .llmCalls: self.init("llm_calls")
            case .spans: self.init("spans")
            case .totalTokens: self.init("total_tokens")
            case .errors: self.init("errors", shared: ("errors = 0", "errors > 0", false))
            case .cost: self.init(orUnknown: "cost")
            case .latencyP50: self.init(orUnknown: "latency_p50")
            case .latencyP95: self.init(orUnknown: "latency_p95")
            case .ttftP95: self.init(orUnknown: "ttft_p95")
            // No index has it: so many numbers are sorted at once.
            case .duration: self.init("last_at - started_at")
            }
        }
    }
}
