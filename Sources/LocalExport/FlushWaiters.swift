/// Those who wait until everything up to a number is done with.
package struct FlushWaiters {
    private struct Waiter {
        var ticket: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private var waiting: [Int: Waiter] = [:]
    private var nextID = 0
    /// Those that were cancelled before they began to wait.
    private var cancelled: Set<Int> = []

    package init() {}

    /// Whether nobody waits.
    package var isEmpty: Bool { waiting.isEmpty }

    /// A name for somebody who is going to wait.
    package mutating func newID() -> Int {
        nextID += 1
        return nextID
    }

    /// Lets somebody wait for everything up to `ticket`; `false` if that was cancelled already.
    package mutating func add(_ id: Int, upTo ticket: Int, _ continuation: CheckedContinuation<Void, Never>) -> Bool {
        if cancelled.remove(id) != nil { return false }
        waiting[id] = Waiter(ticket: ticket, continuation: continuation)
        return true
    }

    /// Ends the wait of one who is not interested any more.
    package mutating func cancel(_ id: Int) -> CheckedContinuation<Void, Never>? {
        if let waiter = waiting.removeValue(forKey: id) { return waiter.continuation }
        cancelled.insert(id)
        return nil
    }

    /// Forgets one whose wait is over.
    package mutating func end(_ id: Int) { cancelled.remove(id) }

    /// Those whose wait is over when the lowest number not done with is `lowest`.
    package mutating func takeReady(lowestOutstanding lowest: Int?) -> [CheckedContinuation<Void, Never>] {
        guard !waiting.isEmpty else { return [] }
        let ready = waiting.filter { $0.value.ticket < lowest ?? .max }
        for id in ready.keys { waiting[id] = nil }
        return ready.values.map(\.continuation)
    }
}
