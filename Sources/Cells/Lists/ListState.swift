/// A list or a long text on the screen: how many rows it has, which of them are visible, and which is selected.
///
/// Whatever happens to it, the visible rows lie among its rows, its end is not scrolled into the middle of the screen, and
/// the selected row is visible.
public struct ListState: Hashable, Sendable {
    /// Rows in all.
    public private(set) var count: Int
    /// Rows that the screen has room for.
    public private(set) var height: Int
    /// The first visible row.
    public private(set) var top = 0
    /// The selected row; `nil` where there is no row, and in a text, which is only scrolled.
    public private(set) var selected: Int?
    /// Whether a row is selected, as in a list; a text is scrolled by what moves the selection of a list.
    public let isSelectable: Bool

    /// Makes the state of a list, or of a text, that stands at its beginning.
    public init(count: Int = 0, height: Int = 0, isSelectable: Bool = true) {
        self.count = max(0, count)
        self.height = max(0, height)
        self.isSelectable = isSelectable
        settle()
    }

    /// Makes the state of a list that was scrolled from its beginning as little as shows a row.
    public init(count: Int, height: Int, showing row: Int) {
        self.init(count: count, height: height)
        select(row)
    }

    /// Makes the state of a list with a row in the middle of the screen.
    /// - Parameter margin: a list that shows the row with so many rows below it stands at its beginning.
    public init(count: Int, height: Int, around row: Int, margin: Int = .max) {
        self.init(count: count, height: height)
        selected = row
        top = row < height - margin ? 0 : row - height / 2
        settle()
    }

    /// The visible rows.
    public var visible: Range<Int> { top..<min(count, top + height) }
    /// How a scroll bar beside it looks.
    public var bar: ScrollBar { ScrollBar(count: count, visible: visible) }
    /// Whether its end is visible.
    public var isAtEnd: Bool { top >= lastTop }

    private var lastTop: Int { max(0, count - max(1, height)) }

    /// The row at a place, counted from the first visible one; `nil` where there is none.
    public func row(at y: Int) -> Int? {
        let row = top + y
        return y >= 0 && row < count ? row : nil
    }

    /// Takes another number of rows or another height; the place and the selection stay as far as they can.
    public mutating func resize(count: Int? = nil, height: Int? = nil) {
        self.count = max(0, count ?? self.count)
        self.height = max(0, height ?? self.height)
        settle()
    }

    /// The same list with another number of rows, as when it is drawn.
    public func resized(count: Int, height: Int) -> ListState {
        var list = self
        list.resize(count: count, height: height)
        return list
    }

    /// Selects a row, or the one nearest to it.
    public mutating func select(_ row: Int) {
        selected = row
        settle()
    }

    /// Puts the selection on a row and the first visible row where it is wanted, as far as the row is then visible.
    public mutating func place(selected row: Int, top: Int) {
        selected = row
        self.top = top
        settle()
    }

    /// Moves the selection, or scrolls a text. Left and right do nothing.
    public mutating func move(_ motion: Motion) {
        if isSelectable {
            if let selected { select(motion.target(from: selected, count: count, height: height)) }
        } else if motion == .last {
            scroll(to: lastTop)
        } else {
            scroll(to: motion.target(from: top, count: count, height: height))
        }
    }

    /// Scrolls; the selection goes along only as far as it has to, to stay visible.
    public mutating func scroll(to row: Int) {
        top = min(max(0, row), lastTop)
        if let row = selected, height > 0 { selected = min(max(row, top), max(top, visible.upperBound - 1)) }
        settle()
    }

    /// Scrolls by so many rows; positive is down.
    public mutating func scroll(by rows: Int) { scroll(to: top + rows) }

    private mutating func settle() {
        selected = isSelectable && count > 0 ? min(max(0, selected ?? 0), count - 1) : nil
        top = min(max(0, top), lastTop)
        guard let selected, height > 0 else { return }
        top = min(max(top, selected - height + 1), selected)
    }
}
