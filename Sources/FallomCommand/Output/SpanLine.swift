import Cells
import Display
import TraceModel

/// A span on one line of a fixed layout, for output that grows a line at a time.
struct SpanLine {
    let stored: StoredSpan

    /// The line, made harmless, and cut where the terminal ends.
    func text(for terminal: Terminal) -> String {
        let span = stored.span
        let name = String(repeating: "  ", count: min(stored.depth, 4)) + span.name
        var columns: [(text: String, width: Int, isRight: Bool, emphasis: Emphasis)] = [
            (WallClock.local.time(span.start), 12, false, .dim),
            (stored.sessionID, 16, false, .plain),
            (name, 26, false, .strong),
            (span.model ?? "", 26, false, .plain),
            (Figure.duration(span.durationNanoseconds), 8, true, .plain),
            (Figure.duration(span.timeToFirstTokenNanoseconds), 8, true, .plain),
            (Figure.tokens(span.usage), 15, true, stored.isCounted ? .plain : .dim),
            (Figure.cost(span.cost), 9, true, .plain),
        ]
        if span.status == .error { columns.append(("✗ " + (span.errorMessage ?? "error"), 60, false, .error)) }
        var left = terminal.columns ?? .max
        var line = ""
        for (index, column) in columns.enumerated() where left > 0 {
            let text = Shortened.end(harmlessText(column.text), width: min(column.width, left))
            let gap = String(repeating: " ", count: max(0, min(column.width, left) - displayWidth(of: text)))
            let painted = Table.painted(text, column.emphasis, terminal)
            line += column.isRight ? gap + painted : index == columns.count - 1 ? painted : painted + gap
            left -= column.width
            guard index < columns.count - 1, left > 2 else { break }
            line += "  "
            left -= 2
        }
        return line
    }
}
