import SystemCalls

/// Why a workspace could not be read or written.
public enum WorkspaceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused an operation on a path.
    case system(operation: String, path: String, code: Int32)
    /// A path is there and is nothing that a workspace reads or writes.
    case unusable(path: String, reason: String)
    /// There is no such key.
    case unknownKey(kind: String, key: String)
    /// There is no such version of the key.
    case unknownVersion(kind: String, key: String, version: Int)
    /// Somebody else moved the current version since it was read.
    case currentMoved(kind: String, key: String, expected: Int?, found: Int?)
    /// The key cannot be the name of a folder: encoded it is longer than 255 bytes.
    case keyTooLong(key: String)
    /// What should be saved is not valid.
    case invalid(String)

    /// What happened and what to do.
    public var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "\(path): cannot \(operation): \(SystemError(code: code))"
        case .unusable(let path, let reason): "\(path): \(reason)"
        case .unknownKey(let kind, let key):
            "There is no \(kind) '\(key)' in this workspace."
        case .unknownVersion(let kind, let key, let version):
            "The \(kind) '\(key)' has no version \(version)."
        case .currentMoved(let kind, let key, let expected, let found):
            "The current version of the \(kind) '\(key)' is \(found.map { String($0) } ?? "none"), not "
                + "\(expected.map { String($0) } ?? "none"): somebody else moved it. Look at it and try again."
        case .keyTooLong(let key):
            "The key '\(key.prefix(40))…' is too long for the name of a folder."
        case .invalid(let reason): reason
        }
    }
}
