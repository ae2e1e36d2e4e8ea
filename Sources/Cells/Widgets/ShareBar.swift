/// A bar of blocks, or several end to end: shares of a whole, or one number against a largest one.
public struct ShareBar: Hashable, Sendable {
    /// One part.
    public struct Part: Hashable, Sendable {
        /// Its share of the full width, 0–1.
        public var share: Double
        /// Its foreground is the colour of the part.
        public var style: Style

        /// Makes a part.
        public init(_ share: Double, _ style: Style) {
            self.share = share
            self.style = style
        }
    }

    /// The parts, left to right.
    public var parts: [Part]

    /// Makes a bar of parts.
    public init(_ parts: [Part]) {
        self.parts = parts
    }

    /// Makes a bar of one part.
    public init(_ share: Double, _ style: Style) {
        parts = [Part(share, style)]
    }

    /// Draws into one row. The last part ends in eighths of a cell; a part above 0 shows at least an eighth if it is last,
    /// and a border between parts goes to the nearest whole cell.
    public func draw(into canvas: inout Canvas, in row: Rect, glyphs: Glyphs = .unicode) {
        guard !row.isEmpty else { return }
        canvas.unreverse(around: row)
        var sum = 0.0
        var x = 0
        for (index, part) in parts.enumerated() {
            let share = part.share.isFinite ? max(0, part.share) : 0
            sum = min(1, sum + share)
            let exact = sum * Double(row.width)
            let isLast = index == parts.count - 1
            let whole = isLast ? Int(exact) : Int(exact.rounded())
            let block = glyphs.shades[shade(of: index) % glyphs.shades.count]
            while x < whole {
                canvas.write(block, at: Point(x: row.x + x, y: row.y), part.style)
                x += 1
            }
            guard isLast, share > 0, x < row.width else { continue }
            var eighths = Int(((exact - Double(x)) * 8).rounded())
            if eighths == 0 && x == 0 { eighths = 1 }
            if eighths > 0 {
                canvas.write(
                    block == glyphs.block ? glyphs.eighths[eighths - 1] : block, at: Point(x: row.x + x, y: row.y),
                    part.style)
            }
        }
    }

    /// How far a part's shade is from the full block: parts of one colour end to end differ in shade.
    private func shade(of index: Int) -> Int {
        var shade = 0
        for other in parts.indices.dropFirst().prefix(max(0, index)) {
            shade = parts[other].style.foreground == parts[other - 1].style.foreground ? shade + 1 : 0
        }
        return shade
    }
}
