/// The text of an editor as lines of grapheme clusters.
///
/// Only `\n` ends a line; every other byte stays in its line and comes out again as it went in. What has been joined or
/// parted by an edit is cut into clusters anew (a combining mark typed after an `e` makes one character), and only
/// around the edit, so that a key costs the same in a long line as in a short one.
public struct TextDocument: Hashable, Sendable {
    /// The lines without their ends; at least one.
    public private(set) var lines: [[Character]]

    /// Takes a text.
    public init(_ text: String = "") {
        lines = TextDocument.cut(text)
    }

    /// The whole text.
    public var text: String { text(from: .start, to: end) }

    /// The place behind the last character.
    public var end: TextPosition {
        TextPosition(line: lines.count - 1, column: lines[lines.count - 1].count)
    }

    /// The place nearest to `position` that exists.
    public func clamped(_ position: TextPosition) -> TextPosition {
        guard position.line >= 0 else { return .start }
        guard position.line < lines.count else { return end }
        return TextPosition(
            line: position.line, column: min(max(0, position.column), lines[position.line].count))
    }

    /// The text between two places, the earlier first.
    public func text(from start: TextPosition, to end: TextPosition) -> String {
        TextDocument.joined(fragments(from: start, to: end))
    }

    /// The pieces of lines between two places; one more than there are line ends between them.
    func fragments(from start: TextPosition, to end: TextPosition) -> [[Character]] {
        if start.line == end.line { return [Array(lines[start.line][start.column..<end.column])] }
        var fragments = [Array(lines[start.line][start.column...])]
        fragments += lines[(start.line + 1)..<end.line]
        fragments.append(Array(lines[end.line][..<end.column]))
        return fragments
    }

    /// Puts pieces of lines in the place of what stood between two places, cluster by cluster, as they are.
    mutating func splice(from start: TextPosition, to end: TextPosition, _ fragments: [[Character]]) {
        if start.line == end.line, fragments.count == 1 {
            lines[start.line].replaceSubrange(start.column..<end.column, with: fragments[0])
            return
        }
        var replacement = fragments
        replacement[0] = Array(lines[start.line][..<start.column]) + replacement[0]
        replacement[replacement.count - 1] += lines[end.line][end.column...]
        lines.replaceSubrange(start.line...end.line, with: replacement)
    }

    /// Cuts a text at each `\n`. By scalars, since Swift takes `\r\n` for one character.
    static func cut(_ text: String) -> [[Character]] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Array(String($0)) }
    }

    static func joined(_ fragments: [[Character]]) -> String {
        // Through bytes: a view of a string's scalars copies the whole string with each append.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fragments.reduce(0) { $0 + $1.count + 1 })
        for (index, fragment) in fragments.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "\n")) }
            for character in fragment { bytes.append(contentsOf: character.utf8) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
