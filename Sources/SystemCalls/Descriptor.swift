#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A descriptor that is closed when nobody holds it any more.
public final class Descriptor: Sendable {
    /// The number, for calls that this target does not make.
    public let number: Int32
    private let isOwned: Bool

    /// Takes a descriptor over.
    public init(owning number: Int32) {
        self.number = number
        self.isOwned = true
    }

    /// Uses a descriptor that stays somebody else's.
    public init(borrowing number: Int32) {
        self.number = number
        self.isOwned = false
    }

    deinit {
        if isOwned { _ = close(number) }
    }

    /// The standard streams of the process.
    public static let standardInput = Descriptor(borrowing: STDIN_FILENO)
    /// Where a command's results go.
    public static let standardOutput = Descriptor(borrowing: STDOUT_FILENO)
    /// Where a command's reports go.
    public static let standardError = Descriptor(borrowing: STDERR_FILENO)

    /// Whether a terminal is behind it.
    public var isTerminal: Bool { isatty(number) == 1 }
}

extension Descriptor {
    /// What a file is opened for. No child process inherits any of them, and none waits for the other end of a pipe.
    public enum Purpose: Sendable {
        /// Reading what is there.
        case reading
        /// Reading and writing a device.
        case talking
        /// Listing a folder, or bringing it to the disk.
        case folder
        /// Writing a file that must not exist yet.
        case creating
        /// Writing a file anew.
        case replacing
        /// Reading and writing a file, which is made where there is none.
        case updating
        /// Writing at the end of a file, which is made where there is none.
        case appending

        fileprivate var flags: Int32 {
            switch self {
            case .reading: O_RDONLY | O_NONBLOCK | O_NOCTTY
            case .talking: O_RDWR | O_NOCTTY
            case .folder: O_RDONLY | O_DIRECTORY
            case .creating: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
            case .replacing: O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY
            case .updating: O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY
            case .appending: O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY
            }
        }
    }

    /// Opens a path.
    ///
    /// - Parameters:
    ///   - permissions: of a file that is made.
    ///   - followsLinks: whether the path's last part may be a symbolic link.
    public static func open(
        _ path: String, for purpose: Purpose, permissions: UInt32 = 0o600, followsLinks: Bool = true
    ) throws(SystemError) -> Descriptor {
        let flags = purpose.flags | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW)
        return Descriptor(owning: try retrying { systemOpen(path, flags, mode_t(permissions)) })
    }

    /// Opens a name in this folder, never through a link.
    public func open(
        _ name: String, for purpose: Purpose, permissions: UInt32 = 0o600
    ) throws(SystemError) -> Descriptor {
        let flags = purpose.flags | O_CLOEXEC | O_NOFOLLOW
        return Descriptor(owning: try retrying { openat(number, name, flags, mode_t(permissions)) })
    }
}

/// `open`, out of reach of the members of that name.
func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    open(path, flags, mode)
}
