import Cells
import TraceModel

extension SessionPane {
    /// Draws the turns as waterfalls, one under the other on one scale.
    func drawRows(into canvas: inout Canvas, hasKeys: Bool, _ scene: Scene) {
        guard hasLoaded else {
            canvas.write("reading", at: Point(x: 1, y: 0), scene[.dim])
            return
        }
        let scale = turns.turns.map { $0.waterfall.span(now: scene.now) }.max() ?? 1
        let numberWidth = String(turns.turns.count).utf8.count + 1
        for (y, index) in list.visible.enumerated() {
            let row = rows[index]
            let line = canvas.bounds.row(y)
            if index == list.selected { canvas.select(row: y, hasKeys: hasKeys, scene) }
            let isFirst = index == 0 || rows[index - 1].turn != row.turn
            if isFirst {
                canvas.writeRight("\(row.turn + 1)", endingAt: numberWidth, y: y, scene[.dim])
            }
            let origin = turns.turns[row.turn].waterfall.start
            Waterfall.draw(
                row.row, folded: row.folded, into: &canvas, rect: line.inset(left: numberWidth + 1, right: 1),
                origin: origin, scale: scale,
                isAwaited: turns.turns[row.turn].waterfall.awaited.contains(row.row.stored.span.key), scene)
        }
        list.drawBar(into: &canvas, scene)
    }
}
