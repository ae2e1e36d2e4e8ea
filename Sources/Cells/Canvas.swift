/// A rectangle of a grid to draw into. What is drawn outside of it is cut off, so that a widget can do nothing else.
///
/// Points are counted from the rectangle's own top left. Text and rows are clipped at cell borders; a wide character that
/// does not fit whole is replaced by a space.
public struct Canvas {
    /// Columns and rows of the rectangle, whether or not all of it lies on the screen.
    public private(set) var size: Size
    var gridSize: Size
    var cells: [Cell]
    /// The rectangle's top left in the grid.
    var origin: Point
    /// The part of the rectangle that lies in the grid and in all rectangles around it, in the grid's coordinates.
    var clip: Rect

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
    func visible(_ rect: Rect) -> Rect {
        Rect(x: origin.x + rect.x, y: origin.y + rect.y, width: rect.width, height: rect.height).intersection(clip)
    }
}
