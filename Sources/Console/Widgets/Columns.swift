import Cells

/// A column of a table: how wide it wants to be and what it is worth when there is too little room.
struct Column<ID: Hashable & Sendable>: Sendable {
    enum Alignment: Sendable { case left, right, center }

    let id: ID
    let title: String
    let alignment: Alignment
    /// Below this it is left out.
    let least: Int
    /// What it takes when there is room.
    let most: Int
    /// The highest is left out first; 0 never.
    let rank: Int
    /// Space at its left.
    let gap: Int
    /// Tables narrower than this leave it out.
    let from: Int

    init(
        _ id: ID, _ title: String, _ alignment: Alignment = .left, least: Int, most: Int? = nil, rank: Int,
        gap: Int = 2,
        from: Int = 0
    ) {
        self.id = id
        self.title = title
        self.alignment = alignment
        self.least = least
        self.most = most ?? least
        self.rank = rank
        self.gap = gap
        self.from = from
    }
}

/// Columns with their places.
struct ColumnLayout<ID: Hashable & Sendable>: Sendable {
    struct Placed: Sendable {
        let column: Column<ID>
        let x: Int
        let width: Int
    }

    let columns: [Placed]

    /// Gives every column its least width, leaving out the least important until all fit; what is left goes to the
    /// columns in turn, the more important first, until each has what it wants.
    init(_ wanted: [Column<ID>], width: Int, left: Int = 1) {
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

    subscript(id: ID) -> Placed? { columns.first { $0.column.id == id } }

    /// The column at a place, its gap included.
    func column(at x: Int) -> ID? {
        columns.last { x >= $0.x - $0.column.gap && x < $0.x + $0.width }?.column.id
    }

    /// Draws the titles into a row.
    func drawTitles(into canvas: inout Canvas, y: Int, _ scene: Scene) {
        for placed in columns {
            // A right-aligned title may use the gap before its column.
            let isRight = placed.column.alignment == .right
            let wide = isRight ? Placed(column: placed.column, x: placed.x - 1, width: placed.width + 1) : placed
            draw(placed.column.title, in: wide, into: &canvas, y: y, scene[.heading])
        }
    }

    /// Draws a text into a column; too long a text loses its end.
    func draw(_ text: String, in placed: Placed, into canvas: inout Canvas, y: Int, _ style: Style) {
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

    func draw(_ text: String, in id: ID, into canvas: inout Canvas, y: Int, _ style: Style) {
        guard let placed = self[id] else { return }
        draw(text, in: placed, into: &canvas, y: y, style)
    }
}
