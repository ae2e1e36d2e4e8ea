internal import Synchronization

/// One wait for a lock, which ends once: with the lock, with an error, or because the task was cancelled. A lock that
/// comes too late goes, and is free again.
final class LockWait: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<StoreLock, any Error>)
        case ended
    }

    private let state = Mutex(State.idle)

    /// Begins to wait; false when the wait has ended before, and the continuation was resumed.
    func begin(_ continuation: CheckedContinuation<StoreLock, any Error>) -> Bool {
        let isOver = state.withLock { state in
            if case .ended = state { return true }
            state = .waiting(continuation)
            return false
        }
        if isOver { continuation.resume(throwing: CancellationError()) }
        return !isOver
    }

    /// Ends the wait, unless it is over.
    func end(_ result: Result<StoreLock, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<StoreLock, any Error>? in
            defer { state = .ended }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(with: result)
    }
}
