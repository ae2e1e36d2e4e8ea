import Cells
import Display
import TraceModel

/// A session's figures in the forms in which screens show them.
enum SessionFacts {
    /// On one line: `3 turns  7 calls  p50 1.10s  p95 3.91s  ttft p95 620ms  $0.031  4.8k tokens`. What has no room is left
    /// out whole: half a figure is a wrong one.
    static func line(_ session: SessionSummary, turns: Int?, width: Int, _ scene: Scene) -> [TextLine.Run] {
        var parts = Self.parts(session, turns: turns, scene)
        func total() -> Int { parts.reduce(-2) { $0 + displayWidth(of: $1.run.text) + 2 } }
        while !parts.isEmpty, total() > width, let worst = parts.indices.max(by: { parts[$0].rank < parts[$1].rank }) {
            parts.remove(at: worst)
        }
        return Array(parts.flatMap { [TextLine.Run("  "), $0.run] }.dropFirst())
    }

    /// The figures of a line, each with its rank: the highest is left out first.
    private static func parts(
        _ session: SessionSummary, turns: Int?, _ scene: Scene
    ) -> [(run: TextLine.Run, rank: Int)] {
        var parts: [(run: TextLine.Run, rank: Int)] = []
        if let turns { parts.append((.init(Figure.count(turns, "turn")), 7)) }
        parts.append((.init(Figure.count(session.llmCalls, "call")), 2))
        if session.running > 0 { parts.append((.init("\(session.running) running", .accent), 5)) }
        if session.errors > 0 {
            let text = "\(scene.glyphs.failure) " + Figure.count(session.errors, "error")
            parts.append((.init(text, .error), 0))
        }
        if let p50 = session.latencyP50Nanoseconds { parts.append((.init("p50 " + Figure.duration(p50)), 8)) }
        if let p95 = session.latencyP95Nanoseconds { parts.append((.init("p95 " + Figure.duration(p95)), 3)) }
        if let ttft = session.ttftP95Nanoseconds { parts.append((.init("ttft p95 " + Figure.duration(ttft)), 9)) }
        if let cost = session.cost { parts.append((.init(Figure.cost(cost)), 1)) }
        if session.kept?.isPinned == true { parts.append((.init("* pinned", .accent), 4)) }
        if !session.scores.isEmpty {
            parts.append((.init(JudgedFacts.cell(session.scores), JudgedFacts.role(session.scores)), 4))
        }
        if session.totalTokens > 0 { parts.append((.init(Figure.compact(session.totalTokens) + " tokens"), 6)) }
        return parts
    }

    /// The model that was assigned last, and by which version of which config.
    static func assigned(_ assignments: [RecordedAssignment]) -> [LabelledFigure] {
        guard let last = assignments.last else { return [] }
        let source = "  \(last.configKey) v\(last.configVersion)"
        return [LabelledFigure("assigned", [.init(last.assignedModel), .init(source, .dim)])]
    }

    /// One under the other, for a pane; the values of `fallom sessions --json`.
    static func all(_ session: SessionSummary, _ scene: Scene) -> [LabelledFigure] {
        func duration(_ value: Int64?) -> String {
            value.map { Figure.duration($0) } ?? scene.glyphs.none
        }
        let took = session.lastAt.nanoseconds(since: session.startedAt)
        return JudgedFacts.kept(session.kept, scene) + [
            LabelledFigure("started", scene.wallClock.full(session.startedAt)),
            LabelledFigure("lasted", Figure.duration(took)),
            LabelledFigure("config", session.configKey ?? scene.glyphs.none),
            LabelledFigure("customer", session.customerID ?? scene.glyphs.none),
            LabelledFigure(
                "models", session.models.isEmpty ? scene.glyphs.none : session.models.joined(separator: ", ")),
            LabelledFigure("spans", Figure.count(session.spans)),
            LabelledFigure("llm calls", Figure.count(session.llmCalls)),
            LabelledFigure("errors", Figure.count(session.errors), session.errors > 0 ? .error : .text),
            LabelledFigure("latency p50", duration(session.latencyP50Nanoseconds)),
            LabelledFigure("latency p95", duration(session.latencyP95Nanoseconds)),
            LabelledFigure("latency max", duration(session.latencyMaxNanoseconds)),
            LabelledFigure("ttft p50", duration(session.ttftP50Nanoseconds)),
            LabelledFigure("ttft p95", duration(session.ttftP95Nanoseconds)),
            LabelledFigure("tokens in", Figure.count(session.promptTokens)),
            LabelledFigure("tokens out", Figure.count(session.completionTokens)),
            LabelledFigure("tokens", Figure.count(session.totalTokens)),
            LabelledFigure("cost", session.cost.map { Figure.cost($0) } ?? scene.glyphs.none),
        ] + JudgedFacts.scores(session.scores, scene)
    }
}
