/// Lines between panes and titles in them.
extension Canvas {
    /// A line across a row, with a title in it as in `─ title ───`.
    public mutating func rule(
        in row: Rect, _ style: Style, title: StyledText? = nil, glyphs: Glyphs = .unicode
    ) {
        guard !row.isEmpty, let sign = glyphs.horizontal.first else { return }
        fill(row, with: sign, style)
        guard let title, row.width >= 5 else { return }
        let at = row.x + 2
        let used = write(title, at: Point(x: at, y: row.y), maxWidth: row.width - 4, overflow: .ellipsis)
        write(" ", at: Point(x: at - 1, y: row.y), style)
        write(" ", at: Point(x: at + used, y: row.y), style)
    }

    /// A line down a column.
    public mutating func divider(in column: Rect, _ style: Style, glyphs: Glyphs = .unicode) {
        guard !column.isEmpty, let sign = glyphs.vertical.first else { return }
        fill(Rect(x: column.x, y: column.y, width: 1, height: column.height), with: sign, style)
    }

    /// A line down a column, joined with the lines across that it meets: those above and below its ends, and those that end
    /// beside it. It is drawn after them.
    /// - Parameter across: how the lines across look; what only has their sign, as a bar of a chart, is none.
    public mutating func divider(
        in column: Rect, _ style: Style, joining across: Style, glyphs: Glyphs = .unicode
    ) {
        guard !column.isEmpty else { return }
        divider(in: column, style, glyphs: glyphs)
        let (x, end) = (column.x, column.y + column.height)
        joint(at: Point(x: x, y: column.y - 1), across, glyphs: glyphs)
        joint(at: Point(x: x, y: end), across, glyphs: glyphs)
        for y in column.y..<end {
            let left = isLine(Point(x: x - 1, y: y), across, glyphs)
            let right = isLine(Point(x: x + 1, y: y), across, glyphs)
            guard left || right else { continue }
            let sign = left && right ? glyphs.cross : left ? glyphs.teeLeft : glyphs.teeRight
            write(sign, at: Point(x: x, y: y), style)
        }
    }

    /// Makes a joint of a line across where lines down a column meet it from above or below.
    public mutating func joint(at point: Point, _ across: Style, glyphs: Glyphs = .unicode) {
        guard isLine(point, across, glyphs) else { return }
        let above = self[point.x, point.y - 1].text == glyphs.vertical
        let below = self[point.x, point.y + 1].text == glyphs.vertical
        guard above || below else { return }
        write(above && below ? glyphs.cross : above ? glyphs.teeUp : glyphs.teeDown, at: point, across)
    }

    private func isLine(_ point: Point, _ across: Style, _ glyphs: Glyphs) -> Bool {
        let cell = self[point.x, point.y]
        return cell.text == glyphs.horizontal && cell.style.foreground == across.foreground
    }

    /// A box around a rectangle with a title in its upper edge; returns the rectangle inside.
    @discardableResult
    public mutating func frame(
        _ rect: Rect, _ style: Style, title: StyledText? = nil, glyphs: Glyphs = .unicode
    ) -> Rect {
        guard rect.width >= 2, rect.height >= 2 else { return Rect(x: rect.x, y: rect.y, width: 0, height: 0) }
        rule(in: Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), style, title: title, glyphs: glyphs)
        let bottom = rect.y + rect.height - 1
        let right = rect.x + rect.width - 1
        rule(in: Rect(x: rect.x, y: bottom, width: rect.width, height: 1), style, glyphs: glyphs)
        divider(in: Rect(x: rect.x, y: rect.y, width: 1, height: rect.height), style, glyphs: glyphs)
        divider(in: Rect(x: right, y: rect.y, width: 1, height: rect.height), style, glyphs: glyphs)
        write(glyphs.topLeft, at: Point(x: rect.x, y: rect.y), style)
        write(glyphs.topRight, at: Point(x: right, y: rect.y), style)
        write(glyphs.bottomLeft, at: Point(x: rect.x, y: bottom), style)
        write(glyphs.bottomRight, at: Point(x: right, y: bottom), style)
        return rect.inset(left: 1, top: 1, right: 1, bottom: 1)
    }
}
