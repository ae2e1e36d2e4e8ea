internal import Synchronization

/// What all requests at work together may hold, so that many clients cannot do what one may not.
///
/// A part is kept for those who ask for little: a connection's only request, as long as it is small. So a few that come
/// slowly, or a hundred at once on each of a few connections, shut nobody out.
final class WorkBudget: Sendable {
    struct Free {
        var bytes: Int
        var requests: Int
    }

    let free: Mutex<Free>
    private let kept: Free
    /// Up to this size a request is small.
    private static let small = 256 << 10

    init(bytes: Int, requests: Int) {
        kept = Free(bytes: bytes / 4, requests: requests / 2)
        free = Mutex(Free(bytes: bytes, requests: requests))
    }

    /// A share for a request alone on its connection; `nil` when too many are at work.
    func share() -> Share? { seat().share() }

    /// A connection's place among the others.
    func seat() -> Seat { Seat(at: self) }

    private func take(leaving rest: Int) -> Bool {
        free.withLock { free in
            guard free.requests > rest else { return false }
            free.requests -= 1
            return true
        }
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

    /// What one connection has of it.
    final class Seat: Sendable {
        private let budget: WorkBudget
        private let shares = Mutex(0)

        fileprivate init(at budget: WorkBudget) {
            self.budget = budget
        }

        /// A share for one more of its requests; `nil` when too many are at work.
        func share() -> Share? {
            shares.withLock { shares in
                let isOnly = shares == 0
                guard budget.take(leaving: isOnly ? 0 : budget.kept.requests) else { return nil }
                shares += 1
                return Share(of: budget, at: self, isOnly: isOnly)
            }
        }

        fileprivate func giveBack() {
            shares.withLock { $0 -= 1 }
        }
    }

    /// What one request holds. It is given back when the last who works on the request lets go: a client that hangs up
    /// does not make room for another while its own work goes on.
    final class Share: Sendable {
        private let budget: WorkBudget
        private let seat: Seat
        private let isOnly: Bool
        private let held = Mutex(0)

        fileprivate init(of budget: WorkBudget, at seat: Seat, isOnly: Bool) {
            self.budget = budget
            self.seat = seat
            self.isOnly = isOnly
        }

        deinit {
            budget.giveBack(held.withLock { $0 })
            seat.giveBack()
        }

        /// Takes so many bytes more if they are there.
        func grow(by bytes: Int) -> Bool {
            held.withLock { held in
                let isModest = isOnly && held + bytes <= WorkBudget.small
                guard budget.take(bytes, leaving: isModest ? 0 : budget.kept.bytes) else { return false }
                held += bytes
                return true
            }
        }
    }
}
