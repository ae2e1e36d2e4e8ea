extension TextEditor {
    /// What a key asked for beyond the text itself.
    public enum KeyResult: Hashable, Sendable {
        /// The key did its work here.
        case handled
        /// The key is not for an editor.
        case ignored
        /// The text goes to the clipboard.
        case copy(String)
    }

    /// Does what a key means in an editor: arrows and their usual modifiers, the common keys of readline, undo by C-z
    /// and redo by C-y. Alt with a letter changes no text but what is selected: tmux joins Esc and a key that
    /// follows it soon to Alt and that key. `rows` is the height of the screen's part, for paging.
    public mutating func handle(_ key: Key, layout: EditorLayout, rows: Int) -> KeyResult {
        if let (movement, extending) = Self.movement(of: key, rows: rows) {
            move(movement, extending: extending, layout: layout)
            return .handled
        }
        switch (key.code, key.modifiers) {
        case (.character(let character), []): type(character)
        case (.enter, []): insertNewline()
        case (.tab, []): insert("    ")
        case (.backspace, []), (.character("h"), .control): deleteBackward()
        case (.delete, []), (.character("d"), .control): deleteForward()
        case (.character("w"), .control), (.backspace, .control): deleteWordBackward()
        case (.delete, .control): deleteWordForward()
        case (.character("k"), .control): deleteToLineEnd()
        case (.character("u"), .control): deleteToLineStart()
        case (.character("z"), .control), (.character("_"), .control): undo()
        case (.character("y"), .control): redo()
        case (.character("c"), .alt) where selection != nil: return .copy(selectedText)
        case (.character("x"), .control),
            (.character("x"), .alt) where selection != nil:
            return .copy(cut())
        default: return .ignored
        }
        return .handled
    }

    private static func movement(of key: Key, rows: Int) -> (Move, extending: Bool)? {
        let extending = key.modifiers.contains(.shift)
        let byWords = !key.modifiers.isDisjoint(with: [.control, .alt])
        switch key.code {
        case .left: return (byWords ? .wordLeft : .left, extending)
        case .right: return (byWords ? .wordRight : .right, extending)
        case .up: return (.up, extending)
        case .down: return (.down, extending)
        case .home: return (byWords ? .documentStart : .lineStart, extending)
        case .end: return (byWords ? .documentEnd : .lineEnd, extending)
        case .pageUp: return (.pageUp(rows: rows - 1), extending)
        case .pageDown: return (.pageDown(rows: rows - 1), extending)
        case .character("a") where key.modifiers == .control: return (.lineStart, false)
        case .character("e") where key.modifiers == .control: return (.lineEnd, false)
        case .character("b") where key.modifiers == .alt: return (.wordLeft, false)
        case .character("f") where key.modifiers == .alt: return (.wordRight, false)
        default: return nil
        }
    }
}
