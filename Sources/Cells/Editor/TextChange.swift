/// One change of a document, with all that is needed to take it back.
struct TextChange: Hashable, Sendable {
    /// Where it begins, the same before and after.
    var start: TextPosition
    /// The pieces of lines that were there.
    var removed: [[Character]]
    /// The pieces of lines that are there now.
    var inserted: [[Character]]

    /// Where `fragments` that begin at `start` end.
    static func end(of fragments: [[Character]], from start: TextPosition) -> TextPosition {
        let last = fragments[fragments.count - 1].count
        return fragments.count == 1
            ? TextPosition(line: start.line, column: start.column + last)
            : TextPosition(line: start.line + fragments.count - 1, column: last)
    }

    /// The change that takes this one back.
    var inverse: TextChange { TextChange(start: start, removed: inserted, inserted: removed) }
}

extension TextDocument {
    /// Carries a change out.
    mutating func apply(_ change: TextChange) {
        splice(
            from: change.start, to: TextChange.end(of: change.removed, from: change.start), change.inserted)
    }

    /// The change that puts `text` between two places, and where its end comes to lie.
    ///
    /// It reaches as far to both sides as clusters might change. Should the end of `text` fall inside a cluster, the
    /// place behind that cluster is given.
    func change(from start: TextPosition, to end: TextPosition, to text: String) -> (TextChange, caret: TextPosition) {
        let before = TextDocument.stableStart(lines[start.line], before: start.column)
        let after = TextDocument.stableEnd(lines[end.line], after: end.column)
        let windowStart = TextPosition(line: start.line, column: before)
        let windowEnd = TextPosition(line: end.line, column: after)
        let head = TextDocument.joined([Array(lines[start.line][before..<start.column])]) + text
        let whole = head + TextDocument.joined([Array(lines[end.line][end.column..<after])])
        let inserted = TextDocument.cut(whole)
        let change = TextChange(
            start: windowStart, removed: fragments(from: windowStart, to: windowEnd), inserted: inserted)
        return (change, caret(behind: head.utf8.count, in: inserted, from: windowStart))
    }

    /// The first place that has at least `bytes` bytes of `fragments` before it.
    private func caret(behind bytes: Int, in fragments: [[Character]], from start: TextPosition) -> TextPosition {
        var seen = 0
        for (line, fragment) in fragments.enumerated() {
            let first = line == 0 ? start.column : 0
            for (column, character) in fragment.enumerated() {
                if seen >= bytes { return TextPosition(line: start.line + line, column: first + column) }
                seen += character.utf8.count
            }
            if seen >= bytes { return TextPosition(line: start.line + line, column: first + fragment.count) }
            seen += 1
        }
        return TextChange.end(of: fragments, from: start)
    }

    /// The nearest column at or before `column` where clusters are parted whatever is typed behind it.
    private static func stableStart(_ line: [Character], before column: Int) -> Int {
        var column = column
        while column > 0, !isPlain(line[column - 1]) { column -= 1 }
        // The plain character itself may take a mark that is typed behind it, so it belongs to the window.
        return max(0, column - 1)
    }

    /// The nearest column at or behind `column` where clusters are parted whatever is typed before it.
    private static func stableEnd(_ line: [Character], after column: Int) -> Int {
        var column = column
        while column < line.count, !isPlain(line[column]) { column += 1 }
        return column
    }

    /// Whether a character begins a cluster of its own whatever stands before it, and joins nothing but marks behind it:
    /// a single scalar of the common letters, digits, signs and ideographs.
    private static func isPlain(_ character: Character) -> Bool {
        let scalars = character.unicodeScalars
        guard let only = scalars.first, scalars.count == 1 else { return false }
        switch only.value {
        case 0x20..<0x7F, 0xC0..<0x250, 0x391..<0x3CA, 0x410..<0x450, 0x4E00..<0xA000: return true
        case 0x3041..<0x3097, 0x30A1..<0x30FB: return true
        default: return false
        }
    }
}
