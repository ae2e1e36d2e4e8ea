#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Descriptor {
    /// How a file is locked against other processes that ask (`flock`). The system lets go when the descriptor closes.
    public enum Lock: Sendable {
        /// Beside others that share.
        case shared
        /// Alone.
        case exclusive
    }

    /// Locks, waiting for as long as somebody else holds it.
    public func lock(_ lock: Lock = .exclusive) throws(SystemError) {
        try retrying { flock(number, lock == .shared ? LOCK_SH : LOCK_EX) }
    }

    /// Locks if nobody holds it; `false` when somebody does.
    public func tryLock(_ lock: Lock = .exclusive) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try retrying { flock(number, (lock == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) }
            return true
        } catch {
            if error.wouldBlock { return false }
            throw error
        }
    }

    /// Gives the lock back.
    public func unlock() {
        _ = flock(number, LOCK_UN)
    }
}
