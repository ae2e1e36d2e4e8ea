/// Which part of a long list is on the screen, and which row is selected.
public struct ScrollWindow: Hashable, Sendable {
    /// Rows in the list.
    public private(set) var count: Int
    /// Rows on the screen.
    public private(set) var height: Int
    /// The first row on the screen.
    public private(set) var top: Int
    /// The selected row; 0 in an empty list.
    public private(set) var selection: Int

    /// Makes a window.
    public init(count: Int = 0, height: Int = 0, top: Int = 0, selection: Int = 0) {
        self.count = max(0, count)
        self.height = max(0, height)
        self.top = top
        self.selection = selection
        settle()
    }

    /// The rows on the screen.
    public var visible: Range<Int> { top..<min(count, top + height) }

    /// Whether the last row is selected.
    public var isAtEnd: Bool { selection >= count - 1 }

    /// Takes a new length and height; the selection stays on the screen.
    public mutating func resize(count: Int, height: Int) {
        self.count = max(0, count)
        self.height = max(0, height)
        settle()
    }

    /// Selects a row and scrolls so that it shows.
    public mutating func select(_ row: Int) {
        selection = row
        settle()
    }

    /// Moves the selection.
    public mutating func move(by rows: Int) { select(selection + rows) }

    /// Moves by screens; half ones with 0.5.
    public mutating func page(_ screens: Double) {
        let rows = Int((Double(max(1, height)) * screens).rounded(.awayFromZero))
        top = max(0, top + rows)
        select(selection + rows)
    }

    /// Scrolls without moving the selection, unless it would leave the screen.
    public mutating func scroll(by rows: Int) {
        top = min(max(0, top + rows), max(0, count - height))
        selection = min(max(selection, top), max(top, top + height - 1))
        settle()
    }

    private mutating func settle() {
        selection = min(max(0, selection), max(0, count - 1))
        top = min(max(0, top), max(0, count - height))
        if selection < top { top = selection }
        if height > 0, selection >= top + height { top = selection - height + 1 }
    }
}
