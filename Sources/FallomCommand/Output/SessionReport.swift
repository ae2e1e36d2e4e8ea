import Cells
import Display
import TraceModel

/// A session for people: figures, then its spans as a tree.
struct SessionReport {
    let summary: SessionSummary
    let spans: [StoredSpan]
    let now: Timestamp

    /// The lines of the report.
    func lines(for terminal: Terminal) -> [String] {
        let title = [summary.sessionID, summary.configKey, summary.customerID].compactMap { $0 }
            .map(harmlessText).joined(separator: "  ")
        return [Table.painted(title, .strong, terminal), ""] + figures + [""]
            + SpanTextTable(spans, now: now).table.lines(for: terminal)
    }

    private var figures: [String] {
        [
            ("started", WallClock.local.moment(summary.startedAt, now: now)),
            ("last", WallClock.local.moment(summary.lastAt, now: now) + running),
            ("calls", "\(Figure.count(summary.llmCalls)) of \(Figure.count(summary.spans)) spans" + errors),
            ("models", summary.models.map(harmlessText).joined(separator: ", ")),
            (
                "tokens",
                "\(Figure.count(summary.promptTokens)) → \(Figure.count(summary.completionTokens)), "
                    + "\(Figure.count(summary.totalTokens)) in all"
            ),
            ("cost", Figure.cost(summary.cost)),
            (
                "latency",
                percentiles(
                    summary.latencyP50Nanoseconds, summary.latencyP95Nanoseconds, most: summary.latencyMaxNanoseconds)
            ),
            ("first token", percentiles(summary.ttftP50Nanoseconds, summary.ttftP95Nanoseconds, most: nil)),
            ("scores", harmlessText(ScoreDocument.summary(summary.scores))),
        ]
        .filter { !$0.1.isEmpty }
        .map { name, value in "\(name)\(String(repeating: " ", count: 13 - name.count))\(value)" }
    }

    private var running: String { summary.running > 0 ? ", \(summary.running) running" : "" }

    private var errors: String { summary.errors > 0 ? ", " + Figure.count(summary.errors, "error") : "" }

    private func percentiles(_ p50: Int64?, _ p95: Int64?, most: Int64?) -> String {
        guard let p50 else { return "" }
        var text = "p50 \(Figure.duration(p50))"
        if let p95 { text += "  p95 \(Figure.duration(p95))" }
        if let most { text += "  max \(Figure.duration(most))" }
        return text
    }
}
