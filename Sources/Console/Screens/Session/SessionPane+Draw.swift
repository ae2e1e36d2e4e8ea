import Cells
import TraceModel

extension SessionPane {
    /// Draws the turns as waterfalls, one under the other on one scale.
    /// - Parameter hasKeys: whether keys move among them; `nil` where none is selected.
    func drawRows(into canvas: inout Canvas, hasKeys: Bool?, _ scene: Scene) {
        guard hasLoaded else {
            canvas.write("reading", at: Point(x: 1, y: 0), scene[.dim])
            return
        }
        let scale = scale(now: scene.now)
        let numberWidth = String(turns.turns.count).utf8.count + 1
        for (y, index) in list.visible.enumerated() {
            let row = rows[index]
            let line = canvas.bounds.row(y)
            if index == list.selected, let hasKeys { canvas.select(row: y, hasKeys: hasKeys, scene) }
            let isFirst = index == 0 || rows[index - 1].turn != row.turn
            if isFirst {
                canvas.writeRight("\(row.turn + 1)", endingAt: numberWidth, y: y, scene[.dim])
            }
            let waterfall = turns.turns[row.turn].waterfall
            let shown = waterfall.rows[row.index]
            Waterfall.draw(
                shown, folded: row.folded, into: &canvas, rect: line.inset(left: numberWidth + 1, right: 1),
                origin: waterfall.start, scale: scale,
                isAwaited: waterfall.awaited.contains(shown.stored.span.key), showsCost: turns.hasCost, scene)
        }
        list.drawBar(into: &canvas, scene)
    }
}
