import OrderedJSON
import TraceModel

/// Spans as lines of comma-separated values (RFC 4180): the members of `fallom spans --json` that a spreadsheet is for.
enum SpanTableText {
    private static let columns = [
        "trace_id", "span_id", "parent_span_id", "session_id", "customer_id", "config_key", "name", "kind", "provider",
        "request_model", "response_model", "start_time", "duration_ms", "time_to_first_token_ms", "is_streaming",
        "prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens", "reasoning_tokens", "tokens_counted",
        "cost_usd", "cost_estimated", "finish_reason", "status", "error_message", "prompt_key", "prompt_version",
        "prompt_ab_test_key", "prompt_variant_index", "tags", "scores",
    ]

    /// The first line.
    static var heading: String { columns.joined(separator: ",") }

    /// The line of a span.
    static func row(_ stored: StoredSpan) -> String {
        let members = SpanDocument(stored: stored, texts: nil).members
        return columns.map { column in
            switch column {
            case "start_time": stored.span.start.iso8601
            case "tags": CSVField.text(stored.span.tags.joined(separator: " "))
            case "scores": CSVField.text(stored.scores.map { "\($0.name)=\($0.value.text)" }.joined(separator: " "))
            default: CSVField.value(members.last { $0.name == column }?.value)
            }
        }
        .joined(separator: ",")
    }
}
