import OrderedJSON
import TraceModel

/// Spans as lines of comma-separated values (RFC 4180), one column for each plain member of `fallom spans --json`.
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
            case "tags": field(stored.span.tags.joined(separator: " "))
            case "scores": field(stored.scores.map { "\($0.name)=\($0.value.text)" }.joined(separator: " "))
            default: field(members.last { $0.name == column }?.value)
            }
        }
        .joined(separator: ",")
    }

    private static func field(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): field(text)
        case .some(let value): value.compactText
        }
    }

    /// Quoted where it must be. A text that a spreadsheet would take for a formula gets an apostrophe before it.
    private static func field(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { text = "'" + text }
        let plain = text.unicodeScalars.allSatisfy { $0 != "," && $0 != "\"" && $0 != "\n" && $0 != "\r" }
        if plain { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
