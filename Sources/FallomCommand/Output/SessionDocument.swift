import OrderedJSON
import TraceModel

/// A session's figures as one JSON object of `fallom sessions --json` (docs/command-line.md §2).
struct SessionDocument {
    /// The figures.
    let summary: SessionSummary
    /// The model assignments recorded for it; `nil` leaves `assignments` out.
    var assignments: [RecordedAssignment]?
    /// What is kept of it, with the members that say so; `nil` leaves them out.
    var keep: [JSONMember]?

    /// The object.
    var json: JSONValue {
        .object(
            figures + (assignments.map { [JSONMember("assignments", .array($0.map(assignment)))] } ?? []) + (keep ?? [])
        )
    }

    private func assignment(_ recorded: RecordedAssignment) -> JSONValue {
        .object([
            "config_key": .string(recorded.configKey), "config_version": .count(recorded.configVersion),
            "assigned_model": .string(recorded.assignedModel), "time": .string(recorded.time.iso8601),
        ])
    }

    private var figures: [JSONMember] {
        [
            JSONMember("session_id", .string(summary.sessionID)),
            JSONMember("config_key", .text(summary.configKey)),
            JSONMember("customer_id", .text(summary.customerID)),
            JSONMember("started_at", .string(summary.startedAt.iso8601)),
            JSONMember("last_at", .string(summary.lastAt.iso8601)),
            JSONMember("spans", .count(summary.spans)),
            JSONMember("llm_calls", .count(summary.llmCalls)),
            JSONMember("errors", .count(summary.errors)),
            JSONMember("running", .count(summary.running)),
            JSONMember("models", .array(summary.models.map { .string($0) })),
            JSONMember("prompt_tokens", .count(summary.promptTokens)),
            JSONMember("completion_tokens", .count(summary.completionTokens)),
            JSONMember("total_tokens", .count(summary.totalTokens)),
            JSONMember("cost_usd", .dollars(summary.cost)),
            JSONMember("cost_estimated", summary.cost.map { .bool($0.isEstimated) } ?? .null),
            JSONMember("latency_p50_ms", .milliseconds(summary.latencyP50Nanoseconds)),
            JSONMember("latency_p95_ms", .milliseconds(summary.latencyP95Nanoseconds)),
            JSONMember("latency_max_ms", .milliseconds(summary.latencyMaxNanoseconds)),
            JSONMember("ttft_p50_ms", .milliseconds(summary.ttftP50Nanoseconds)),
            JSONMember("ttft_p95_ms", .milliseconds(summary.ttftP95Nanoseconds)),
            JSONMember("scores", ScoreDocument.list(summary.scores)),
        ]
    }
}
