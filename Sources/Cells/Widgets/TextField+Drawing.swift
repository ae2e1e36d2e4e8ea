extension TextField {
    /// How a field looks.
    public struct Look: Hashable, Sendable {
        /// The text.
        public var text: Style
        /// What the row is filled with first; `nil` where it has its ground.
        public var ground: Style?
        /// The cell of the cursor.
        public var cursor: Style
        /// Text that is selected.
        public var selection: Style
        /// What is wrong in it.
        public var wrong: Style

        /// Makes a look.
        public init(text: Style, ground: Style? = nil, cursor: Style, selection: Style, wrong: Style) {
            self.text = text
            self.ground = ground
            self.cursor = cursor
            self.selection = selection
            self.wrong = wrong
        }
    }

    /// Draws the text into one row with its cursor and, set off, what is selected and what is wrong in it; it is scrolled
    /// so that the cursor shows.
    /// - Parameter wrong: characters that are wrong; one past the end marks the place where something is missing.
    public func draw(into canvas: inout Canvas, in row: Rect, _ look: Look, wrong: Range<Int>? = nil) {
        if let ground = look.ground { canvas.fill(row, ground) }
        guard let place = draw(into: &canvas, in: row, look.text) else { return }
        let cursorColumn = columns(before: cursor)
        if isSelected {
            let all = Rect(x: place.x - cursorColumn, y: row.y, width: cursorColumn, height: 1).intersection(row)
            canvas.tint(all, look.selection)
        }
        if let wrong {
            let start = place.x + columns(before: wrong.lowerBound) - cursorColumn
            let end = place.x + columns(before: wrong.upperBound) - cursorColumn
            let marked = Rect(x: start, y: row.y, width: max(1, end - start), height: 1).intersection(row)
            canvas.tint(marked, look.wrong)
        }
        let width = cursor < characters.count ? displayWidth(of: characters[cursor]) : 1
        canvas.tint(Rect(x: place.x, y: place.y, width: max(1, width), height: 1), look.cursor)
    }

    /// Draws into one row, scrolled so that the cursor shows, and returns where the cursor stands in the canvas; `nil`
    /// where there is no room for it.
    @discardableResult
    package func draw(into canvas: inout Canvas, in row: Rect, _ style: Style) -> Point? {
        guard !row.isEmpty else { return nil }
        // One column is kept for a cursor at the end; whole characters are left out at the left.
        let before = columns(before: cursor)
        var skipped = 0
        var first = 0
        while before - skipped > row.width - 1, first < cursor {
            skipped += displayWidth(of: characters[first])
            first += 1
        }
        canvas.write(String(characters[first...]), at: Point(x: row.x, y: row.y), style, maxWidth: row.width)
        return Point(x: row.x + before - skipped, y: row.y)
    }

    private func columns(before index: Int) -> Int {
        let known = characters.prefix(index).reduce(0) { $0 + displayWidth(of: $1) }
        return known + max(0, index - characters.count)
    }
}
