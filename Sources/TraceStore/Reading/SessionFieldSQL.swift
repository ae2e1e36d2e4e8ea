internal import TraceModel

/// A text field of spans of which the rows of sessions know: the session's id, its customers, its configs.
struct SessionFieldSQL {
    /// A condition on `session` with its arguments.
    struct Condition {
        var sql: String
        var arguments: [String]
    }

    private let first: Condition
    /// The column that has all values where there is more than one; `nil` where there is never.
    let several: String?

    /// `nil` for other fields.
    init?(_ field: SpanFilter.TextField, _ pattern: SpanFilter.TextPattern) {
        switch field {
        case .session:
            let (test, ranges) = (PatternSQL(pattern, "session_id"), PrefixRanges(pattern, "session_id"))
            first = Condition(
                sql: "\(ranges.condition) AND \(test.condition)", arguments: ranges.arguments + test.arguments)
            several = nil
        case .customer: (first, several) = (Self.condition("customer_id", pattern), "customers")
        case .config: (first, several) = (Self.condition("config_key", pattern), "configs")
        default: return nil
        }
    }

    private static func condition(_ column: String, _ pattern: SpanFilter.TextPattern) -> Condition {
        let test = PatternSQL(pattern, column)
        return Condition(sql: "ifnull(\(test.condition), 0)", arguments: test.arguments)
    }

    /// Sessions whose rows do not rule out that a span of theirs fits: those too whose rows are not up to date.
    var mayFit: Condition {
        guard let several else { return first }
        return Condition(
            sql: "\(first.sql) OR \(several) IS NOT NULL OR no IN (SELECT session_no FROM stale)",
            arguments: first.arguments)
    }

    /// Sessions that have a span that fits, as far as the first value tells.
    var fits: Condition { first }
}
