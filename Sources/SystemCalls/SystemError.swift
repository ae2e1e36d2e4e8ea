#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An error number of the system.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The number, as `errno` gives it.
    public let code: Int32

    /// Makes an error of that number.
    public init(code: Int32) {
        self.code = code
    }

    /// The error of the call that failed last on this thread.
    public static var last: SystemError { SystemError(code: errno) }

    /// The system's words for it.
    public var description: String { String(cString: strerror(code)) }

    /// Nothing is there.
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    /// Something is there already.
    public var isTaken: Bool { code == EEXIST || code == ENOTEMPTY }
    /// The user may not do this, or nobody may on this file system.
    public var isDenied: Bool { code == EACCES || code == EPERM || code == EROFS }
    /// There is no space left.
    public var isFull: Bool { code == ENOSPC || code == EDQUOT }
    /// The process, or the machine, has no descriptors left.
    public var isShortage: Bool { code == EMFILE || code == ENFILE }
    /// It would have to be waited for.
    public var wouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }
    /// Whoever read from the other end is gone.
    public var isBrokenPipe: Bool { code == EPIPE }
    /// The system has no room for more at the moment.
    public var hasNoBuffers: Bool { code == ENOBUFS }
    /// Nobody listens where a datagram went.
    public var isRefused: Bool { code == ECONNREFUSED }
}

/// Makes a call that gives -1 and `errno` on failure, again for as long as signals interrupt it.
@discardableResult
public func retrying<Result: SignedInteger>(_ call: () -> Result) throws(SystemError) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        if errno != EINTR { throw .last }
    }
}
