import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts
import TraceModel

extension PromptsScreen {
    /// The figures of each version from the traces, and what they say.
    func drawFigures(into canvas: inout Canvas, _ scene: Scene) {
        guard canvas.height > 2 else { return }
        canvas.draw(in: canvas.bounds.row(0)) { Section.draw("figures from traces", into: &$0, y: 0, scene) }
        guard let metrics, !metrics.rows.isEmpty else {
            let text = figures.isLoading ? "reading" : "no call with this prompt yet: its key comes with the spans"
            canvas.write(text, at: Point(x: 1, y: 1), scene[.dim], maxWidth: canvas.width - 2, overflow: .ellipsis)
            return
        }
        let columns = columns(canvas.width)
        for column in columns {
            canvas.writeRight(column.title, endingAt: column.end, y: 1, scene[.heading])
        }
        let shownRows = rows(metrics, most: max(1, canvas.height - 4))
        for (index, row) in shownRows.enumerated() {
            let isShown = row.version == shown.map { "\($0.version)" }
            for column in columns {
                canvas.writeRight(
                    column.text(row), endingAt: column.end, y: index + 2, scene[isShown ? .strong : .text])
            }
        }
        var y = shownRows.count + 2
        guard let shown, let other, let new = metrics.row(shown.version), let old = metrics.row(other.version) else {
            return
        }
        if y + 1 < canvas.height {
            for column in columns {
                canvas.writeRight(column.change(old, new), endingAt: column.end, y: y, scene[.dim])
            }
            y += 1
        }
        let verdict = PromptMetrics.verdict(old, new).joined(separator: " ")
        for line in TextFlow.lines(verdict, width: max(10, canvas.width - 2)) where y < canvas.height {
            canvas.write(line, at: Point(x: 1, y: y), scene[.strong])
            y += 1
        }
    }

    /// The shown version and the one it is compared with first, then the others.
    private func rows(_ metrics: PromptMetrics, most: Int) -> [PromptMetrics.Row] {
        let wanted = [other?.version, shown?.version].compactMap { $0 }.compactMap(metrics.row)
        let rest = metrics.rows.filter { row in !wanted.contains { $0.version == row.version } }
        return Array((wanted + rest).prefix(most))
    }

    private struct Column {
        let title: String
        let end: Int
        let text: (PromptMetrics.Row) -> String
        /// The figure that is compared; `nil` for what is no figure of a call.
        var figure: ((PromptMetrics.Row) -> Double?)?

        /// How the second version's figure differs from the first's.
        func change(_ old: PromptMetrics.Row, _ new: PromptMetrics.Row) -> String {
            guard let figure else { return title == "VERSION" ? "change" : "" }
            guard let before = figure(old), let after = figure(new), before != 0, before.isFinite, after.isFinite
            else { return "" }
            let percent = (after / before - 1) * 100
            return (percent > 0 ? "+" : "") + Figure.decimal(percent, places: 0) + "%"
        }
    }

    /// What is compared in each column, by its title.
    private static let figures: [String: @Sendable (PromptMetrics.Row) -> Double?] = [
        "ERRORS": { $0.calls == 0 ? nil : Double($0.errors) / Double($0.calls) },
        "P50": { $0.p50.map(Double.init) }, "P95": { $0.p95.map(Double.init) }, "TTFT": { $0.ttft.map(Double.init) },
        "TOKENS IN": { $0.prompt.count == 0 ? nil : $0.prompt.mean },
        "OUT": { $0.completion.count == 0 ? nil : $0.completion.mean }, "COST/CALL": { $0.costPerCall },
    ]

    private func columns(_ width: Int) -> [Column] {
        let all: [(title: String, width: Int, text: (PromptMetrics.Row) -> String)] = [
            ("VERSION", 8, { $0.version }), ("CALLS", 9, { Figure.count($0.calls) }),
            ("SESSIONS", 11, { Figure.count($0.sessions) }),
            ("ERRORS", 9, { Figure.percent($0.errors, of: $0.calls) }),
            ("P50", 9, { row in row.p50.map { Figure.duration($0) } ?? "" }),
            ("P95", 9, { row in row.p95.map { Figure.duration($0) } ?? "" }),
            ("TTFT", 9, { row in row.ttft.map { Figure.duration($0) } ?? "" }),
            (
                "TOKENS IN", 12,
                { $0.prompt.count == 0 ? "" : Figure.count(Int(min($0.prompt.mean.rounded(), 9e18))) }
            ),
            (
                "OUT", 7,
                { $0.completion.count == 0 ? "" : Figure.count(Int(min($0.completion.mean.rounded(), 9e18))) }
            ),
            (
                "COST/CALL", 12,
                { row in
                    row.costs.isEmpty
                        ? "" : "$" + Figure.decimal(row.costs.reduce(0, +) / Double(row.costs.count), places: 4)
                }
            ),
        ]
        var end = 1
        var columns: [Column] = []
        for column in all {
            end += column.width
            if end > width - 1 { break }
            columns.append(
                Column(title: column.title, end: end, text: column.text, figure: Self.figures[column.title]))
        }
        return columns
    }
}
