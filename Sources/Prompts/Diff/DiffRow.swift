/// One row of a diff: a line of the old text beside a line of the new one, or one of the two alone.
public struct DiffRow: Hashable, Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// The same on both sides.
        case equal
        /// A line with changes in it.
        case changed
        /// Only white space differs; a row of one side where a paragraph is only wrapped at other places, or for the blank
        /// line that goes with a moved paragraph.
        case whitespace
        /// A line of the old text alone.
        case removed
        /// A line of the new text alone.
        case added
        /// A line that stands elsewhere on the other side: ``TextDiff/moves`` at that place says where.
        case moved(Int)
    }

    /// What happened.
    public let kind: Kind
    /// The line of the old text.
    public let old: DiffLine?
    /// The line of the new text.
    public let new: DiffLine?
}

/// One line of one side.
public struct DiffLine: Hashable, Sendable {
    /// How a line ends.
    public enum Terminator: Hashable, Sendable {
        /// A line feed.
        case lineFeed
        /// Carriage return and line feed.
        case carriageReturnLineFeed
        /// Nothing: the last line of a text that does not end in a line feed.
        case none
    }

    /// Its number, counted from 1.
    public let number: Int
    /// Its text in stretches; together they are the line without its terminator.
    public let segments: [DiffSegment]
    /// How it ends.
    public let terminator: Terminator

    /// Its text without the terminator.
    public var text: String { segments.map(\.text).joined() }
}

/// A stretch of a line.
public struct DiffSegment: Hashable, Sendable {
    /// Whether it is on the other side, too.
    public enum Mark: Hashable, Sendable {
        /// The other side has it.
        case equal
        /// The other side does not have it.
        case changed
        /// The other side has other white space here.
        case whitespace
    }

    /// The text.
    public let text: String
    /// Whether the other side has it.
    public let mark: Mark
}

/// A block of lines that stands elsewhere on the other side, unchanged.
public struct DiffMove: Hashable, Sendable {
    /// Its lines in the old text, counted from 0.
    public let old: Range<Int>
    /// Its lines in the new text, counted from 0.
    public let new: Range<Int>
}
