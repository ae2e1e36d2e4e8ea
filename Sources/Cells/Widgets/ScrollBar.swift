/// A scroll bar in one column: how much of a list is on the screen and where.
public struct ScrollBar: Hashable, Sendable {
    /// Rows in the list.
    public var count: Int
    /// The rows on the screen.
    public var visible: Range<Int>

    /// Makes a scroll bar.
    public init(count: Int, visible: Range<Int>) {
        self.count = count
        self.visible = visible
    }

    /// The rows of a bar of `height` that the thumb takes; empty where all of the list is on the screen.
    public func thumb(height: Int) -> Range<Int> {
        guard height > 0, count > visible.count, !visible.isEmpty else { return 0..<0 }
        let length = max(1, min(height, height * visible.count / count))
        let free = height - length
        let hidden = count - visible.count
        // The ends are reached only where the list's ends are on the screen.
        var start = (visible.lowerBound * free + hidden / 2) / hidden
        if visible.lowerBound > 0, free > 1 { start = max(1, start) }
        if visible.upperBound < count, free > 1 { start = min(free - 1, start) }
        return start..<start + length
    }

    /// Draws into a column.
    public func draw(into canvas: inout Canvas, in column: Rect, _ style: Style, glyphs: Glyphs = .unicode) {
        guard !column.isEmpty else { return }
        for y in thumb(height: column.height) {
            canvas.write(glyphs.thumb, at: Point(x: column.x, y: column.y + y), style)
        }
    }
}
