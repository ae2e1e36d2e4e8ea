import Cells

/// Text on the screen between where a drag began and where it is, within the pane where it began: what a terminal would
/// select, without what stands in the pane beside.
struct TextSelection: Hashable, Sendable {
    private let start: Point
    private(set) var end: Point
    /// The columns of the pane.
    private let columns: Range<Int>
    /// The rows of the screen.
    private let rows: Range<Int>

    /// A line as tall as this is the edge of a pane; shorter ones stand in texts.
    private static let shortestEdge = 10

    /// Begins at a cell of what is shown.
    init(at point: Point, of grid: Grid, body: Rect) {
        start = point
        end = point
        rows = body.y..<body.y + body.height
        let lines = [Glyphs.unicode.vertical, Glyphs.unicode.thumb]
        func isEdge(_ x: Int) -> Bool {
            guard lines.contains(grid[x, point.y].text) else { return false }
            var top = point.y
            while top > body.y, lines.contains(grid[x, top - 1].text) { top -= 1 }
            var bottom = point.y
            while bottom + 1 < body.y + body.height, lines.contains(grid[x, bottom + 1].text) { bottom += 1 }
            return bottom - top + 1 >= Self.shortestEdge
        }
        let left = stride(from: point.x, through: 0, by: -1).first(where: isEdge).map { $0 + 1 } ?? 0
        let right = (point.x..<max(point.x + 1, grid.size.width)).first(where: isEdge) ?? grid.size.width
        columns = left..<max(left, right)
    }

    /// Whether more than the cell where it began is selected.
    var isEmpty: Bool { start == end }

    mutating func extend(to point: Point) {
        let x = min(max(point.x, columns.lowerBound), max(columns.lowerBound, columns.upperBound - 1))
        end = Point(x: x, y: min(max(point.y, rows.lowerBound), max(rows.lowerBound, rows.upperBound - 1)))
    }

    /// The selected columns of each row.
    var parts: [Rect] {
        guard !isEmpty, !columns.isEmpty else { return [] }
        let isForward = (start.y, start.x) <= (end.y, end.x)
        let (first, last) = isForward ? (start, end) : (end, start)
        return (first.y...last.y).map { y in
            let from = y == first.y ? first.x : columns.lowerBound
            let to = y == last.y ? last.x + 1 : columns.upperBound
            return Rect(x: from, y: y, width: max(0, to - from), height: 1)
        }
    }

    /// What is selected, a line a row, without the spaces at the ends of rows.
    func text(of grid: Grid) -> String {
        parts.map { part in
            var line = ""
            for x in part.x..<part.x + part.width { line += grid[x, part.y].text }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

extension ConsoleState {
    /// The mouse went on with its button down.
    mutating func select(to point: Point) {
        if selection == nil, let pressed {
            selection = TextSelection(at: pressed, of: shown, body: ScreenFrame(size).body)
        }
        selection?.extend(to: point)
    }

    /// The button came up: what was selected goes to the clipboard, and stays marked until something else happens.
    func copySelection(_ effects: inout [Effect]) {
        guard let selection, !selection.isEmpty else { return }
        let text = selection.text(of: shown)
        guard !text.allSatisfy(\.isWhitespace) else { return }
        effects.append(.copy(text, what: "what was selected"))
    }

    /// The screen as text: looks do not matter.
    private var shown: Grid {
        var grid = Grid(size: size)
        draw(self, into: &grid, theme: Theme(name: "", styles: [:]), glyphs: .unicode)
        return grid
    }
}
