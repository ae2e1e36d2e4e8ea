import Display
import TraceModel

/// Spans as a table for people.
struct SpanTextTable {
    private(set) var table = Table([
        .init("TIME"),
        .init("SESSION"),
        .init("CALL", minimum: 12),
        .init("KIND", minimum: 4, rank: 5),
        .init("MODEL", minimum: 8, rank: 3),
        .init("LATENCY", right: true),
        .init("TTFT", right: true, rank: 2),
        .init("TOK/S", right: true, rank: 6),
        .init("TOKENS", right: true, rank: 1),
        .init("COST", right: true, rank: 4),
        .init("", minimum: 8),
    ])

    init(_ spans: [StoredSpan], now: Timestamp) {
        for stored in spans { table.append(Self.row(stored, now: now)) }
    }

    private static func row(_ stored: StoredSpan, now: Timestamp) -> [TableCell] {
        let span = stored.span
        return [
            TableCell(WallClock.local.moment(span.start, now: now), .dim),
            TableCell(stored.sessionID),
            TableCell(String(repeating: "  ", count: min(stored.depth, 8)) + span.name, .strong),
            TableCell(span.kind.rawValue, .dim),
            TableCell(span.model ?? ""),
            TableCell(span.isRunning ? "running" : Figure.duration(span.durationNanoseconds)),
            TableCell(Figure.duration(span.timeToFirstTokenNanoseconds)),
            TableCell(Figure.speed(span.outputMilliTokensPerSecond)),
            TableCell(Figure.tokens(span.usage), stored.isCounted ? .plain : .dim),
            TableCell(Figure.cost(span.cost)),
            note(span),
        ]
    }

    /// What is worth a word: the error, or a finish that is not a plain stop.
    private static func note(_ span: Span) -> TableCell {
        if span.status == .error { return TableCell("✗ " + (span.errorMessage ?? "error"), .error) }
        switch span.finishReason {
        case "length", "content_filter": return TableCell("! " + (span.finishReason ?? ""), .warning)
        default: return ""
        }
    }
}
