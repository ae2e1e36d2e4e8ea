/// Everything a terminal is to show: the view is a value, and terminal modes are part of it. The terminal compares it with
/// the frame before and sends the difference.
public struct Frame: Equatable, Sendable {
    /// What stands on the screen.
    public var grid: Grid
    /// Where the cursor is shown, `nil` for nowhere.
    public var cursor: Point?
    /// The title of the terminal's window, `nil` to leave it.
    public var title: String?
    /// Whether the terminal reports the mouse; without it, dragging selects text.
    public var reportsMouse: Bool

    /// Makes a frame.
    public init(grid: Grid, cursor: Point? = nil, title: String? = nil, reportsMouse: Bool = true) {
        self.grid = grid
        self.cursor = cursor
        self.title = title
        self.reportsMouse = reportsMouse
    }
}
