import Dispatch
import Synchronization

/// Carries batches of something to its destination. Used by one batch at a time.
package protocol BatchWriter: Sendable {
    /// What is carried.
    associatedtype Item: Sendable
    /// Hands the items over and says what became of them.
    mutating func write(_ items: [Item]) -> WriteOutcome
    /// Closes what is open; nothing is written afterwards.
    mutating func close()
}

/// What became of a batch; the four counts add up to the batch.
package struct WriteOutcome: Hashable, Sendable {
    package var delivered = 0
    package var tooLarge = 0
    package var failed = 0
    package var spilled = 0
    package var unheard = 0
    package var failure: String?

    package init() {}
}

/// A bounded queue in front of a ``BatchWriter``: no thread while it is empty, one serial dispatch queue while not.
package final class ExportQueue<Writer: BatchWriter>: Sendable {
    private struct Waiter {
        var ticket: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var items: [Writer.Item] = []
        var counters = ExportCounters()
        var waiters: [Waiter] = []
        var isDraining = false
        var isShutDown = false
        var isClosed = false

        /// Waiters whose records are all dealt with.
        mutating func takeReadyWaiters() -> [Waiter] {
            let done = counters.accepted - counters.queued
            let ready = waiters.filter { $0.ticket <= done }
            waiters.removeAll { $0.ticket <= done }
            return ready
        }
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let writer: Mutex<Writer>
    private let queue: DispatchQueue

    package init(label: String, capacity: Int, writer: Writer) {
        self.capacity = max(1, capacity)
        self.writer = Mutex(writer)
        self.queue = DispatchQueue(label: label)
    }

    deinit {
        writer.withLock { $0.close() }
    }

    package var counters: ExportCounters { state.withLock { $0.counters } }

    package func add(_ item: Writer.Item) {
        let mustStart = state.withLock { state in
            if state.isShutDown {
                state.counters.droppedAfterShutdown += 1
                return false
            }
            if state.items.count >= capacity {
                state.counters.droppedQueueFull += 1
                return false
            }
            state.counters.accepted += 1
            state.items.append(item)
            let mustStart = !state.isDraining
            state.isDraining = true
            return mustStart
        }
        if mustStart { start() }
    }

    package func flush() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.counters.queued == 0 { return true }
                state.waiters.append(Waiter(ticket: state.counters.accepted, continuation: continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    package func shutdown() async {
        state.withLock { $0.isShutDown = true }
        await flush()
        let mustClose = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        if mustClose { writer.withLock { $0.close() } }
    }

    /// The work item keeps the queue alive until what was accepted is delivered, even when its owner is gone.
    private func start() {
        queue.async { self.drain() }
    }

    private func drain() {
        while let batch = takeBatch() {
            let outcome = writer.withLock { $0.write(batch) }
            let ready = state.withLock { state in
                state.counters.add(outcome)
                return state.takeReadyWaiters()
            }
            for waiter in ready { waiter.continuation.resume() }
        }
    }

    private func takeBatch() -> [Writer.Item]? {
        state.withLock { state in
            if state.items.isEmpty {
                state.isDraining = false
                return nil
            }
            defer { state.items.removeAll() }
            return state.items
        }
    }
}

extension ExportCounters {
    fileprivate mutating func add(_ outcome: WriteOutcome) {
        delivered += outcome.delivered
        droppedTooLarge += outcome.tooLarge
        failed += outcome.failed
        spilled += outcome.spilled
        unheard += outcome.unheard
        if let failure = outcome.failure { lastFailure = failure }
    }
}
