/// Something in a record that is not as it should be, and what follows from it. The rest of the record is used.
public struct ConfigProblem: Hashable, Sendable {
    /// The field, as a path from the record: `targeting.rules[2].conditions[0].operator`.
    public let path: String
    /// What is wrong and what follows from it, as one sentence.
    public let message: String

    /// Makes a problem.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}

/// A record that cannot be used at all: it is skipped, its neighbours are kept (docs/assignment.md §3).
public struct ConfigRecordError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field that is wrong.
    public let path: String
    /// What is wrong.
    public let message: String

    /// Makes an error.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// Field and fault.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
