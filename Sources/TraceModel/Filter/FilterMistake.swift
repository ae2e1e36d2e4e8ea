/// Why a filter could not be read, where, and what would be right.
public struct FilterMistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it begins, in characters from 0.
    public var column: Int
    /// How many characters are wrong; at least 1.
    public var length: Int
    /// What is wrong.
    public var reason: String
    /// What would be right.
    public var hint: String

    /// Makes a mistake.
    public init(column: Int, length: Int, reason: String, hint: String) {
        self.column = column
        self.length = max(1, length)
        self.reason = reason
        self.hint = hint
    }

    /// One line for people, columns counted from 1.
    public var description: String { "column \(column + 1): \(reason); \(hint)" }
}
