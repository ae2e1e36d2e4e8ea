import LocalExport
import Synchronization

/// A bounded queue of things to hand over the network. Up to `workers` tasks run while there is something to do, none
/// while there is not.
final class AsyncWorkQueue<Item: Sendable>: Sendable {
    /// What became of one item.
    enum Delivery: Hashable, Sendable {
        case delivered(retries: Int)
        case failed(String, retries: Int)
    }

    /// Somebody who waits for everything up to a number.
    private struct Waiter {
        var ticket: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    /// An item and its place amongst all that were accepted, from 1.
    private struct Numbered: Sendable {
        var number: Int
        var item: Item
    }

    private struct State {
        /// What no worker has taken yet.
        var items: ArraySlice<Numbered> = []
        /// The numbers of what is being delivered, no more than there are workers.
        var underWay: Set<Int> = []
        var counters = ExportCounters()
        var tasks: [Int: Task<Void, Never>] = [:]
        var nextWorker = 0
        var waiters: [Waiter] = []
        var isShutDown = false

        /// The lowest number that is not done with; `nil` when all are. Items are taken in order, so what is under way
        /// is older than what waits.
        var lowestOutstanding: Int? { underWay.min() ?? items.first?.number }
    }

    private let capacity: Int
    private let workers: Int
    private let time: TimeSource
    private let perform: @Sendable (Item) async -> Delivery
    private let state = Mutex(State())

    init(
        capacity: Int, workers: Int, time: TimeSource, perform: @escaping @Sendable (Item) async -> Delivery
    ) {
        self.capacity = max(1, capacity)
        self.workers = max(1, workers)
        self.time = time
        self.perform = perform
    }

    var counters: ExportCounters { state.withLock { $0.counters } }

    func add(_ item: Item) {
        state.withLock { state in
            if state.isShutDown {
                state.counters.droppedAfterShutdown += 1
                return
            }
            if state.items.count >= capacity {
                state.counters.droppedQueueFull += 1
                return
            }
            state.counters.accepted += 1
            state.items.append(Numbered(number: state.counters.accepted, item: item))
            guard state.tasks.count < workers else { return }
            let worker = state.nextWorker
            state.nextWorker += 1
            state.tasks[worker] = Task.detached { await self.work(worker) }
        }
    }

    /// Waits until everything accepted so far is delivered or has failed, in whatever order that comes to pass.
    func flush() async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.lowestOutstanding == nil { return true }
                state.waiters.append(Waiter(ticket: state.counters.accepted, continuation: continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    /// Takes no more, delivers what is queued for as long as `timeout` allows, and counts the rest as failed.
    func shutdown(timeout: Duration) async {
        state.withLock { $0.isShutDown = true }
        let limit = Task.detached { [time] in
            do { try await time.sleep(timeout) } catch { return }
            self.abandon()
        }
        await flush()
        limit.cancel()
    }

    private func abandon() {
        let tasks = state.withLock { state in
            state.counters.failed += state.items.count
            if !state.items.isEmpty { state.counters.lastFailure = "given up at shutdown" }
            state.items = []
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        resumeReadyWaiters()
    }

    private func work(_ worker: Int) async {
        while let next = takeItem(worker) {
            let delivery = await perform(next.item)
            state.withLock { state in
                state.counters.add(delivery)
                state.underWay.remove(next.number)
            }
            resumeReadyWaiters()
        }
    }

    private func takeItem(_ worker: Int) -> Numbered? {
        state.withLock { state in
            if let next = state.items.popFirst() {
                // A slice never gives back what was popped from it; a copy does.
                if state.items.startIndex > 4096 { state.items = ArraySlice(Array(state.items)) }
                state.underWay.insert(next.number)
                return next
            }
            state.items = []
            state.tasks[worker] = nil
            return nil
        }
    }

    private func resumeReadyWaiters() {
        let ready = state.withLock { state in
            let outstanding = state.lowestOutstanding ?? .max
            let ready = state.waiters.filter { $0.ticket < outstanding }
            state.waiters.removeAll { $0.ticket < outstanding }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }
}

extension ExportCounters {
    fileprivate mutating func add<Item>(_ delivery: AsyncWorkQueue<Item>.Delivery) {
        switch delivery {
        case .delivered(let retries):
            delivered += 1
            self.retries += retries
        case .failed(let reason, let retries):
            failed += 1
            self.retries += retries
            lastFailure = reason
        }
    }
}
