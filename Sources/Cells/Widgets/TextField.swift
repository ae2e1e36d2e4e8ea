/// One line of text being edited: the text, where the cursor stands, and how far it is scrolled.
///
/// Moves go by grapheme clusters. Line breaks and other control characters never get in: pasted ones become spaces.
public struct TextField: Hashable, Sendable {
    /// The characters.
    public private(set) var characters: [Character]
    /// The cursor stands before this character; `characters.count` is the end.
    public private(set) var cursor: Int
    /// Whether all of it is selected: what is typed next stands in its place.
    public private(set) var isSelected = false

    /// Makes a field with the cursor at the end of the text.
    public init(_ text: String = "") {
        characters = []
        cursor = 0
        insert(text)
    }

    /// Makes a field whose whole text is selected, for short values that are replaced more often than changed.
    public init(replacing text: String) {
        self.init(text)
        isSelected = !isEmpty
    }

    /// The text.
    public var text: String { String(characters) }
    /// Whether nothing is in it.
    public var isEmpty: Bool { characters.isEmpty }

    /// Replaces the text; the cursor goes to the end.
    public mutating func set(_ text: String) {
        self = TextField(text)
    }

    /// Puts text where the cursor stands.
    public mutating func insert(_ text: String) {
        _ = deleteSelected()
        let before = String(characters[..<cursor]) + TextField.cleaned(text)
        // Joined and cut anew, since a combining mark belongs to the character before the cursor.
        let after = characters[cursor...]
        characters = Array(before)
        cursor = characters.count
        characters += after
    }

    /// Puts a character where the cursor stands.
    public mutating func insert(_ character: Character) { insert(String(character)) }

    private static func cleaned(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Deletes the character before the cursor; false where there is none.
    @discardableResult
    public mutating func deleteBackward() -> Bool {
        if deleteSelected() { return true }
        guard cursor > 0 else { return false }
        cursor -= 1
        characters.remove(at: cursor)
        return true
    }

    /// Deletes the character at the cursor; false where there is none.
    @discardableResult
    public mutating func deleteForward() -> Bool {
        if deleteSelected() { return true }
        guard cursor < characters.count else { return false }
        characters.remove(at: cursor)
        return true
    }

    /// The text is not selected any more, as after every move.
    mutating func deselect() { isSelected = false }

    private mutating func deleteSelected() -> Bool {
        guard isSelected else { return false }
        isSelected = false
        characters = []
        cursor = 0
        return true
    }

    /// Deletes from the start of the word before the cursor.
    public mutating func deleteWordBackward() {
        let start = wordStart
        characters.removeSubrange(start..<cursor)
        cursor = start
    }

    /// Deletes all before the cursor.
    public mutating func deleteToStart() {
        characters.removeSubrange(..<cursor)
        cursor = 0
    }

    /// Deletes all from the cursor on.
    public mutating func deleteToEnd() { characters.removeSubrange(cursor...) }

    /// Moves the cursor by characters.
    public mutating func move(by count: Int) { cursor = min(max(0, cursor + count), characters.count) }

    /// Moves the cursor to the start.
    public mutating func moveToStart() { cursor = 0 }

    /// Moves the cursor to the end.
    public mutating func moveToEnd() { cursor = characters.count }

    /// Moves the cursor to the start of the word before it.
    public mutating func moveWordBackward() { cursor = wordStart }

    /// Moves the cursor behind the end of the word after it.
    public mutating func moveWordForward() {
        while cursor < characters.count, !isWord(characters[cursor]) { cursor += 1 }
        while cursor < characters.count, isWord(characters[cursor]) { cursor += 1 }
    }

    private var wordStart: Int {
        var start = cursor
        while start > 0, !isWord(characters[start - 1]) { start -= 1 }
        while start > 0, isWord(characters[start - 1]) { start -= 1 }
        return start
    }

    private func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
