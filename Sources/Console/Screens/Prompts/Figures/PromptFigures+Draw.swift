import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts
import TraceModel

extension PromptFigures {
    /// The figures of each version from the traces, and what they say.
    /// - Parameters:
    ///   - shown: the version that the verdict is on.
    ///   - other: the one it is compared with.
    func draw(_ shown: Int?, against other: Int?, into canvas: inout Canvas, _ scene: Scene) {
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
        let old = other.flatMap(metrics.row)
        let new = shown.flatMap(metrics.row)
        let said = verdict(old, new, width: max(10, canvas.width - 2), scene)
        // What is said of the two is whole before other versions have a row.
        let compared = [old, new].compactMap(\.self).count
        let spare = canvas.height - 2 - said.count - (said.isEmpty ? 0 : 2)
        let shownRows = rows(metrics, [other, shown].compactMap { $0 }, most: max(1, compared, spare))
        for (index, row) in shownRows.enumerated() {
            draw(index + 2, row.version == shown.map { "\($0)" } ? .strong : .text) { $0.text(row) }
        }
        var y = shownRows.count + 2
        guard let new, let old else { return }
        func hasRoom() -> Bool { y + said.count < canvas.height }
        // The same figures of other models would only seem to have changed.
        if hasRoom(), PromptMetrics.isComparable(old, new) {
            draw(y, .dim) { $0.change(old, new) }
            y += 1
        }
        for row in [old, new] where hasRoom() {
            canvas.write(
                "\(row.version) ran on \(row.mixText)", at: Point(x: 1, y: y), scene[.dim], maxWidth: canvas.width - 2,
                overflow: .ellipsis)
            y += 1
        }
        for line in said where y < canvas.height {
            canvas.write(line, at: Point(x: 1, y: y))
            y += 1
        }
    }

    private func verdict(
        _ old: PromptMetrics.Row?, _ new: PromptMetrics.Row?, width: Int, _ scene: Scene
    ) -> [StyledText] {
        guard let old, let new else { return [] }
        return Verdict.lines(Verdict.runs(of: PromptMetrics.verdict(old, new)), width: width, scene)
    }

    /// The shown version and the one it is compared with first, then the others.
    private func rows(_ metrics: PromptMetrics, _ versions: [Int], most: Int) -> [PromptMetrics.Row] {
        let wanted = versions.compactMap(metrics.row)
        let rest = metrics.rows.filter { row in !wanted.contains { $0.version == row.version } }
        return Array((wanted + rest).prefix(most))
    }
}

/// A figure of a prompt's versions.
private enum FigureColumn: Hashable, Sendable {
    case version, calls, sessions, errors, p50, p95, ttft, tokensIn, tokensOut, cost

    static func layout(_ width: Int) -> ColumnLayout<FigureColumn> {
        // What verdicts are about stays longest: cost, errors, times.
        let columns: [(FigureColumn, String, least: Int, rank: Int)] = [
            (.version, "VERSION", 8, 0), (.calls, "CALLS", 9, 1), (.sessions, "SESSIONS", 10, 8),
            (.errors, "ERRORS", 8, 3), (.p50, "P50", 9, 4), (.p95, "P95", 9, 5), (.ttft, "TTFT", 9, 6),
            (.tokensIn, "TOKENS IN", 11, 7), (.tokensOut, "OUT", 6, 9), (.cost, "COST/CALL", 11, 2),
        ]
        return ColumnLayout(
            columns.map { Column($0.0, $0.1, .right, least: $0.least, rank: $0.rank, gap: 0) }, width: width - 1)
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
