extension TextField {
    /// Does what a key means in a line editor (the usual ones of readline); false for a key that is not for it.
    public mutating func handle(_ key: Key) -> Bool {
        switch (key.code, key.modifiers) {
        case (.character(let character), []): insert(character)
        case (.backspace, []), (.character("h"), .control): deleteBackward()
        case (.delete, []), (.character("d"), .control): deleteForward()
        default:
            guard edit(key) else { return false }
            deselect()
        }
        return true
    }

    private mutating func edit(_ key: Key) -> Bool {
        switch (key.code, key.modifiers) {
        case (.left, []), (.character("b"), .control): move(by: -1)
        case (.right, []), (.character("f"), .control): move(by: 1)
        case (.home, []), (.character("a"), .control): moveToStart()
        case (.end, []), (.character("e"), .control): moveToEnd()
        case (.left, .control), (.left, .alt), (.character("b"), .alt): moveWordBackward()
        case (.right, .control), (.right, .alt), (.character("f"), .alt): moveWordForward()
        case (.character("w"), .control): deleteWordBackward()
        case (.character("u"), .control): deleteToStart()
        case (.character("k"), .control): deleteToEnd()
        default: return false
        }
        return true
    }
}
