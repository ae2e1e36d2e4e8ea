import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts
import TraceModel

extension PromptFigures {
    /// The figures of each version from the traces, and what they say.
    func draw(_ list: PromptList, into canvas: inout Canvas, _ scene: Scene) {
        guard canvas.height > 2 else { return }
        canvas.draw(in: canvas.bounds.row(0)) { Section.draw("figures from traces", into: &$0, y: 0, scene) }
        guard let metrics, !metrics.rows.isEmpty else {
            let text =
                metricsLoader.isLoading ? "reading" : "no call with this prompt yet: its key comes with the spans"
            canvas.write(text, at: Point(x: 1, y: 1), scene[.dim], maxWidth: canvas.width - 2, overflow: .ellipsis)
            return
        }
        let layout = FigureColumn.layout(canvas.width)
        layout.drawTitles(into: &canvas, y: 1, scene[.heading])
        func draw(_ y: Int, _ role: Role, _ text: (FigureColumn) -> String) {
            for placed in layout.columns {
                layout.draw(text(placed.column.id), in: placed, into: &canvas, y: y, scene[role])
            }
        }
        let shownRows = rows(metrics, list, most: max(1, canvas.height - 4))
        for (index, row) in shownRows.enumerated() {
            draw(index + 2, row.version == list.shown.map { "\($0.version)" } ? .strong : .text) { $0.text(row) }
        }
        var y = shownRows.count + 2
        guard let new = list.shown.flatMap({ metrics.row($0.version) }),
            let old = list.other.flatMap({ metrics.row($0.version) })
        else { return }
        // The same figures of other models would only seem to have changed.
        if y + 1 < canvas.height, PromptMetrics.isComparable(old, new) {
            draw(y, .dim) { $0.change(old, new) }
            y += 1
        }
        for row in [old, new] where y + 1 < canvas.height {
            canvas.write(
                "\(row.version) ran on \(row.mixText)", at: Point(x: 1, y: y), scene[.dim], maxWidth: canvas.width - 2,
                overflow: .ellipsis)
            y += 1
        }
        let verdict = PromptMetrics.verdict(old, new).joined(separator: " ")
        for line in TextFlow.lines(verdict, width: max(10, canvas.width - 2)) where y < canvas.height {
            canvas.write(line, at: Point(x: 1, y: y), scene[.strong])
            y += 1
        }
    }

    /// The shown version and the one it is compared with first, then the others.
    private func rows(_ metrics: PromptMetrics, _ list: PromptList, most: Int) -> [PromptMetrics.Row] {
        let wanted = [list.other?.version, list.shown?.version].compactMap { $0 }.compactMap(metrics.row)
        let rest = metrics.rows.filter { row in !wanted.contains { $0.version == row.version } }
        return Array((wanted + rest).prefix(most))
    }
}

/// A figure of a prompt's versions.
private enum FigureColumn: Hashable, Sendable {
    case version, calls, sessions, errors, p50, p95, ttft, tokensIn, tokensOut, cost

    static func layout(_ width: Int) -> ColumnLayout<FigureColumn> {
        let columns: [(FigureColumn, String, Int)] = [
            (.version, "VERSION", 8), (.calls, "CALLS", 9), (.sessions, "SESSIONS", 11), (.errors, "ERRORS", 9),
            (.p50, "P50", 9), (.p95, "P95", 9), (.ttft, "TTFT", 9), (.tokensIn, "TOKENS IN", 12),
            (.tokensOut, "OUT", 7),
            (.cost, "COST/CALL", 12),
        ]
        return ColumnLayout(
            columns.enumerated().map { rank, column in
                Column(column.0, column.1, .right, least: column.2, rank: rank, gap: 0)
            }, width: width - 1)
    }

    func text(_ row: PromptMetrics.Row) -> String {
        switch self {
        case .version: row.version
        case .calls: Figure.count(row.calls)
        case .sessions: Figure.count(row.sessions)
        case .errors: Figure.percent(row.errors, of: row.calls)
        case .p50: Figure.duration(row.p50)
        case .p95: Figure.duration(row.p95)
        case .ttft: Figure.duration(row.ttft)
        case .tokensIn, .tokensOut: figure(row).map { Figure.count(mean: $0) } ?? ""
        case .cost: row.costPerCall.map(Figure.dollars) ?? ""
        }
    }

    /// The figure that is compared; `nil` for what is no figure of a call.
    private func figure(_ row: PromptMetrics.Row) -> Double? {
        switch self {
        case .version, .calls, .sessions: nil
        case .errors: row.calls == 0 ? nil : Double(row.errors) / Double(row.calls)
        case .p50: row.p50.map(Double.init)
        case .p95: row.p95.map(Double.init)
        case .ttft: row.ttft.map(Double.init)
        case .tokensIn: row.prompt.count == 0 ? nil : row.prompt.mean
        case .tokensOut: row.completion.count == 0 ? nil : row.completion.mean
        case .cost: row.costPerCall
        }
    }

    /// How the second version's figure differs from the first's.
    func change(_ old: PromptMetrics.Row, _ new: PromptMetrics.Row) -> String {
        self == .version ? "change" : Figure.change(figure(old), figure(new))
    }
}
