extension TextEditor {
    /// Puts text in the place of the selection, or where the cursor stands. One step of undo.
    public mutating func insert(_ text: String) {
        let place = selection ?? (cursor, cursor)
        replace(from: place.start, to: place.end, with: text)
    }

    /// Types a character. The letters of a word and what is typed behind it up to the next are one step of undo.
    public mutating func type(_ character: Character) {
        guard selection == nil else { return insert(String(character)) }
        replace(from: cursor, to: cursor, with: String(character), .typed(character))
    }

    /// Starts a new line with the white space the current one begins with.
    public mutating func insertNewline() {
        let line = document.lines[(selection?.start ?? cursor).line]
        let column = (selection?.start ?? cursor).column
        let indent = line.prefix { $0 == " " || $0 == "\t" }.prefix(column)
        insert("\n" + String(indent))
    }

    /// Deletes the selection, or the character before the cursor, joining lines at a line's start.
    public mutating func deleteBackward() {
        let place = position(before: cursor)
        guard selection == nil, place.line == cursor.line, place != cursor else { return delete(back: place) }
        replace(from: place, to: cursor, with: "", .erased(document.lines[place.line][place.column]))
    }

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

    /// Replaces all of the text as one step of undo, as when it comes back from `$EDITOR`. The cursor stays in its line,
    /// also where others before it came or went.
    public mutating func replaceAll(with text: String) {
        let (old, place) = (document.lines, cursor)
        replace(from: .start, to: document.end, with: text)
        let new = document.lines
        let isBefore = old[...place.line].elementsEqual(new.prefix(place.line + 1))
        let isBehind = old[place.line...].elementsEqual(new.suffix(old.count - place.line))
        let line = isBehind && !isBefore ? place.line + new.count - old.count : place.line
        moveCursor(to: TextPosition(line: line, column: place.column))
    }

    private mutating func delete(back other: TextPosition) {
        let place = selection ?? (min(cursor, other), max(cursor, other))
        guard place.start != place.end else { return }
        replace(from: place.start, to: place.end, with: "")
    }

    mutating func replace(
        from start: TextPosition, to end: TextPosition, with text: String, _ kind: EditHistory.Kind = .other
    ) {
        let (change, caret) = document.change(from: start, to: end, to: text)
        guard change.removed != change.inserted else {
            moveCursor(to: caret)
            return
        }
        let goesOn = history.done.last.map { $0.cursorAfter == cursor && kind.goesOn(with: $0.kind) } ?? false
        let step = EditHistory.Step(
            change: change, kind: kind, goesOn: goesOn, cursorBefore: cursor, anchorBefore: anchor, cursorAfter: caret)
        document.apply(change)
        history.done.append(step)
        history.undone.removeAll()
        moveCursor(to: caret)
    }

    /// Takes the last step back; false when there is none.
    @discardableResult
    public mutating func undo() -> Bool {
        guard !history.done.isEmpty else { return false }
        while let step = history.done.popLast() {
            document.apply(step.change.inverse)
            history.undone.append(step)
            moveCursor(to: step.cursorBefore)
            anchor = step.anchorBefore
            if !step.goesOn { break }
        }
        return true
    }

    /// Does the last undone step again; false when there is none.
    @discardableResult
    public mutating func redo() -> Bool {
        guard !history.undone.isEmpty else { return false }
        while let step = history.undone.popLast() {
            document.apply(step.change)
            history.done.append(step)
            moveCursor(to: step.cursorAfter)
            if history.undone.last?.goesOn != true { break }
        }
        return true
    }
}
