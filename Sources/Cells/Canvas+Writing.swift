extension Canvas {
    /// What happens to text that is wider than its place.
    public enum Overflow: Sendable {
        /// Cut at the last whole character.
        case clip
        /// Cut, with … in the last column.
        case ellipsis
    }

    /// Writes one line of text and returns the columns it took.
    ///
    /// What the style leaves open shows through from the cells beneath: the foreground, the background and with it the
    /// attributes of the ground. The text is made harmless on its way (see `displayWidth(of:)`); line breaks are shown as ↵.
    /// - Parameters:
    ///   - point: where the first character goes; columns left of 0 are cut off.
    ///   - maxWidth: columns the text may take, `nil` for all to the right edge.
    @discardableResult
    public mutating func write(
        _ text: some StringProtocol, at point: Point, _ style: Style = Style(), maxWidth: Int? = nil,
        overflow: Overflow = .clip
    ) -> Int {
        let limit = min(size.width - point.x, maxWidth ?? Int.max)
        guard limit > 0 else { return 0 }
        var room = limit
        if overflow == .ellipsis, !fits(text, limit) { room -= 1 }
        let used = put(text, at: point, look: Cell.pack(style), room: room)
        guard room < limit else { return used }
        place(.ellipsis, x: point.x + used, y: point.y, look: Cell.pack(style))
        return used + 1
    }

    /// Writes text so that it ends before column `right` (exclusive) and returns the columns it took. Text wider than
    /// `maxWidth` loses its end.
    @discardableResult
    public mutating func writeRight(
        _ text: some StringProtocol, endingAt right: Int, y: Int, _ style: Style = Style(), maxWidth: Int? = nil
    ) -> Int {
        let room = min(maxWidth ?? right, right)
        let width = min(displayWidth(of: text), room)
        return write(text, at: Point(x: right - width, y: y), style, maxWidth: width, overflow: .ellipsis)
    }

    /// Writes text in the middle of a rectangle's width.
    @discardableResult
    public mutating func writeCentered(
        _ text: some StringProtocol, in rect: Rect, y: Int, _ style: Style = Style()
    ) -> Int {
        let width = min(displayWidth(of: text), rect.width)
        let x = rect.x + (rect.width - width) / 2
        return write(text, at: Point(x: x, y: y), style, maxWidth: width, overflow: .ellipsis)
    }

    /// Writes runs of styled text one after another and returns the columns they took.
    @discardableResult
    public mutating func write(
        _ text: StyledText, at point: Point, maxWidth: Int? = nil, overflow: Overflow = .clip
    ) -> Int {
        let limit = min(size.width - point.x, maxWidth ?? Int.max)
        var used = 0
        for (index, run) in text.runs.enumerated() where used < limit {
            // With more text to come the last column is kept for the ellipsis only if it is needed.
            let rest = text.runs[(index + 1)...]
            let at = Point(x: point.x + used, y: point.y)
            if overflow == .ellipsis, !rest.allSatisfy({ $0.text.isEmpty }), displayWidth(of: run.text) >= limit - used
            {
                used += write(run.text + "\u{2026}", at: at, run.style, maxWidth: limit - used, overflow: .ellipsis)
            } else {
                used += write(run.text, at: at, run.style, maxWidth: limit - used, overflow: overflow)
            }
        }
        return used
    }

    private func fits(_ text: some StringProtocol, _ limit: Int) -> Bool {
        // No character has more columns than bytes.
        text.utf8.count <= limit || displayWidth(of: text, upTo: limit) <= limit
    }

    private mutating func put(_ text: some StringProtocol, at point: Point, look: UInt64, room: Int) -> Int {
        if room > 0, let used = putASCII(text, at: point, look: look, room: room) { return used }
        var used = 0
        GlyphScan.each(of: text) { element in
            switch element {
            case .simple(let scalar, let width):
                guard used + width <= room else { return false }
                place(Glyph(scalar: scalar, width: width), x: point.x + used, y: point.y, look: look)
                used += width
            case .complex(let character):
                // The whole character is measured first, for one may be several glyphs.
                guard used + displayWidth(of: character) <= room else { return false }
                Glyph.each(of: character) { glyph in
                    place(glyph, x: point.x + used, y: point.y, look: look)
                    used += glyph.width
                }
            }
            return true
        }
        return used
    }

    /// The common case without characters: all bytes printable ASCII.
    private mutating func putASCII(_ text: some StringProtocol, at point: Point, look: UInt64, room: Int) -> Int? {
        let y = origin.y + point.y
        let x = origin.x + point.x
        let used = text.utf8.withContiguousStorageIfAvailable { bytes -> Int in
            for byte in bytes where byte < 0x20 || byte > 0x7E { return -1 }
            let count = min(bytes.count, room)
            guard y >= clip.y, y < clip.y + clip.height else { return count }
            let first = max(0, clip.x - x)
            let last = min(count, clip.x + clip.width - x)
            guard first < last else { return count }
            freeEdges(from: x + first, to: x + last, row: y)
            let base = y * gridSize.width + x
            for index in first..<last {
                let beneath = cells[base + index].look
                cells[base + index] = Cell(
                    low: UInt64(bytes[index]), high: 0, look: Cell.layered(look, over: beneath) | 1 << Cell.widthShift)
            }
            return count
        }
        guard let used, used >= 0 else { return nil }
        return used
    }

    /// Puts one glyph; a wide one that is cut by the clip becomes spaces in the part that is inside.
    private mutating func place(_ glyph: Glyph, x: Int, y: Int, look: UInt64) {
        let x = origin.x + x
        let y = origin.y + y
        guard y >= clip.y, y < clip.y + clip.height, x + glyph.width > clip.x, x < clip.x + clip.width else { return }
        let isWhole = x >= clip.x && x + glyph.width <= clip.x + clip.width
        let first = max(x, clip.x)
        let last = min(x + glyph.width, clip.x + clip.width)
        freeEdges(from: first, to: last, row: y)
        let base = y * gridSize.width
        let over = Cell.layered(look, over: cells[base + first].look)
        guard isWhole else {
            cells[base + first] = Cell(low: 0x20, high: 0, look: over | 1 << Cell.widthShift)
            return
        }
        let cell = Cell(low: glyph.low, high: glyph.high, look: over | UInt64(glyph.width) << Cell.widthShift)
        cells[base + x] = cell
        if glyph.width == 2 { cells[base + x + 1] = cell.continuation }
    }

    /// Before the cells of a row from `start` to `end` (exclusive) are overwritten: a wide character that is half inside
    /// leaves a space outside.
    mutating func freeEdges(from start: Int, to end: Int, row y: Int) {
        let base = y * gridSize.width
        if start > 0, cells[base + start].isContinuation {
            cells[base + start - 1] = spaced(cells[base + start - 1])
        }
        if end < gridSize.width, cells[base + end].isContinuation {
            cells[base + end] = spaced(cells[base + end])
        }
    }

    private func spaced(_ cell: Cell) -> Cell {
        Cell(low: 0x20, high: 0, look: cell.styleBits | 1 << Cell.widthShift)
    }
}
