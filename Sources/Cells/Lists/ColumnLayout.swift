/// Where a text stands in its column.
public enum Alignment: Hashable, Sendable {
    /// At the left edge.
    case left
    /// At the right edge, as numbers do.
    case right
    /// In the middle.
    case center
}

/// A column of a table: how wide it wants to be and what it is worth when there is too little room.
public struct Column<ID: Hashable & Sendable>: Sendable {
    /// Which column it is.
    public let id: ID
    /// What stands over it.
    public let title: String
    /// Where its texts stand.
    public let alignment: Alignment
    /// Below this it is left out.
    public let least: Int
    /// What it takes when there is room.
    public let most: Int
    /// The highest is left out first; 0 never.
    public let rank: Int
    /// Space at its left.
    public let gap: Int
    /// Tables narrower than this leave it out.
    public let from: Int

    /// Makes a column; without `most` it is never wider than `least`.
    public init(
        _ id: ID, _ title: String, _ alignment: Alignment = .left, least: Int, most: Int? = nil, rank: Int,
        gap: Int = 2, from: Int = 0
    ) {
        self.id = id
        self.title = title
        self.alignment = alignment
        self.least = least
        self.most = max(least, most ?? least)
        self.rank = rank
        self.gap = gap
        self.from = from
    }
}

/// Columns with their places.
public struct ColumnLayout<ID: Hashable & Sendable>: Sendable {
    /// A column that there is room for.
    public struct Placed: Sendable {
        /// The column.
        public let column: Column<ID>
        /// Where it begins.
        public let x: Int
        /// How wide it is.
        public let width: Int
    }

    /// The columns there is room for, left to right.
    public let columns: [Placed]

    /// Gives every column its least width, leaving out the least important until all fit; what is left goes to the
    /// columns in turn, the more important first, until each has what it wants.
    /// - Parameter left: where the first column begins.
    public init(_ wanted: [Column<ID>], width: Int, left: Int = 1) {
        var kept = wanted.filter { $0.from <= width }
        func least(_ columns: [Column<ID>]) -> Int {
            columns.reduce(left) { $0 + $1.gap + $1.least } - (columns.first?.gap ?? 0)
        }
        while kept.count > 1, least(kept) > width, let worst = kept.map(\.rank).max(), worst > 0 {
            kept.removeAll { $0.rank == worst }
        }
        var widths = kept.map(\.least)
        var room = width - least(kept)
        for index in kept.indices.sorted(by: { (kept[$0].rank, $0) < (kept[$1].rank, $1) }) where room > 0 {
            let more = min(room, kept[index].most - kept[index].least)
            widths[index] += more
            room -= more
        }
        var x = left
        var placed: [Placed] = []
        for (index, column) in kept.enumerated() {
            if index > 0 { x += column.gap }
            placed.append(Placed(column: column, x: x, width: max(0, min(widths[index], width - x))))
            x += widths[index]
        }
        columns = placed
    }

    /// The place of a column; `nil` for one that is left out. Inlined, since it is asked for each cell: a table has an
    /// enumeration of columns, and to compare two of them is nothing then.
    @inlinable
    public subscript(id: ID) -> Placed? { columns.first { $0.column.id == id } }

    /// The column at a place, its gap included.
    public func column(at x: Int) -> ID? {
        columns.last { x >= $0.x - $0.column.gap && x < $0.x + $0.width }?.column.id
    }

    /// Draws the titles into a row.
    public func drawTitles(into canvas: inout Canvas, y: Int, _ style: Style) {
        for placed in columns {
            // A right-aligned title may use the gap before its column.
            let isRight = placed.column.alignment == .right
            let wide = isRight ? Placed(column: placed.column, x: placed.x - 1, width: placed.width + 1) : placed
            draw(placed.column.title, in: wide, into: &canvas, y: y, style)
        }
    }

    /// Draws a text into a column; too long a text loses its end.
    public func draw(_ text: String, in placed: Placed, into canvas: inout Canvas, y: Int, _ style: Style) {
        guard !text.isEmpty else { return }
        switch placed.column.alignment {
        case .left:
            canvas.write(
                text, at: Point(x: placed.x, y: y), style, maxWidth: placed.width, overflow: .ellipsis)
        case .right:
            canvas.writeRight(text, endingAt: placed.x + placed.width, y: y, style, maxWidth: placed.width)
        case .center:
            canvas.writeCentered(text, in: Rect(x: placed.x, y: y, width: placed.width, height: 1), y: y, style)
        }
    }

    /// Draws a text into a column, where there is room for the column.
    public func draw(_ text: String, in id: ID, into canvas: inout Canvas, y: Int, _ style: Style) {
        guard let placed = self[id] else { return }
        draw(text, in: placed, into: &canvas, y: y, style)
    }

    /// One row as a line of text, for a table among other lines.
    public func line(_ cell: (Column<ID>) -> (text: String, style: Style)) -> StyledText {
        var line = StyledText()
        var x = 0
        for placed in columns {
            let (text, style) = cell(placed.column)
            line.append(
                String(repeating: " ", count: max(0, placed.x - x))
                    + Shortened.padded(text, width: placed.width, placed.column.alignment), style)
            x = placed.x + placed.width
        }
        return line
    }
}
