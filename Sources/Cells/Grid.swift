/// A screen's worth of cells: what is drawn into, compared with the frame before, and sent to a terminal.
public struct Grid: Equatable, Sendable {
    /// Columns and rows.
    public private(set) var size: Size
    /// Row after row.
    var cells: [Cell]

    /// A grid of spaces.
    public init(size: Size, style: Style = Style()) {
        self.size = size
        cells = Array(repeating: Cell(ascii: 0x20, style: style), count: size.width * size.height)
    }

    /// All of it.
    public var bounds: Rect { Rect(x: 0, y: 0, width: size.width, height: size.height) }

    /// The cell at a place; a blank outside of the grid.
    public subscript(x: Int, y: Int) -> Cell {
        guard x >= 0, y >= 0, x < size.width, y < size.height else { return .blank }
        return cells[y * size.width + x]
    }

    /// The cell at a place; a blank outside of the grid.
    public subscript(point: Point) -> Cell { self[point.x, point.y] }

    /// Draws into all of the grid.
    public mutating func draw<Result>(_ body: (inout Canvas) throws -> Result) rethrows -> Result {
        try draw(in: bounds, body)
    }

    /// Draws into a part of the grid: the canvas has its own origin and lets nothing out of the rectangle.
    public mutating func draw<Result>(
        in rect: Rect, _ body: (inout Canvas) throws -> Result
    ) rethrows -> Result {
        // The cells move into the canvas and back, so that nothing is copied.
        var canvas = Canvas(taking: &self, rect: rect)
        defer { canvas.give(back: &self) }
        return try body(&canvas)
    }

    /// The text of a row, trailing spaces removed.
    public func text(row y: Int) -> String {
        guard y >= 0, y < size.height else { return "" }
        var line = ""
        for cell in cells[y * size.width..<(y + 1) * size.width] { line += cell.text }
        while line.last == " " { line.removeLast() }
        return line
    }

    /// All rows as text, as a golden screen shows them.
    public var text: String { (0..<size.height).map { text(row: $0) }.joined(separator: "\n") }

    /// Takes the storage out, leaving a grid without cells.
    mutating func takeCells() -> [Cell] {
        let taken = cells
        cells = []
        return taken
    }
}
