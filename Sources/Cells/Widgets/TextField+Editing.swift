extension TextField {
    /// Does what a key means in a line editor (the usual ones of readline); false for a key that is not for it.
    public mutating func handle(_ key: Key) -> Bool {
        switch (key.code, key.modifiers) {
        case (.character(let character), []): insert(character)
        case (.backspace, []), (.character("h"), .control): deleteBackward()
        case (.delete, []), (.character("d"), .control): deleteForward()
        default:
            guard edit(key) else { return false }
            deselect()
        }
        return true
    }

    private mutating func edit(_ key: Key) -> Bool {
        switch (key.code, key.modifiers) {
        case (.left, []), (.character("b"), .control): move(by: -1)
        case (.right, []), (.character("f"), .control): move(by: 1)
        case (.home, []), (.character("a"), .control): moveToStart()
        case (.end, []), (.character("e"), .control): moveToEnd()
        case (.left, .control), (.left, .alt), (.character("b"), .alt): moveWordBackward()
        case (.right, .control), (.right, .alt), (.character("f"), .alt): moveWordForward()
        case (.character("w"), .control): deleteWordBackward()
        case (.character("u"), .control): deleteToStart()
        case (.character("k"), .control): deleteToEnd()
        default: return false
        }
        return true
    }

    /// Draws into one row, scrolled so that the cursor shows, and returns where the cursor stands in the canvas; `nil`
    /// where there is no room for it.
    @discardableResult
    public func draw(into canvas: inout Canvas, in row: Rect, _ style: Style) -> Point? {
        guard !row.isEmpty else { return nil }
        let before = displayWidth(of: characters[..<cursor].reduce(into: "") { $0.append($1) })
        // One column is kept for a cursor at the end; whole characters are left out at the left.
        var skipped = 0
        var first = 0
        while before - skipped > row.width - 1, first < cursor {
            skipped += displayWidth(of: characters[first])
            first += 1
        }
        let rest = String(characters[first...])
        canvas.write(rest, at: Point(x: row.x, y: row.y), style, maxWidth: row.width)
        return Point(x: row.x + before - skipped, y: row.y)
    }
}
