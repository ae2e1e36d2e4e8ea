/// Columns of a table: how wide each is at a given width, and which fall away when there is too little of it.
///
/// The table knows nothing of its rows; a screen draws each row's cells into the places `layout` gives.
public struct Table: Hashable, Sendable {
    /// Where a cell's text stands.
    public enum Alignment: Hashable, Sendable {
        /// Text.
        case left
        /// Numbers.
        case right
        /// Signs and short marks.
        case center
    }

    /// One column.
    public struct Column: Hashable, Sendable {
        /// Its head.
        public var title: String
        /// Its width; a head that is wider is cut.
        public var width: Length
        /// Where text stands in it.
        public var alignment: Alignment
        /// The lowest numbers stay longest; columns with the highest fall away first, the rightmost first among equals.
        public var priority: Int

        /// Makes a column.
        public init(_ title: String, _ width: Length, _ alignment: Alignment = .left, priority: Int = 0) {
            self.title = title
            self.width = width
            self.alignment = alignment
            self.priority = priority
        }

        var least: Int {
            switch width {
            case .fixed(let count): return count
            case .flex(_, let least): return max(1, least)
            }
        }
    }

    /// Where a column stands.
    public struct Placement: Hashable, Sendable {
        /// Its index in `columns`.
        public var column: Int
        /// Its left edge.
        public var x: Int
        /// Its width.
        public var width: Int
    }

    /// The columns, left to right.
    public var columns: [Column]
    /// Spaces between two columns.
    public var gap: Int

    /// Makes a table.
    public init(_ columns: [Column], gap: Int = 2) {
        self.columns = columns
        self.gap = gap
    }

    /// The columns that fit into `width`, left to right. The one with the lowest priority is always there, cut if need be.
    public func layout(width: Int) -> [Placement] {
        var kept = Array(columns.indices)
        while kept.count > 1, needed(kept) > width {
            guard let worst = kept.max(by: { (columns[$0].priority, $0) < (columns[$1].priority, $1) }) else { break }
            kept.removeAll { $0 == worst }
        }
        let parts = Length.divide(width, kept.map { columns[$0].width }, gap: gap)
        return zip(kept, parts).map { Placement(column: $0, x: $1.start, width: $1.length) }
    }

    private func needed(_ kept: [Int]) -> Int {
        kept.reduce(0) { $0 + columns[$1].least } + gap * (kept.count - 1)
    }

    /// Draws the heads into a row.
    public func drawHead(into canvas: inout Canvas, in row: Rect, _ style: Style) {
        guard !row.isEmpty else { return }
        for place in layout(width: row.width) {
            let column = columns[place.column]
            Table.draw(StyledText(column.title, style), column.alignment, place, into: &canvas, in: row)
        }
    }

    /// Draws one row: `cell` gives the text of a column, by its index in `columns`.
    public func drawRow(
        into canvas: inout Canvas, in row: Rect, placements: [Placement], cell: (Int) -> StyledText
    ) {
        guard !row.isEmpty else { return }
        for place in placements {
            Table.draw(cell(place.column), columns[place.column].alignment, place, into: &canvas, in: row)
        }
    }

    /// Draws text into a column of a row, aligned, with … where it is too long.
    public static func draw(
        _ text: StyledText, _ alignment: Alignment, _ place: Placement, into canvas: inout Canvas, in row: Rect
    ) {
        guard place.width > 0 else { return }
        var x = place.x
        if alignment != .left {
            let free = max(0, place.width - text.width)
            x += alignment == .right ? free : free / 2
        }
        canvas.write(
            text, at: Point(x: row.x + x, y: row.y), maxWidth: place.x + place.width - x, overflow: .ellipsis)
    }
}
