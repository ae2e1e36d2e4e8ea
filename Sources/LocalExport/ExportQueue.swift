import Dispatch
import SpanCodec
import Synchronization

/// Carries batches of records to their destination. Used by one batch at a time.
protocol RecordWriter: Sendable {
    /// Hands the records over and says what became of them.
    mutating func write(_ records: [FallomRecord]) -> WriteOutcome
    /// Closes what is open; nothing is written afterwards.
    mutating func close()
}

/// What became of a batch; the four counts add up to the batch.
struct WriteOutcome: Hashable, Sendable {
    var delivered = 0
    var tooLarge = 0
    var failed = 0
    var spilled = 0
    var unheard = 0
    var failure: String?
}

/// A bounded queue in front of a ``RecordWriter``: no thread while it is empty, one serial dispatch queue while not.
final class ExportQueue<Writer: RecordWriter>: Sendable {
    private struct Waiter {
        var ticket: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var records: [FallomRecord] = []
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

    init(label: String, capacity: Int, writer: Writer) {
        self.capacity = max(1, capacity)
        self.writer = Mutex(writer)
        self.queue = DispatchQueue(label: label)
    }

    deinit {
        writer.withLock { $0.close() }
    }

    var counters: ExportCounters { state.withLock { $0.counters } }

    func add(_ record: FallomRecord) {
        let mustStart = state.withLock { state in
            if state.isShutDown {
                state.counters.droppedAfterShutdown += 1
                return false
            }
            if state.records.count >= capacity {
                state.counters.droppedQueueFull += 1
                return false
            }
            state.counters.accepted += 1
            state.records.append(record)
            let mustStart = !state.isDraining
            state.isDraining = true
            return mustStart
        }
        if mustStart { start() }
    }

    func flush() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.counters.queued == 0 { return true }
                state.waiters.append(Waiter(ticket: state.counters.accepted, continuation: continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    func shutdown() async {
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

    private func takeBatch() -> [FallomRecord]? {
        state.withLock { state in
            if state.records.isEmpty {
                state.isDraining = false
                return nil
            }
            defer { state.records.removeAll() }
            return state.records
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
