/// Something in a workspace that could not be used, or only in part. Everything else is served.
public struct WorkspaceProblem: Hashable, Sendable, CustomStringConvertible {
    /// The file or folder.
    public let path: String
    /// The line, counted from 1, where the fault has one.
    public let line: Int?
    /// The column in bytes, counted from 1, where the fault has one.
    public let column: Int?
    /// The field, where the fault is in one.
    public let field: String?
    /// What is wrong and what follows from it.
    public let message: String
    /// Whether the file is left out; otherwise it is used as the message says.
    public let isSkipped: Bool

    /// Makes a problem.
    public init(
        path: String, line: Int? = nil, column: Int? = nil, field: String? = nil, message: String, isSkipped: Bool
    ) {
        self.path = path
        self.line = line
        self.column = column
        self.field = field
        self.message = message
        self.isSkipped = isSkipped
    }

    /// `path:line:column: field: message`.
    public var description: String {
        var place = path
        if let line { place += ":\(line)" }
        if let column { place += ":\(column)" }
        if let field, !field.isEmpty { place += ": \(field)" }
        return "\(place): \(message)"
    }
}
