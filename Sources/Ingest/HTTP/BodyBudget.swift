internal import Synchronization

/// The memory that all request bodies together may take, so that many clients cannot do what one may not.
final class BodyBudget: Sendable {
    private let free: Mutex<Int>

    init(bytes: Int) {
        free = Mutex(bytes)
    }

    /// Takes so many bytes if they are there.
    func take(_ bytes: Int) -> Bool {
        free.withLock { free in
            guard free >= bytes else { return false }
            free -= bytes
            return true
        }
    }

    func giveBack(_ bytes: Int) {
        guard bytes > 0 else { return }
        free.withLock { $0 += bytes }
    }
}
