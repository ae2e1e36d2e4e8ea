/// A rectangle of a grid to draw into. What is drawn outside of it is cut off, so that a widget can do nothing else.
///
/// Points are counted from the rectangle's own top left. Text and rows are clipped at cell borders; a wide character that
/// does not fit whole is replaced by a space.
public struct Canvas {
    /// Columns and rows of the rectangle, whether or not all of it lies on the screen.
    public private(set) var size: Size
    private var gridSize: Size
    private var cells: [Cell]
    /// The rectangle's top left in the grid.
    private var origin: Point
    /// The part of the rectangle that lies in the grid and in all rectangles around it, in the grid's coordinates.
    private var clip: Rect

    init(taking grid: inout Grid, rect: Rect) {
        gridSize = grid.size
        cells = grid.takeCells()
        size = Size(width: rect.width, height: rect.height)
        origin = Point(x: rect.x, y: rect.y)
        clip = rect.intersection(Rect(x: 0, y: 0, width: gridSize.width, height: gridSize.height))
    }

    mutating func give(back grid: inout Grid) {
        swap(&grid.cells, &cells)
    }

    /// The whole rectangle in its own coordinates.
    public var bounds: Rect { Rect(x: 0, y: 0, width: size.width, height: size.height) }
    /// Columns.
    public var width: Int { size.width }
    /// Rows.
    public var height: Int { size.height }
    /// Whether nothing can be drawn at all.
    public var isEmpty: Bool { clip.isEmpty }

    /// The cell at a place; a blank outside.
    public subscript(x: Int, y: Int) -> Cell {
        let point = Point(x: origin.x + x, y: origin.y + y)
        return clip.contains(point) ? cells[point.y * gridSize.width + point.x] : .blank
    }

    /// Draws into a part of this rectangle.
    public mutating func draw<Result>(in rect: Rect, _ body: (inout Canvas) throws -> Result) rethrows -> Result {
        let outer = (size, origin, clip)
        origin = Point(x: origin.x + rect.x, y: origin.y + rect.y)
        size = Size(width: rect.width, height: rect.height)
        clip = clip.intersection(Rect(x: origin.x, y: origin.y, width: rect.width, height: rect.height))
        defer { (size, origin, clip) = outer }
        return try body(&self)
    }

    /// The rows of `clip` that a rectangle of this canvas touches, and its columns, in the grid's coordinates.
    private func visible(_ rect: Rect) -> Rect {
        Rect(x: origin.x + rect.x, y: origin.y + rect.y, width: rect.width, height: rect.height).intersection(clip)
    }
}

// MARK: - Filling

extension Canvas {
    /// Fills all with spaces in a style.
    public mutating func fill(_ style: Style) { fill(bounds, style) }

    /// Fills a rectangle with spaces in a style. Colours the style leaves open become the terminal's own.
    public mutating func fill(_ rect: Rect, _ style: Style) {
        fill(rect, with: " ", style)
    }

    /// Fills a rectangle with a character; a wide one, or one that is not a single glyph, becomes a space.
    public mutating func fill(_ rect: Rect, with character: Character, _ style: Style) {
        let area = visible(rect)
        guard !area.isEmpty else { return }
        var cell = Cell(character, style: style)
        if cell.width != 1 { cell = Cell(ascii: 0x20, style: style) }
        for y in area.y..<area.y + area.height {
            freeEdges(from: area.x, to: area.x + area.width, row: y)
            let start = y * gridSize.width + area.x
            for index in start..<start + area.width { cells[index] = cell }
        }
    }

    /// Changes how a rectangle looks and leaves its text: the style's colours where it has them, its attributes added.
    public mutating func tint(_ rect: Rect, _ style: Style) {
        let area = visible(rect)
        guard !area.isEmpty else { return }
        let look = Cell.pack(style)
        for y in area.y..<area.y + area.height {
            for index in y * gridSize.width + area.x..<y * gridSize.width + area.x + area.width {
                let beneath = cells[index].look
                cells[index].look = Cell.layered(look, over: beneath) | beneath & (Cell.attributesMask | Cell.widthMask)
            }
        }
    }
}

// MARK: - Writing

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
    /// What the style leaves open shows through from the cells beneath: the foreground, the background and with it
    /// `reverse`. The text is made harmless on its way (see `displayWidth(of:)`); line breaks are shown as ↵.
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
        if text.utf8.count <= limit { return true }
        var width = 0
        for character in text {
            width += displayWidth(of: character)
            if width > limit { return false }
        }
        return true
    }

    private mutating func put(_ text: some StringProtocol, at point: Point, look: UInt64, room: Int) -> Int {
        if room > 0, let used = putASCII(text, at: point, look: look, room: room) { return used }
        var used = 0
        for character in text {
            // Near the edge the whole character is measured first, for one may be several glyphs.
            if used + 2 > room || character.unicodeScalars.count > 1, used + displayWidth(of: character) > room {
                return used
            }
            Glyph.each(of: character) { glyph in
                place(glyph, x: point.x + used, y: point.y, look: look)
                used += glyph.width
            }
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
    private mutating func freeEdges(from start: Int, to end: Int, row y: Int) {
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
