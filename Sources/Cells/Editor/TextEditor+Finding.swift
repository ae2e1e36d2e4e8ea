extension TextEditor {
    /// Selects the next place where `needle` stands, from the cursor on and around the end; false when it stands nowhere.
    ///
    /// Small letters in `needle` find large ones too; a large one finds only itself. A match lies within one line.
    @discardableResult
    public mutating func find(_ needle: String, backward: Bool = false) -> Bool {
        let hits = matches(of: needle)
        guard !hits.isEmpty else { return false }
        let from = backward ? (selection?.start ?? cursor) : (selection?.end ?? cursor)
        let hit =
            backward
            ? hits.last { $0.start < from } ?? hits[hits.count - 1] : hits.first { $0.start >= from } ?? hits[0]
        moveCursor(to: hit.end)
        anchor = hit.start
        return true
    }

    /// Every place where `needle` stands, in order, without overlaps.
    public func matches(of needle: String) -> [(start: TextPosition, end: TextPosition)] {
        let ignoresCase = !needle.contains(where: \.isUppercase)
        let wanted = Array(ignoresCase ? needle.lowercased() : needle)
        guard !wanted.isEmpty else { return [] }
        var hits: [(start: TextPosition, end: TextPosition)] = []
        for (number, line) in document.lines.enumerated() where line.count >= wanted.count {
            let text = ignoresCase ? line.map { Character($0.lowercased()) } : line
            var column = 0
            while column + wanted.count <= text.count {
                if text[column] == wanted[0], text[column..<(column + wanted.count)].elementsEqual(wanted) {
                    let start = TextPosition(line: number, column: column)
                    column += wanted.count
                    hits.append((start, TextPosition(line: number, column: column)))
                } else {
                    column += 1
                }
            }
        }
        return hits
    }
}
