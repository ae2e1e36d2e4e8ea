/// What a colour is for. Screens speak of roles only; a theme says what each looks like (themes/README.md).
public enum Role: Int, CaseIterable, Hashable, Sendable {
    /// The screen's ground.
    case background
    /// The bar on top and the hint line.
    case bar
    /// The active tab in the bar.
    case tab
    /// The selected row of the pane that has the keys.
    case selection
    /// The selected row of a pane that has not.
    case selectionInactive
    /// Lines between panes.
    case lines
    /// Text.
    case text
    /// Text that matters most in its place.
    case strong
    /// Text that may be overlooked.
    case dim
    /// Heads of columns and sections.
    case heading
    /// Names, keys, what can be acted on.
    case accent
    /// A call of a language model.
    case llm
    /// The part of a call before its first token.
    case waiting
    /// A call of a tool.
    case tool
    /// A retrieval.
    case retrieval
    /// An agent or chain that holds other spans.
    case agent
    /// Failed.
    case error
    /// Slow, stale, doubtful.
    case warning
    /// Well.
    case good
    /// First variant of a test.
    case variantA
    /// Second variant.
    case variantB
    /// Third variant.
    case variantC
    /// Fourth variant.
    case variantD
    /// A line added in a diff.
    case added
    /// The words added within it.
    case addedWord
    /// A line removed.
    case removed
    /// The words removed within it.
    case removedWord
    /// A moved paragraph.
    case moved
    /// A search hit.
    case match
    /// A field that is being edited.
    case field
    /// Where one types.
    case cursor
    /// JSON: a key.
    case syntaxKey
    /// JSON: a string.
    case syntaxString
    /// JSON: a number, true, false, null.
    case syntaxNumber
    /// A placeholder `{{name}}`; a keyword.
    case syntaxKeyword
    /// The head of a user's message.
    case user
    /// The head of a model's message.
    case assistant
    /// The head of the system message.
    case system
}

extension Role {
    /// The key in a theme file: the case's name in snake case, as `selection_inactive`.
    public var name: String {
        var name = ""
        for character in String(describing: self) {
            if character.isUppercase { name += "_" }
            name += character.lowercased()
        }
        return name
    }
}
