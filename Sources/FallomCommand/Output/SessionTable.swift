import TraceModel

/// Sessions as a table for people.
struct SessionTable {
    private var table = Table([
        .init("LAST"),
        .init("SESSION", minimum: 10),
        .init("CONFIG", minimum: 6),
        .init("CUSTOMER", minimum: 6),
        .init("SPANS", right: true),
        .init("CALLS", right: true),
        .init("ERRORS", right: true),
        .init("TOKENS", right: true),
        .init("COST", right: true),
        .init("P50", right: true),
        .init("P95", right: true),
        .init("TTFT P50", right: true),
        .init("MODELS", minimum: 8),
    ])

    init(_ sessions: [SessionSummary], now: Timestamp) {
        for summary in sessions { table.append(Self.row(summary, now: now)) }
    }

    /// The lines, headings first.
    func lines(for terminal: Terminal) -> [String] {
        table.lines(for: terminal)
    }

    private static func row(_ summary: SessionSummary, now: Timestamp) -> [TableCell] {
        [
            TableCell(HumanText.time(summary.lastAt, now: now), .dim),
            TableCell(summary.sessionID, .strong),
            TableCell(summary.configKey ?? ""),
            TableCell(summary.customerID ?? ""),
            TableCell(HumanText.count(summary.spans)),
            TableCell(HumanText.count(summary.llmCalls)),
            summary.errors > 0 ? TableCell("✗ " + HumanText.count(summary.errors), .error) : "",
            TableCell(
                "\(HumanText.count(summary.promptTokens)) → \(HumanText.count(summary.completionTokens))"),
            TableCell(HumanText.cost(summary.cost)),
            TableCell(HumanText.duration(summary.latencyP50Nanoseconds)),
            TableCell(HumanText.duration(summary.latencyP95Nanoseconds)),
            TableCell(HumanText.duration(summary.ttftP50Nanoseconds)),
            TableCell(summary.models.joined(separator: ", ")),
        ]
    }
}
