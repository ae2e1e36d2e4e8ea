internal import Synchronization

/// What all requests at work together may hold, so that many clients cannot do what one may not.
final class WorkBudget: Sendable {
    struct Free {
        var bytes: Int
        var requests: Int
    }

    let free: Mutex<Free>
    /// What small requests alone may take: a few large ones that come slowly do not shut everybody out.
    private let reserve: Int
    /// Up to this size a request is small.
    private static let small = 256 << 10

    init(bytes: Int, requests: Int) {
        reserve = min(bytes / 8, 32 << 20)
        free = Mutex(Free(bytes: bytes, requests: requests))
    }

    /// A share for one request; `nil` when too many are at work.
    func share() -> Share? {
        let isFree = free.withLock { free in
            guard free.requests > 0 else { return false }
            free.requests -= 1
            return true
        }
        return isFree ? Share(of: self) : nil
    }

    private func take(_ bytes: Int, leaving rest: Int) -> Bool {
        free.withLock { free in
            guard free.bytes - rest >= bytes else { return false }
            free.bytes -= bytes
            return true
        }
    }

    private func giveBack(_ bytes: Int) {
        free.withLock { free in
            free.bytes += bytes
            free.requests += 1
        }
    }

    /// What one request holds. It is given back when the last who works on the request lets go: a client that hangs up
    /// does not make room for another while its own work goes on.
    final class Share: Sendable {
        private let budget: WorkBudget
        private let held = Mutex(0)

        fileprivate init(of budget: WorkBudget) {
            self.budget = budget
        }

        deinit {
            budget.giveBack(held.withLock { $0 })
        }

        /// Takes so many bytes more if they are there.
        func grow(by bytes: Int) -> Bool {
            held.withLock { held in
                let isSmall = held + bytes <= WorkBudget.small
                guard budget.take(bytes, leaving: isSmall ? 0 : budget.reserve) else { return false }
                held += bytes
                return true
            }
        }
    }
}
