extension Canvas {
    /// Fills all with spaces in a style.
    public mutating func fill(_ style: Style) { fill(bounds, style) }

    /// Lays a ground: fills a rectangle with spaces in a style, whatever was there. Colours the style leaves open become
    /// the terminal's own.
    public mutating func fill(_ rect: Rect, _ style: Style) {
        var ground = Cell(ascii: 0x20, style: style)
        ground.look = Cell.ground(ground.look)
        fill(rect) { _ in ground }
    }

    /// Fills a rectangle with a sign, on the ground that is there where the style has none. A wide character, or one that
    /// is not a single glyph, becomes a space.
    public mutating func fill(_ rect: Rect, with character: Character, _ style: Style) {
        var sign = Cell(character, style: style)
        if sign.width != 1 { sign = Cell(ascii: 0x20, style: style) }
        fill(rect) { beneath in
            Cell(low: sign.low, high: sign.high, look: Cell.layered(sign.look, over: beneath.look))
        }
    }

    private mutating func fill(_ rect: Rect, _ cell: (Cell) -> Cell) {
        let area = visible(rect)
        guard !area.isEmpty else { return }
        for y in area.y..<area.y + area.height {
            freeEdges(from: area.x, to: area.x + area.width, row: y)
            let start = y * gridSize.width + area.x
            for index in start..<start + area.width { cells[index] = cell(cells[index]) }
        }
    }

    /// Takes the reversal of a ground off the cells of a bar: on a reversed row it would be drawn by what is left out. The
    /// cells at both its ends too, for a whole bar would look like the row itself.
    public mutating func unreverse(around bar: Rect) {
        guard !bar.isEmpty else { return }
        let area = visible(Rect(x: bar.x - 1, y: bar.y, width: bar.width + 2, height: bar.height))
        guard !area.isEmpty else { return }
        for y in area.y..<area.y + area.height {
            for index in y * gridSize.width + area.x..<y * gridSize.width + area.x + area.width {
                cells[index].look &= ~Cell.reverseBit
            }
        }
    }

    /// Changes how a rectangle looks and leaves its text: the style's colours where it has them, its attributes added.
    public mutating func tint(_ rect: Rect, _ style: Style) {
        let area = visible(rect)
        guard !area.isEmpty else { return }
        let look = Cell.ground(Cell.pack(style))
        for y in area.y..<area.y + area.height {
            for index in y * gridSize.width + area.x..<y * gridSize.width + area.x + area.width {
                let beneath = cells[index].look
                let kept = Cell.attributesMask | Cell.widthMask | Cell.groundMask
                cells[index].look = Cell.layered(look, over: beneath) | beneath & kept
            }
        }
    }
}
