import TraceModel

/// A session for people: figures, then its spans as a tree.
struct SessionReport {
    let summary: SessionSummary
    let spans: [StoredSpan]
    let now: Timestamp

    /// The lines of the report.
    func lines(for terminal: Terminal) -> [String] {
        let title = [summary.sessionID, summary.configKey, summary.customerID].compactMap { $0 }
            .map(DisplayText.harmless).joined(separator: "  ")
        return [Table.painted(title, .strong, terminal), ""] + figures + [""]
            + SpanTable(spans, now: now).lines(for: terminal)
    }

    private var figures: [String] {
        [
            ("started", HumanText.time(summary.startedAt, now: now)),
            ("last", HumanText.time(summary.lastAt, now: now) + running),
            ("calls", "\(HumanText.count(summary.llmCalls)) of \(HumanText.count(summary.spans)) spans" + errors),
            ("models", summary.models.map(DisplayText.harmless).joined(separator: ", ")),
            (
                "tokens",
                "\(HumanText.count(summary.promptTokens)) → \(HumanText.count(summary.completionTokens)), "
                    + "\(HumanText.count(summary.totalTokens)) in all"
            ),
            ("cost", HumanText.cost(summary.cost)),
            (
                "latency",
                percentiles(
                    summary.latencyP50Nanoseconds, summary.latencyP95Nanoseconds, most: summary.latencyMaxNanoseconds)
            ),
            ("first token", percentiles(summary.ttftP50Nanoseconds, summary.ttftP95Nanoseconds, most: nil)),
        ]
        .filter { !$0.1.isEmpty }
        .map { name, value in "\(name)\(String(repeating: " ", count: 13 - name.count))\(value)" }
    }

    private var running: String { summary.running > 0 ? ", \(summary.running) running" : "" }

    private var errors: String {
        switch summary.errors {
        case 0: ""
        case 1: ", 1 error"
        default: ", \(HumanText.count(summary.errors)) errors"
        }
    }

    private func percentiles(_ p50: Int64?, _ p95: Int64?, most: Int64?) -> String {
        guard let p50 else { return "" }
        var text = "p50 \(HumanText.duration(p50))"
        if let p95 { text += "  p95 \(HumanText.duration(p95))" }
        if let most { text += "  max \(HumanText.duration(most))" }
        return text
    }
}
