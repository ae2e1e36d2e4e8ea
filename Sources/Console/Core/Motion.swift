/// A move of the cursor or of a page.
enum Motion: Hashable, Sendable, CaseIterable {
    case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last, left, right

    /// Where a short list's selection goes, kept inside the list; a page is ten rows.
    func target(from index: Int, count: Int) -> Int {
        let wanted =
            switch self {
            case .up: index - 1
            case .down: index + 1
            case .pageUp, .halfPageUp: index - 10
            case .pageDown, .halfPageDown: index + 10
            case .first: 0
            case .last: count - 1
            case .left, .right: index
            }
        return min(max(0, wanted), max(0, count - 1))
    }
}
