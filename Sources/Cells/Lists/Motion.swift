/// A move of the cursor or of a page.
public enum Motion: Hashable, Sendable, CaseIterable {
    /// One row up.
    case up
    /// One row down.
    case down
    /// A page up, less one row that stays in view.
    case pageUp
    /// A page down, less one row that stays in view.
    case pageDown
    /// Half a page up.
    case halfPageUp
    /// Half a page down.
    case halfPageDown
    /// To the first row.
    case first
    /// To the last row.
    case last
    /// To the left; no move among rows.
    case left
    /// To the right; no move among rows.
    case right

    /// The row it leads to from one of `count` rows, kept among them.
    /// - Parameter height: rows of a page; without one, as in a short list whose rows are laid out when they are drawn, a
    ///   page is ten rows on.
    public func target(from row: Int, count: Int, height: Int = 11) -> Int {
        let wanted =
            switch self {
            case .up: row - 1
            case .down: row + 1
            case .pageUp: row - max(1, height - 1)
            case .pageDown: row + max(1, height - 1)
            case .halfPageUp: row - max(1, height / 2)
            case .halfPageDown: row + max(1, height / 2)
            case .first: 0
            case .last: count - 1
            case .left, .right: row
            }
        return min(max(0, wanted), max(0, count - 1))
    }
}
