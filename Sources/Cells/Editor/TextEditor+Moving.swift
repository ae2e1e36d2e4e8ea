extension TextEditor {
    /// A way to move the cursor.
    public enum Move: Hashable, Sendable {
        /// One character back, over line ends.
        case left
        /// One character on, over line ends.
        case right
        /// One row of the screen up.
        case up
        /// One row of the screen down.
        case down
        /// To the start of the word before.
        case wordLeft
        /// To the end of the word behind.
        case wordRight
        /// To the first character that is not white space; from there to the line's start.
        case lineStart
        /// To the line's end.
        case lineEnd
        /// So many rows up.
        case pageUp(rows: Int)
        /// So many rows down.
        case pageDown(rows: Int)
        /// To the text's start.
        case documentStart
        /// To the text's end.
        case documentEnd
        /// To a place, as by a click.
        case to(TextPosition)
    }

    /// Moves the cursor.
    /// - Parameters:
    ///   - extending: keeps the other end of the selection, or begins one where the cursor stands.
    ///   - layout: how the text is wrapped, for moves by rows.
    public mutating func move(_ move: Move, extending: Bool = false, layout: EditorLayout) {
        let origin = anchor ?? cursor
        if !extending, let selection, let collapsed = collapse(selection, by: move) {
            moveCursor(to: collapsed)
            return
        }
        switch move {
        case .up: moveRows(-1, layout)
        case .down: moveRows(1, layout)
        case .pageUp(let rows): moveRows(-max(1, rows), layout)
        case .pageDown(let rows): moveRows(max(1, rows), layout)
        default: moveCursor(to: target(of: move))
        }
        anchor = extending ? origin : nil
    }

    /// A plain arrow with a selection goes to that end of it.
    private func collapse(
        _ selection: (start: TextPosition, end: TextPosition), by move: Move
    ) -> TextPosition? {
        switch move {
        case .left: selection.start
        case .right: selection.end
        default: nil
        }
    }

    private func target(of move: Move) -> TextPosition {
        switch move {
        case .left: position(before: cursor)
        case .right: position(after: cursor)
        case .wordLeft: wordStart(before: cursor)
        case .wordRight: wordEnd(after: cursor)
        case .lineStart: lineStart
        case .lineEnd: TextPosition(line: cursor.line, column: document.lines[cursor.line].count)
        case .documentStart: .start
        case .documentEnd: document.end
        case .to(let position): document.clamped(position)
        case .up, .down, .pageUp, .pageDown: cursor
        }
    }

    mutating func moveCursor(to position: TextPosition) {
        cursor = document.clamped(position)
        anchor = nil
        wantedCell = nil
    }

    private mutating func moveRows(_ rows: Int, _ layout: EditorLayout) {
        let cell = wantedCell ?? layout.cell(of: cursor, in: document)
        cursor = layout.position(rows, rowsFrom: cursor, cell: cell, in: document)
        wantedCell = cell
    }

    private var lineStart: TextPosition {
        let text = document.lines[cursor.line].firstIndex { $0 != " " && $0 != "\t" } ?? 0
        return TextPosition(line: cursor.line, column: cursor.column == text ? 0 : text)
    }

    func position(before position: TextPosition) -> TextPosition {
        if position.column > 0 { return TextPosition(line: position.line, column: position.column - 1) }
        guard position.line > 0 else { return position }
        return TextPosition(line: position.line - 1, column: document.lines[position.line - 1].count)
    }

    func position(after position: TextPosition) -> TextPosition {
        if position.column < document.lines[position.line].count {
            return TextPosition(line: position.line, column: position.column + 1)
        }
        guard position.line + 1 < document.lines.count else { return position }
        return TextPosition(line: position.line + 1, column: 0)
    }

    func wordStart(before position: TextPosition) -> TextPosition {
        guard position.column > 0 else { return self.position(before: position) }
        let line = document.lines[position.line]
        var column = position.column
        while column > 0, !line[column - 1].isPartOfWord { column -= 1 }
        while column > 0, line[column - 1].isPartOfWord { column -= 1 }
        return TextPosition(line: position.line, column: column)
    }

    func wordEnd(after position: TextPosition) -> TextPosition {
        let line = document.lines[position.line]
        guard position.column < line.count else { return self.position(after: position) }
        var column = position.column
        while column < line.count, !line[column].isPartOfWord { column += 1 }
        while column < line.count, line[column].isPartOfWord { column += 1 }
        return TextPosition(line: position.line, column: column)
    }
}

extension Character {
    /// Letters, numbers and the underscore: what a move by words goes over at once.
    var isPartOfWord: Bool { isLetter || isNumber || self == "_" }
}
