internal import SystemCalls

/// Why a source cannot work.
public enum IngestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The address belongs to another process.
    case portTaken(String)
    /// The address cannot be used; the text says why.
    case badAddress(String)
    /// A system call failed: what could not be done, and the error number.
    case system(String, Int32)
    /// A file cannot be read: its path and why.
    case unreadable(path: String, why: String)
    /// The store did not take what was read.
    case store(String)

    /// One sentence for people.
    public var description: String {
        switch self {
        case .portTaken(let address): "\(address) is in use by another process"
        case .badAddress(let why): why
        case .system(let what, let code): "\(what): \(SystemError(code: code))"
        case .unreadable(let path, let why): "\(path) cannot be read: \(why)"
        case .store(let why): "the store did not take what was read: \(why)"
        }
    }

    /// A failure of the system at something.
    static func system(_ what: String, _ error: SystemError) -> IngestError { .system(what, error.code) }

    /// Whether the process or the machine has no descriptors left.
    var isShortage: Bool {
        guard case .system(_, let code) = self else { return false }
        return SystemError(code: code).isShortage
    }
}
