/// Drawing straight into a grid, for code that has no rectangle of its own.
extension Grid {
    /// Fills a rectangle with spaces in a style.
    public mutating func fill(_ rect: Rect, _ style: Style) {
        draw { $0.fill(rect, style) }
    }

    /// Writes one line of text and returns the columns it took: see `Canvas.write`.
    @discardableResult
    public mutating func write(
        _ text: some StringProtocol, at point: Point, _ style: Style = Style(), maxWidth: Int? = nil,
        overflow: Canvas.Overflow = .clip
    ) -> Int {
        draw { $0.write(text, at: point, style, maxWidth: maxWidth, overflow: overflow) }
    }
}
