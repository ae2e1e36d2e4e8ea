import Display
import TraceModel

/// Sessions as a table for people.
struct SessionTextTable {
    private(set) var table: Table
    private static let columns: [Table.Column] = [
        .init("LAST"),
        .init("SESSION"),
        .init("CONFIG", minimum: 6, rank: 5),
        .init("CUSTOMER", minimum: 6, rank: 8),
        .init("SPANS", right: true, rank: 7),
        .init("CALLS", right: true),
        .init("ERRORS", right: true),
        .init("TOKENS", right: true, rank: 3),
        .init("COST", right: true, rank: 1),
        .init("P50", right: true, rank: 4),
        .init("P95", right: true),
        .init("TTFT P95", right: true, rank: 2),
        .init("MODELS", minimum: 8, rank: 6),
    ]

    init(_ sessions: [SessionSummary], now: Timestamp) {
        let isScored = sessions.contains { !$0.scores.isEmpty }
        table = Table(Self.columns + (isScored ? [.init("SCORES", minimum: 6, rank: 9)] : []))
        for summary in sessions { table.append(Self.row(summary, now: now)) }
    }

    private static func row(_ summary: SessionSummary, now: Timestamp) -> [TableCell] {
        [
            TableCell(WallClock.local.moment(summary.lastAt, now: now), .dim),
            TableCell(summary.sessionID, .strong),
            TableCell(summary.configKey ?? ""),
            TableCell(summary.customerID ?? ""),
            TableCell(Figure.count(summary.spans)),
            TableCell(Figure.count(summary.llmCalls)),
            summary.errors > 0 ? TableCell("✗ " + Figure.count(summary.errors), .error) : "",
            TableCell(
                "\(Figure.count(summary.promptTokens)) → \(Figure.count(summary.completionTokens))"),
            TableCell(Figure.cost(summary.cost)),
            TableCell(Figure.duration(summary.latencyP50Nanoseconds)),
            TableCell(Figure.duration(summary.latencyP95Nanoseconds)),
            TableCell(Figure.duration(summary.ttftP95Nanoseconds)),
            TableCell(summary.models.joined(separator: ", ")),
            TableCell(summary.scores.map { "\($0.name) \($0.value.text)" }.joined(separator: ", ")),
        ]
    }
}
