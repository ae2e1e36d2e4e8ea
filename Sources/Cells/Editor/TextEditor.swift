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
    struct Step: Hashable, Sendable {
        var change: TextChange
        var cursorBefore: TextPosition
        var anchorBefore: TextPosition?
        var cursorAfter: TextPosition
    }

    var done: [Step] = []
    var undone: [Step] = []
}
