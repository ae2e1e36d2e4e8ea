/// A filter kept under a name.
public struct SavedFilter: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What was typed.
    public var text: String

    /// Makes one.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// What a person chooses on the screen and finds again in the next console.
public enum Preference: Hashable, Sendable {
    /// The columns of each table whose columns were chosen, in their order.
    case columns([String: [String]])
    /// Where the lines between parts of screens lie, by screen, in hundredths.
    case splits([String: Int])
    /// The filters kept under names.
    case filters([SavedFilter])
}
