extension TextEditor {
    /// Puts text in the place of the selection, or where the cursor stands. One step of undo.
    public mutating func insert(_ text: String) {
        let place = selection ?? (cursor, cursor)
        replace(from: place.start, to: place.end, with: text)
    }

    /// Starts a new line with the white space the current one begins with.
    public mutating func insertNewline() {
        let line = document.lines[(selection?.start ?? cursor).line]
        let column = (selection?.start ?? cursor).column
        let indent = line.prefix { $0 == " " || $0 == "\t" }.prefix(column)
        insert("\n" + String(indent))
    }

    /// Deletes the selection, or the character before the cursor, joining lines at a line's start.
    public mutating func deleteBackward() { delete(back: position(before: cursor)) }

    /// Deletes the selection, or the character at the cursor, joining lines at a line's end.
    public mutating func deleteForward() { delete(back: position(after: cursor)) }

    /// Deletes the selection, or from the start of the word before the cursor.
    public mutating func deleteWordBackward() { delete(back: wordStart(before: cursor)) }

    /// Deletes the selection, or up to the end of the word behind the cursor.
    public mutating func deleteWordForward() { delete(back: wordEnd(after: cursor)) }

    /// Deletes the selection, or from the cursor to the line's end; at the end, the line's end itself.
    public mutating func deleteToLineEnd() {
        let end = TextPosition(line: cursor.line, column: document.lines[cursor.line].count)
        delete(back: cursor == end ? position(after: cursor) : end)
    }

    /// Deletes the selection, or from the line's start to the cursor.
    public mutating func deleteToLineStart() { delete(back: TextPosition(line: cursor.line, column: 0)) }

    /// Deletes the selected text and returns it.
    public mutating func cut() -> String {
        let text = selectedText
        if let selection { replace(from: selection.start, to: selection.end, with: "") }
        return text
    }

    /// Replaces all of the text as one step of undo, as when it comes back from `$EDITOR`.
    public mutating func replaceAll(with text: String) {
        replace(from: .start, to: document.end, with: text)
        cursor = document.clamped(TextPosition(line: cursor.line, column: cursor.column))
    }

    private mutating func delete(back other: TextPosition) {
        let place = selection ?? (min(cursor, other), max(cursor, other))
        guard place.start != place.end else { return }
        replace(from: place.start, to: place.end, with: "")
    }

    mutating func replace(from start: TextPosition, to end: TextPosition, with text: String) {
        let (change, caret) = document.change(from: start, to: end, to: text)
        guard change.removed != change.inserted else {
            moveCursor(to: caret)
            return
        }
        let step = EditHistory.Step(
            change: change, cursorBefore: cursor, anchorBefore: anchor, cursorAfter: caret)
        document.apply(change)
        history.done.append(step)
        history.undone.removeAll()
        moveCursor(to: caret)
    }

    /// Takes the last step back; false when there is none.
    @discardableResult
    public mutating func undo() -> Bool {
        guard let step = history.done.popLast() else { return false }
        document.apply(step.change.inverse)
        history.undone.append(step)
        moveCursor(to: step.cursorBefore)
        anchor = step.anchorBefore
        return true
    }

    /// Does the last undone step again; false when there is none.
    @discardableResult
    public mutating func redo() -> Bool {
        guard let step = history.undone.popLast() else { return false }
        document.apply(step.change)
        history.done.append(step)
        moveCursor(to: step.cursorAfter)
        return true
    }
}
