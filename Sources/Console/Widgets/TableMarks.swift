import Cells
import Display
import TraceModel

extension ColumnLayout {
    /// Says of cells that nothing stands in them where the row is read aloud: without it nobody could tell which column a
    /// word is of. Pictures have no title and no word.
    /// - Parameter end: the columns from there on are left as they are.
    func sayEmpty(into canvas: inout Canvas, y: Int, before end: Int = .max, _ scene: Scene) {
        guard scene.isSpoken else { return }
        for placed in columns where placed.x < end && placed.width > 0 && !placed.column.title.isEmpty {
            let cells = placed.x..<placed.x + placed.width
            guard cells.allSatisfy({ canvas[$0, y].text == " " }) else { continue }
            canvas.write(scene.glyphs.none, at: Point(x: placed.x, y: y), scene[.dim])
        }
    }

    /// Draws the sign of the order beside the title of the column that is sorted by.
    func drawSort(in placed: Placed, isDescending: Bool, into canvas: inout Canvas, _ scene: Scene) {
        let sign = isDescending ? scene.glyphs.arrowDown : scene.glyphs.arrowUp
        let title = min(displayWidth(of: placed.column.title), placed.width)
        let x = placed.column.alignment == .right ? placed.x + placed.width - title - 1 : placed.x + title + 1
        canvas.write(sign, at: Point(x: x, y: 0), scene[.accent])
    }
}

extension Scene {
    /// A moment in a column of a list: of another day it never looks like a time of today.
    func moment(_ moment: Timestamp, width: Int) -> String {
        if width >= 15 { return wallClock.short(moment, now: now) }
        return wallClock.isSameDay(moment, now)
            ? wallClock.seconds(moment) : wallClock.cell(moment, now: now, width: width)
    }
}
