/// The forms in which a call is given away.
public enum CallForm: String, Hashable, Sendable, CaseIterable {
    /// For a shell.
    case curl
    /// A program in Swift.
    case swift
    /// A program in Python.
    case python
    /// The request alone.
    case json
}
