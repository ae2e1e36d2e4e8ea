import Cells
import TraceModel

extension FieldEditor {
    func draw(into canvas: inout Canvas, _ state: ConsoleState, _ scene: Scene) {
        canvas.fill(canvas.bounds.row(0), scene[.field])
        let x = 1 + canvas.write(sign, at: Point(x: 1, y: 0), scene[.accent].adding(.bold)) + 1
        let wrong = mistake(state).map { $0.column..<$0.column + $0.length }
        line.draw(
            into: &canvas, in: Rect(x: x, y: 0, width: max(0, canvas.width - x - 1), height: 1), .inBar(scene),
            wrong: wrong)
    }

    private var sign: String {
        switch purpose {
        case .filter, .search: "/"
        case .naming: "save as"
        case .note: "note"
        case .labels: "labels"
        case .score(let place): "score of \(place.words)"
        }
    }

    /// Draws the possibilities below the line, under the word they would take the place of.
    func drawCandidates(into canvas: inout Canvas, _ scene: Scene) {
        let (rows, selected, start) = candidates
        guard !rows.isEmpty, canvas.height >= 3, canvas.width >= 24 else { return }
        let texts = rows.map { displayWidth(of: $0.text) }.max() ?? 0
        let abouts = rows.map { displayWidth(of: $0.about) }.max() ?? 0
        let width = min(canvas.width - 1, max(24, min(texts, 50) + abouts + 6))
        let height = min(rows.count, max(2, canvas.height - 3), 16)
        let before = line.characters[..<min(start, line.characters.count)].reduce(0) { $0 + displayWidth(of: $1) }
        let box = Rect(x: min(2 + before, canvas.width - width - 1), y: 0, width: width, height: height)
        drawEdges(of: box, into: &canvas, scene)
        let list = ListState(count: rows.count, height: height, around: selected ?? 0)
        canvas.draw(in: box) { canvas in
            for (y, index) in list.visible.enumerated() {
                if index == selected { canvas.select(row: y, scene) }
                let candidate = rows[index]
                let room = max(8, canvas.width - abouts - 5)
                canvas.write(
                    candidate.text, at: Point(x: 1, y: y), scene[index == selected ? .strong : .text], maxWidth: room,
                    overflow: .ellipsis)
                canvas.writeRight(
                    candidate.about, endingAt: canvas.width - 2, y: y, scene[.dim], maxWidth: abouts)
            }
            list.drawBar(into: &canvas, scene)
        }
    }

    /// Lays the ground of the possibilities, with a line where the rows below it go on: few terminals have a colour for it.
    private func drawEdges(of box: Rect, into canvas: inout Canvas, _ scene: Scene) {
        // At the edge of the screen no letter of the list below is left standing alone.
        let left = box.x <= 2 ? 0 : box.x - 1
        let right = box.x + box.width
        let (lines, glyphs) = (scene[.lines], scene.glyphs)
        canvas.fill(Rect(x: left, y: 0, width: right - left + 1, height: box.height + 1), scene.raised)
        canvas.rule(in: Rect(x: left, y: box.height, width: right - left, height: 1), lines, glyphs: glyphs)
        canvas.divider(in: Rect(x: right, y: 0, width: 1, height: box.height), lines, glyphs: glyphs)
        canvas.write(glyphs.bottomRight, at: Point(x: right, y: box.height), lines)
        guard left > 0 else { return }
        canvas.divider(in: Rect(x: left, y: 0, width: 1, height: box.height), lines, glyphs: glyphs)
        canvas.write(glyphs.bottomLeft, at: Point(x: left, y: box.height), lines)
    }
}
