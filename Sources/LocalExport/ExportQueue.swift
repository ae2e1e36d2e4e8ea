import Dispatch
import Synchronization

/// Carries batches of something to its destination. Used by one batch at a time.
package protocol RecordWriter: Sendable {
    /// What is carried.
    associatedtype Item: Waiting
    /// Hands the items over and says what became of them.
    mutating func write(_ items: [Item]) -> WriteOutcome
    /// Closes what is open; nothing is written afterwards.
    mutating func close()
}

/// What became of a batch; the first three counts add up to the batch.
package struct WriteOutcome: Hashable, Sendable {
    package var delivered = 0
    package var tooLarge = 0
    package var failed = 0
    package var spilled = 0
    package var unheard = 0
    package var unacknowledged = 0
    package var failure: String?

    package init() {}
}

/// A bounded room in front of a ``RecordWriter``: no thread while it is empty, one serial dispatch queue while not.
package final class ExportQueue<Writer: RecordWriter>: Sendable {
    /// What became of an offer.
    package enum Answer { case taken, full, closed }

    private struct State {
        var room: WaitingRoom<Writer.Item>
        var counters = ExportCounters()
        var waiters = FlushWaiters()
        var isDraining = false
        var isShutDown = false
        var isClosed = false

        /// What is written next; `nil` when nothing waits, and then the next arrival has to start the writing.
        mutating func take() -> WaitingRoom<Writer.Item>.Batch? {
            let batch = room.take(upTo: ExportQueue.batch)
            if batch == nil { isDraining = false }
            return batch
        }
    }

    /// What is written at once: enough to make the system call worth it, little enough that room comes back soon.
    private static var batch: RoomLimits { RoomLimits(bytes: 4 << 20, count: 1024) }

    private let state: Mutex<State>
    private let writer: Mutex<Writer>
    private let queue: DispatchQueue

    package init(label: String, limits: RoomLimits, writer: Writer) {
        self.state = Mutex(State(room: WaitingRoom(limits)))
        self.writer = Mutex(writer)
        self.queue = DispatchQueue(label: label)
    }

    deinit {
        writer.withLock { $0.close() }
    }

    package var counters: ExportCounters { state.withLock { $0.counters } }

    /// Takes an item, or counts it as dropped.
    package func add(_ item: Writer.Item) {
        if offer(item) == .full { state.withLock { $0.counters.droppedQueueFull += 1 } }
    }

    /// Takes an item if there is room; what is full counts nothing.
    package func offer(_ item: Writer.Item) -> Answer {
        let (answer, mustStart) = state.withLock { state -> (Answer, Bool) in
            if state.isShutDown {
                state.counters.droppedAfterShutdown += 1
                return (.closed, false)
            }
            let arrival = state.room.add(item, at: 0)
            state.counters.add(arrival)
            guard arrival.isTaken else { return (.full, false) }
            let mustStart = !state.isDraining
            state.isDraining = true
            return (.taken, mustStart)
        }
        if mustStart { start() }
        return answer
    }

    /// Changes the counters for something that was dealt with outside of the room.
    package func count(_ change: (inout ExportCounters) -> Void) { state.withLock { change(&$0.counters) } }

    /// Waits until everything accepted so far is dealt with, or until the task is cancelled.
    package func flush() async {
        let id = state.withLock { $0.waiters.newID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.room.lowestOutstanding != nil else { return false }
                    return state.waiters.add(id, upTo: state.room.lastNumber, continuation)
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.cancel(id) }?.resume()
        }
        state.withLock { $0.waiters.end(id) }
    }

    /// Takes no more, deals with what waits, closes the writer. What is not dealt with after `limit` is counted as
    /// failed.
    package func shutdown(within limit: Duration? = nil) async {
        state.withLock { $0.isShutDown = true }
        if let limit {
            let (seconds, fraction) = limit.components
            let nanoseconds = Int(seconds) * 1_000_000_000 + Int(fraction / 1_000_000_000)
            DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in
                self?.abandon()
            }
        }
        await flush()
        let mustClose = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        // A writer that still writes closes itself when it is let go.
        if mustClose { writer.withLockIfAvailable { $0.close() } }
    }

    /// Counts as failed what waits.
    package func abandon() {
        let ready = state.withLock { state in
            let lost = state.room.giveUpAll()
            state.counters.failed += lost
            if lost > 0 { state.counters.lastFailure = "given up at shutdown" }
            // Whatever is being written is not waited for either.
            return state.waiters.takeReady(lowestOutstanding: nil)
        }
        for waiter in ready { waiter.resume() }
    }

    /// The work item keeps the queue alive until what was accepted is delivered, even when its owner is gone.
    private func start() {
        queue.async { self.drain() }
    }

    private func drain() {
        var next = state.withLock { $0.take() }
        while let batch = next {
            let outcome = writer.withLock { $0.write(batch.items) }
            // One turn at the lock for what is over and what comes next: callers want it, too.
            let (ready, following) = state.withLock { state in
                state.room.remove(batch)
                state.counters.add(outcome)
                return (state.waiters.takeReady(lowestOutstanding: state.room.lowestOutstanding), state.take())
            }
            next = following
            for waiter in ready { waiter.resume() }
        }
    }
}

extension ExportCounters {
    /// Counts what an arrival cost. A refusal is left to the caller.
    package mutating func add<Item>(_ arrival: WaitingRoom<Item>.Arrival) {
        if arrival.isTaken { accepted += 1 }
        // Starts that had been taken are as good as refused.
        accepted -= arrival.startsGivenUp
        droppedQueueFull += arrival.startsGivenUp
        contentsGivenUp += arrival.contentsGivenUp
    }

    fileprivate mutating func add(_ outcome: WriteOutcome) {
        delivered += outcome.delivered
        droppedTooLarge += outcome.tooLarge
        failed += outcome.failed
        spilled += outcome.spilled
        unheard += outcome.unheard
        unacknowledged += outcome.unacknowledged
        if let failure = outcome.failure { lastFailure = failure }
    }
}
