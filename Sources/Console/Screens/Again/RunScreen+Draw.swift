import Cells
import Display
import Experiments

extension RunScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let layout = RunLayout(canvas.size, self)
        canvas.draw(in: layout.form) { table == nil ? drawForm(into: &$0, scene) : drawOrder(into: &$0, scene) }
        canvas.draw(in: layout.standing) { drawStanding(into: &$0, scene) }
        guard let table else { return }
        canvas.draw(in: layout.comparisons) { draw(table.comparisons, of: table, into: &$0, scene) }
        canvas.draw(in: layout.heads) { Section.draw("pairs, those that differ most first", into: &$0, y: 0, scene) }
        canvas.draw(in: layout.pairs) { drawPairs(table, into: &$0, scene) }
    }

    private func drawForm(into canvas: inout Canvas, _ scene: Scene) {
        for (y, row) in form.rows.enumerated() {
            FormRow(name: row.label, text: form.text(row), role: .text).draw(
                into: &canvas, y: y, editing: editing?.target == row ? editing : nil, hint: form.hint(row),
                isSelected: y == self.row && name == nil, scene)
        }
        if let mistake = editing?.mistake {
            canvas.write(mistake, at: Point(x: 1, y: canvas.height - 1), scene[.warning], overflow: .ellipsis)
        }
    }

    private func drawOrder(into canvas: inout Canvas, _ scene: Scene) {
        let words = form.filterText.isEmpty ? "all calls of models" : form.filterText
        canvas.write(
            "\(words), \(Figure.count(table?.plan.calls.count ?? 0, "call"))", at: Point(x: 1, y: 0), scene[.heading],
            maxWidth: canvas.width - 2, overflow: .ellipsis)
    }

    private func drawStanding(into canvas: inout Canvas, _ scene: Scene) {
        var text = StyledText()
        if let standing {
            text.append("\(standing.done) of \(standing.total) asked", scene[.strong])
            if standing.failed > 0 { text.append("  \(standing.failed) failed", scene[.error]) }
            text.append("  " + Figure.cost(nanoDollars: standing.spent), scene[.text])
            if let budget = form.budget { text.append(" of \(Figure.cost(nanoDollars: budget))", scene[.dim]) }
        } else if let estimate {
            text.append(
                "\(Figure.count(estimate.calls, "call")) in \(Figure.count(form.variants.count, "variant")): about \(Figure.cost(nanoDollars: estimate.likely))",
                scene[.strong])
            if estimate.unknown > 0 { text.append(", \(estimate.unknown) of unknown cost", scene[.warning]) }
            text.append("; t begins", scene[.dim])
        } else if form.variants.isEmpty {
            text.append("add a variant: what is asked differently of each call", scene[.dim])
        } else {
            text.append("counting", scene[.dim])
        }
        canvas.write(text, at: Point(x: 1, y: 0), maxWidth: canvas.width - 2, overflow: .ellipsis)
        if let standing, standing.done < standing.total, canvas.height > 1 {
            let width = max(0, canvas.width - 2)
            let filled = width * standing.done / standing.total
            canvas.write(
                String(repeating: scene.glyphs.block, count: filled), at: Point(x: 1, y: 1),
                scene[isHeld ? .warning : .accent])
            canvas.write(
                String(repeating: scene.glyphs.track, count: width - filled), at: Point(x: 1 + filled, y: 1),
                scene[.lines])
        }
        if let message, canvas.height > 2 {
            canvas.write(
                message, at: Point(x: 1, y: 2), scene[.warning], maxWidth: canvas.width - 2, overflow: .ellipsis)
        }
    }

    private func draw(
        _ comparisons: [RunTable.Comparison], of table: RunTable, into canvas: inout Canvas, _ scene: Scene
    ) {
        guard canvas.height > 0 else { return }
        let title = min(30, max(12, canvas.width / 4))
        let x = [1, title + 3, title + 14, title + 28, title + 42, title + 66]
        for (index, head) in ["against recorded", "figure", "before", "change", "95 %", "sign test"].enumerated()
        where x[index] < canvas.width {
            canvas.write(head, at: Point(x: x[index], y: 0), scene[.dim], maxWidth: canvas.width - x[index])
        }
        for (index, comparison) in comparisons.enumerated() where index + 1 < canvas.height {
            let statistics = comparison.statistics
            let metric = comparison.metric
            let isWorse = metric.isWorseWhenMore == (statistics.mean > 0)
            let role: Role = statistics.mean == 0 || !statistics.isClear ? .text : isWorse ? .warning : .good
            let cells: [(String, Role)] = [
                (table.plan.variants[comparison.variant].title, .text), (metric.name, .dim),
                (metric.text(statistics.baseMean), .text), (metric.change(statistics.mean), role),
                (
                    statistics.interval.map { metric.change($0.lowerBound) + " … " + metric.change($0.upperBound) }
                        ?? "",
                    .dim
                ),
                (Self.probability(statistics.signP) + "  \(statistics.more)/\(statistics.less)", .dim),
            ]
            for (column, cell) in cells.enumerated() where x[column] < canvas.width {
                let end = column + 1 < x.count ? x[column + 1] - 1 : canvas.width
                canvas.write(
                    cell.0, at: Point(x: x[column], y: index + 1), scene[cell.1],
                    maxWidth: min(end, canvas.width) - x[column], overflow: .ellipsis)
            }
        }
    }

    private func drawPairs(_ table: RunTable, into canvas: inout Canvas, _ scene: Scene) {
        let columns = table.plan.variants.count + 1
        let width = max(8, (canvas.width - 8) / columns)
        for (y, index) in pairs.visible.enumerated() where table.rows.indices.contains(index) {
            let row = table.rows[index]
            if index == pairs.selected { canvas.select(row: y, scene) }
            let percent = Int((row.distance * 100).rounded())
            canvas.writeRight("\(percent)%", endingAt: 5, y: y, scene[percent > 0 ? .strong : .dim])
            for (column, outcome) in ([row.recorded] + row.tried.map { $0 ?? CallOutcome() }).enumerated() {
                let text = outcome.error ?? Self.line(outcome.answer)
                canvas.write(
                    text, at: Point(x: 7 + column * width, y: y),
                    scene[outcome.error != nil ? .error : column == 0 ? .dim : .text], maxWidth: width - 2,
                    overflow: .ellipsis)
            }
        }
        pairs.drawBar(into: &canvas, scene)
    }

    private static func probability(_ p: Double) -> String {
        p < 0.001 ? "p < 0.001" : "p " + Figure.decimal(p, places: 3)
    }

    private static func line(_ text: String) -> String {
        String(text.prefix(300)).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
