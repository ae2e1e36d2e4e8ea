/// A multi-line editor as a value: the text, the cursor, the selection, and what undo and redo need.
///
/// Moves and deletions go by grapheme clusters. Rows on the screen are made by ``EditorLayout``; vertical moves need the
/// width the text is wrapped to, which the caller hands over, so that the value knows nothing of a screen.
public struct TextEditor: Hashable, Sendable {
    /// The text.
    public internal(set) var document: TextDocument
    /// Where one types.
    public internal(set) var cursor: TextPosition
    /// The other end of the selection; `nil` when nothing is selected.
    public internal(set) var anchor: TextPosition?
    /// The cell column that vertical moves keep.
    var wantedCell: Int?
    var history: EditHistory

    /// Makes an editor with the cursor at the start.
    public init(_ text: String = "") {
        document = TextDocument(text)
        cursor = .start
        history = EditHistory()
    }

    /// The whole text.
    public var text: String { document.text }

    /// The selected places, the earlier first; `nil` when nothing is selected.
    public var selection: (start: TextPosition, end: TextPosition)? {
        guard let anchor, anchor != cursor else { return nil }
        return (min(anchor, cursor), max(anchor, cursor))
    }

    /// The selected text; empty when nothing is selected.
    public var selectedText: String {
        selection.map { document.text(from: $0.start, to: $0.end) } ?? ""
    }

    /// Whether there is something to undo.
    public var canUndo: Bool { !history.done.isEmpty }
}

/// What was done and what was undone, newest last.
struct EditHistory: Hashable, Sendable {
    /// How a change came about: letters of a word are taken back together.
    enum Kind: Hashable, Sendable {
        /// A character was typed.
        case typed(Character)
        /// A character was deleted by the key for the one before the cursor.
        case erased(Character)
        /// Anything else is a step of its own.
        case other

        /// Whether it goes on with what was done just before: further letters of a word, the blanks and signs behind it, or
        /// the like backwards.
        func goesOn(with before: Kind) -> Bool {
            switch (before, self) {
            case (.typed(let before), .typed(let now)), (.erased(let now), .erased(let before)):
                before.isPartOfWord || !now.isPartOfWord
            case (.typed, _), (.erased, _), (.other, _): false
            }
        }
    }

    struct Step: Hashable, Sendable {
        var change: TextChange
        var kind: Kind
        /// Whether it is taken back and done again together with the step before it.
        var goesOn: Bool
        var cursorBefore: TextPosition
        var anchorBefore: TextPosition?
        var cursorAfter: TextPosition
    }

    var done: [Step] = []
    var undone: [Step] = []
}
