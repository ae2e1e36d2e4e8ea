import Assignment
import Cells
import OrderedJSON
import TraceModel

extension ExperimentsScreen {
    func drawSimulation(into canvas: inout Canvas, _ scene: Scene) {
        let lines = simulation.lines
        canvas.write("SIMULATE", at: Point(x: 1, y: 0), scene[.heading])
        if let name = simulation.contextName {
            canvas.write(
                "  \(name)", at: Point(x: 9, y: 0), scene[.dim], maxWidth: canvas.width - 10, overflow: .ellipsis)
        }
        let labels = min(
            max(12, (lines.map { displayWidth(of: simulation.label(of: $0)) }.max() ?? 0) + 2), canvas.width / 2)
        for (row, line) in lines.enumerated() where row + 2 < canvas.height {
            drawLine(line, at: row, labels, into: &canvas, scene)
        }
        if editing?.target == .contextName, let editing {
            canvas.write("save as ", at: Point(x: 1, y: 1), scene[.dim])
            editing.draw(into: &canvas, in: Rect(x: 9, y: 1, width: max(1, canvas.width - 10), height: 1), scene)
        }
        let top = lines.count + 3
        guard top < canvas.height, let preview else { return }
        canvas.draw(in: canvas.bounds.inset(top: top)) { canvas in
            let rows = AnswerRows(preview, width: canvas.width - 2, scene).rows
            let place = answer.resized(count: rows.count, height: canvas.height)
            for (y, row) in rows[place.visible].enumerated() {
                switch row {
                case .section(let title):
                    canvas.draw(in: canvas.bounds.row(y)) { Section.draw(title, into: &$0, y: 0, scene) }
                case .text(let text):
                    canvas.write(text, at: Point(x: 1, y: y), maxWidth: canvas.width - 2, overflow: .ellipsis)
                case .ruler:
                    drawRuler(preview, into: &canvas, y: y, scene)
                }
            }
            place.drawBar(into: &canvas, scene)
        }
    }

    private func drawLine(
        _ line: Simulation.Line, at row: Int, _ labels: Int, into canvas: inout Canvas, _ scene: Scene
    ) {
        let y = row + 2
        let isSelected = pane == .simulate && row == self.line
        if isSelected { canvas.select(row: y, scene) }
        canvas.write(
            simulation.label(of: line), at: Point(x: 1, y: y), scene[.dim], maxWidth: labels - 1, overflow: .ellipsis)
        let x = 1 + labels
        if let editing, editing.target == .line(line) {
            let row = Rect(x: x, y: y, width: max(1, canvas.width - x - 1), height: 1)
            return editing.draw(into: &canvas, in: row, hint: line == .newField ? "name=value" : "", scene)
        }
        let text = simulation.text(of: line)
        let isAbsent = text.isEmpty && line != .session && line != .newField
        canvas.write(
            isAbsent ? "absent" : text, at: Point(x: x, y: y), scene[isAbsent ? .dim : .strong],
            maxWidth: canvas.width - x - 1, overflow: .ellipsis)
    }

    /// All buckets in a row of cells, in the colours of the variants, and below it where this session's bucket lies.
    private func drawRuler(_ preview: ExperimentPreview, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        guard let config else { return }
        let row = Rect(x: 1, y: y, width: max(1, canvas.width - 2), height: 1)
        let parts = config.split.pieces.map { piece in
            ShareBar.Part(
                Double(piece.interval.count) / Double(Bucket.count),
                scene[piece.variantIndex.map(Role.variant) ?? .error])
        }
        ShareBar(parts).draw(into: &canvas, in: row, glyphs: scene.glyphs)
    }
}
