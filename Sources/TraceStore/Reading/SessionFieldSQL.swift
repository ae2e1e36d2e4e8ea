internal import TraceModel

/// A text field of spans of which the rows of sessions know: the session's id, its customers, its configs.
struct SessionFieldSQL {
    /// What follows the columns of a `SELECT`, with its arguments.
    struct Source {
        var sql: String
        var arguments: [String] = []
    }

    /// Sessions whose first value fits, as far as their rows are up to date.
    let fitting: Source
    /// The column that has all values where there is more than one; `nil` where there is never.
    let several: String?

    /// `nil` for other fields.
    init?(_ field: SpanFilter.TextField, _ pattern: SpanFilter.TextPattern) {
        switch field {
        case .session:
            (fitting, several) = (Self.source("session_id", "sqlite_autoindex_session_1", pattern), nil)
        case .customer:
            (fitting, several) = (Self.source("customer_id", "session_by_customer", pattern), "customers")
        case .config: (fitting, several) = (Self.source("config_key", "session_by_config", pattern), "configs")
        default: return nil
        }
    }

    private static func source(_ column: String, _ index: String, _ pattern: SpanFilter.TextPattern) -> Source {
        let (test, ranges) = (PatternSQL(pattern, column), PrefixRanges(pattern))
        return Source(
            sql: "\(ranges.join("session INDEXED BY \(index)", on: column)) WHERE \(test.condition)",
            arguments: ranges.arguments + test.arguments)
    }

    /// Sessions with more than one value.
    var many: Source? { several.map { Source(sql: "FROM session WHERE \($0) IS NOT NULL") } }

    /// Sessions whose rows do not rule out that a span of theirs fits: those too whose rows are not up to date. One may
    /// be in two of them.
    var mayFit: [Source] {
        guard let many else { return [fitting] }
        return [fitting, many, Source(sql: "FROM session WHERE no IN (SELECT session_no FROM stale)")]
    }
}
