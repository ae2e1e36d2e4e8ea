import Cells
import TraceModel

/// A session's figures in the forms in which screens show them.
enum SessionFacts {
    /// On one line: `3 turns  7 calls  p50 1.10s  p95 3.91s  ttft p95 620ms  $0.031  4.8k tokens`.
    static func line(_ session: SessionSummary, turns: Int?, _ scene: Scene) -> [TextLine.Run] {
        var parts: [TextLine.Run] = []
        if let turns { parts.append(.init(CountDisplay.text(turns, "turn"))) }
        parts.append(.init(CountDisplay.text(session.llmCalls, "call")))
        if session.running > 0 { parts.append(.init("\(session.running) running", .accent)) }
        if session.errors > 0 {
            parts.append(.init("\(scene.glyphs.failure) " + CountDisplay.text(session.errors, "error"), .error))
        }
        if let p50 = session.latencyP50Nanoseconds {
            parts.append(.init("p50 " + DurationDisplay.text(nanoseconds: p50)))
        }
        if let p95 = session.latencyP95Nanoseconds {
            parts.append(.init("p95 " + DurationDisplay.text(nanoseconds: p95)))
        }
        if let ttft = session.ttftP95Nanoseconds {
            parts.append(.init("ttft p95 " + DurationDisplay.text(nanoseconds: ttft)))
        }
        if let cost = session.cost { parts.append(.init(cost.display)) }
        if session.totalTokens > 0 { parts.append(.init(CountDisplay.compact(session.totalTokens) + " tokens")) }
        return Array(parts.flatMap { [TextLine.Run("  "), $0] }.dropFirst())
    }

    /// The model that was assigned last, and by which version of which config.
    static func assigned(_ assignments: [RecordedAssignment]) -> [Figure] {
        guard let last = assignments.last else { return [] }
        let source = "  \(last.configKey) v\(last.configVersion)"
        return [Figure("assigned", [.init(last.assignedModel), .init(source, .dim)])]
    }

    /// One under the other, for a pane; the values of `fallom sessions --json`.
    static func all(_ session: SessionSummary, _ scene: Scene) -> [Figure] {
        func duration(_ value: Int64?) -> String {
            value.map { DurationDisplay.text(nanoseconds: $0) } ?? scene.glyphs.none
        }
        let took = session.lastAt.nanoseconds(since: session.startedAt)
        return [
            Figure("started", scene.wallClock.full(session.startedAt)),
            Figure("lasted", DurationDisplay.text(nanoseconds: took)),
            Figure("config", session.configKey ?? scene.glyphs.none),
            Figure("customer", session.customerID ?? scene.glyphs.none),
            Figure("models", session.models.isEmpty ? scene.glyphs.none : session.models.joined(separator: ", ")),
            Figure("spans", CountDisplay.text(session.spans)),
            Figure("llm calls", CountDisplay.text(session.llmCalls)),
            Figure("errors", CountDisplay.text(session.errors), session.errors > 0 ? .error : .text),
            Figure("latency p50", duration(session.latencyP50Nanoseconds)),
            Figure("latency p95", duration(session.latencyP95Nanoseconds)),
            Figure("latency max", duration(session.latencyMaxNanoseconds)),
            Figure("ttft p50", duration(session.ttftP50Nanoseconds)),
            Figure("ttft p95", duration(session.ttftP95Nanoseconds)),
            Figure("tokens in", CountDisplay.text(session.promptTokens)),
            Figure("tokens out", CountDisplay.text(session.completionTokens)),
            Figure("tokens", CountDisplay.text(session.totalTokens)),
            Figure("cost", session.cost?.display ?? scene.glyphs.none),
        ]
    }
}
