/// Numbers as columns of blocks, one a cell, the newest at the right.
public struct Sparkline: Hashable, Sendable {
    /// The numbers, oldest first; negative and non-finite ones count as 0.
    public var values: [Double]
    /// What a full column stands for; `nil` for the largest of the values.
    public var maximum: Double?
    /// How it looks.
    public var style: Style

    /// Makes a sparkline.
    public init(_ values: [Double], maximum: Double? = nil, style: Style) {
        self.values = values
        self.maximum = maximum
        self.style = style
    }

    /// Draws into one row, right-aligned; of more values than cells the newest are shown. A value of 0 has the lowest sign.
    public func draw(into canvas: inout Canvas, in row: Rect, glyphs: Glyphs = .unicode) {
        guard !row.isEmpty else { return }
        let shown = values.suffix(row.width).map { $0.isFinite ? max(0, $0) : 0 }
        let top = maximum ?? shown.max() ?? 0
        let start = row.x + row.width - shown.count
        for (index, value) in shown.enumerated() {
            let share = top > 0 ? min(1, value / top) : 0
            let step = Int((share * Double(glyphs.heights.count - 1)).rounded(.up))
            canvas.write(glyphs.heights[step], at: Point(x: start + index, y: row.y), style)
        }
    }
}
