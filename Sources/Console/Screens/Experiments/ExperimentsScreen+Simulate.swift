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
            editing.field.draw(into: &canvas, x: 9, y: 1, width: max(1, canvas.width - 10), scene)
        }
        let top = lines.count + 3
        guard top < canvas.height, let preview else { return }
        canvas.draw(in: canvas.bounds.inset(top: top)) { canvas in
            var y = 0
            let rows = AnswerRows(preview, width: canvas.width - 2, scene).rows
            let first = min(answerTop, max(0, rows.count - canvas.height))
            defer {
                ScrollBar(count: rows.count, visible: first..<min(rows.count, first + canvas.height)).draw(
                    into: &canvas, in: Rect(x: canvas.width - 1, y: 0, width: 1, height: canvas.height), scene[.dim],
                    glyphs: scene.glyphs)
            }
            for row in rows.dropFirst(first) {
                guard y < canvas.height else { return }
                switch row {
                case .section(let title):
                    canvas.draw(in: canvas.bounds.row(y)) { Section.draw(title, into: &$0, y: 0, scene) }
                case .text(let text):
                    canvas.write(text, at: Point(x: 1, y: y), maxWidth: canvas.width - 2, overflow: .ellipsis)
                case .ruler:
                    drawRuler(preview, into: &canvas, y: y, scene)
                }
                y += 1
            }
        }
    }

    /// How far the answer can be scrolled in a pane of that size.
    func answerOverhang(_ pane: Rect) -> Int {
        guard let preview else { return 0 }
        let count = AnswerRows(preview, width: pane.width - 2, .measuring).rows.count
        return max(0, count - max(0, pane.height - simulation.lines.count - 3))
    }

    private func drawLine(
        _ line: Simulation.Line, at row: Int, _ labels: Int, into canvas: inout Canvas, _ scene: Scene
    ) {
        let y = row + 2
        let isSelected = pane == .simulate && row == self.line
        if isSelected {
            canvas.tint(canvas.bounds.row(y), scene.ground(.selection))
            canvas.write(scene.glyphs.marker, at: Point(x: 0, y: y), scene[.accent])
        }
        canvas.write(
            simulation.label(of: line), at: Point(x: 1, y: y), scene[.dim], maxWidth: labels - 1, overflow: .ellipsis)
        let x = 1 + labels
        if let editing, editing.target == .line(line) {
            editing.field.draw(into: &canvas, x: x, y: y, width: max(1, canvas.width - x - 1), scene)
            if line == .newField, editing.field.text.isEmpty {
                canvas.write(
                    "name=value", at: Point(x: x + 2, y: y), scene[.dim].on(scene[.field].background),
                    maxWidth: max(0, canvas.width - x - 3))
            }
            return
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
