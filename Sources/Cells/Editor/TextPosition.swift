/// A place in a document: before the `column`-th character of a line. Columns count grapheme clusters, not cells.
public struct TextPosition: Hashable, Sendable, Comparable {
    /// The line, from 0.
    public var line: Int
    /// The character, from 0; the line's count is its end.
    public var column: Int

    /// Makes a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The very start.
    public static let start = TextPosition(line: 0, column: 0)

    /// Orders by line, then column.
    public static func < (left: TextPosition, right: TextPosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
