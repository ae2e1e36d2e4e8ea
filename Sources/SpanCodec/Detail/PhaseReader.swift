import OrderedJSON
import TraceModel

/// Reads `fallom.raw.timings`: stretches inside a span, in milliseconds from its start (docs/normalisation.md §2.4).
enum PhaseReader {
    /// The phases, then the tools' own times that no phase covers.
    static func phases(_ timings: JSONValue?, start: Timestamp) -> [SpanDetail.Phase] {
        guard let timings else { return [] }
        var phases = (timings["phases"]?.array ?? []).compactMap { phase -> SpanDetail.Phase? in
            let type = phase["type"]?.string ?? "phase"
            return make(
                type, phase["label"]?.string ?? type, phase["startMs"], phase["endMs"], phase["durationMs"], start)
        }
        let hasTools = phases.contains { $0.type == "tool" }
        if !hasTools {
            phases += (timings["toolTimings"]?.array ?? []).compactMap { tool in
                make(
                    "tool", tool["name"]?.string ?? "tool", tool["startTime"], tool["endTime"], tool["duration"], start)
            }
        }
        return phases
    }

    private static func make(
        _ type: String, _ label: String, _ from: JSONValue?, _ to: JSONValue?, _ length: JSONValue?, _ start: Timestamp
    ) -> SpanDetail.Phase? {
        guard let from = from?.double, let begin = nanoseconds(from, start) else { return nil }
        let end = (to?.double ?? length?.double.map { from + $0 }).flatMap { nanoseconds($0, start) } ?? begin
        return .init(type: type, label: label, startNanoseconds: begin, endNanoseconds: max(begin, end))
    }

    /// Some emitters write milliseconds since 1970 instead of from the span's start.
    private static func nanoseconds(_ milliseconds: Double, _ start: Timestamp) -> Int64? {
        guard milliseconds >= 0, milliseconds < 9e12 else { return nil }
        let nanoseconds = Int64((milliseconds * 1e6).rounded())
        return milliseconds > 1e11
            ? max(0, Timestamp(unixNanoseconds: nanoseconds).nanoseconds(since: start)) : nanoseconds
    }
}
