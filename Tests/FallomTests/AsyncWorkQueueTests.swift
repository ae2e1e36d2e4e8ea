import LocalExport
import Synchronization
import Testing

@testable import Fallom

@Suite(.timeLimit(.minutes(5))) struct AsyncWorkQueueTests {
    @Test func `a flush waits for what was accepted before it, however much passes that by`() async {
        let gate = Gate()
        let flushed = Flag()
        let queue = AsyncWorkQueue<Int>(capacity: 1000, workers: 2, time: .system) { item in
            if item == 1 { await gate.wait() }
            return .delivered(retries: 0)
        }
        queue.add(1)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await queue.flush()
                flushed.raise()
            }
            // Time for the flush to begin: only the first item is ahead of it then.
            for _ in 0..<1000 { await Task.yield() }
            for item in 2...200 { queue.add(item) }
            while queue.counters.delivered < 199 { await Task.yield() }
            // Time for the flush to end, which it must not.
            for _ in 0..<1000 { await Task.yield() }
            #expect(!flushed.isUp)
            gate.open()
            await group.waitForAll()
        }
        #expect(flushed.isUp)
        #expect(queue.counters.delivered == 200 && queue.counters.queued == 0)
    }

    @Test func `what has failed is done with, and a flush of nothing returns at once`() async {
        let queue = AsyncWorkQueue<Int>(capacity: 1000, workers: 4, time: .system) { item in
            item % 2 == 0 ? .failed("even", retries: 1) : .delivered(retries: 0)
        }
        await queue.flush()
        for item in 1...100 { queue.add(item) }
        await queue.flush()
        #expect(queue.counters.delivered == 50 && queue.counters.failed == 50 && queue.counters.retries == 50)
        await queue.flush()
    }
}

/// Something that has happened.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isUp: Bool { state.withLock { $0 } }
    func raise() { state.withLock { $0 = true } }
}
