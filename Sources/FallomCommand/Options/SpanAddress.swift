import Cells
import TraceModel

/// `TRACE/SPAN` on a command line.
enum SpanAddress {
    static func key(_ text: String) throws(CommandFailure) -> SpanKey {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw .usage(
                "'\(harmlessText(text))' is no TRACE/SPAN",
                hint: "'fallom spans kind:llm --json' lists calls with trace_id and span_id.")
        }
        return SpanKey(traceID: String(parts[0]), spanID: String(parts[1]))
    }
}
