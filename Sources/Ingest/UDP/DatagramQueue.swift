internal import Synchronization

/// Some datagrams in one piece of memory.
struct DatagramChunk: Sendable {
    /// The datagrams one behind the other.
    var bytes: [UInt8] = []
    /// Where each ends in ``bytes``, and whether its own end was cut off.
    var ends: [(end: Int, isCut: Bool)] = []

    /// Bytes of memory that it takes, roughly: of very small datagrams most is not what they hold.
    var weight: Int { bytes.count + ends.count * MemoryLayout<(end: Int, isCut: Bool)>.stride + 256 }
}

/// The bounded queue between the thread that receives and the task that decodes. It never makes the thread wait: what
/// does not fit is refused, and the thread counts it.
final class DatagramQueue: Sendable {
    private struct State: ~Copyable {
        var chunks: [DatagramChunk] = []
        /// How many of ``chunks``, from the first on, were given out.
        var taken = 0
        var weight = 0
        var isFinished = false
        var reader: CheckedContinuation<[DatagramChunk]?, Never>?

        /// The first that wait, up to `most` bytes of memory, one at least. What was given out is cleared away in one go when
        /// it is half of all: a long queue is not moved for each piece of it.
        mutating func take(most: Int) -> [DatagramChunk] {
            var given: [DatagramChunk] = []
            var sum = 0
            while taken < chunks.count, given.isEmpty || sum + chunks[taken].weight <= most {
                sum += chunks[taken].weight
                given.append(chunks[taken])
                chunks[taken] = DatagramChunk()
                taken += 1
            }
            weight -= sum
            if taken * 2 >= chunks.count {
                chunks.removeFirst(taken)
                taken = 0
            }
            return given
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Queues a chunk; `false` when there is no room.
    func offer(_ chunk: DatagramChunk) -> Bool {
        let (isTaken, reader) = state.withLock { state -> (Bool, CheckedContinuation<[DatagramChunk]?, Never>?) in
            guard state.weight == 0 || state.weight + chunk.weight <= limit else { return (false, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (true, reader)
            }
            state.weight += chunk.weight
            state.chunks.append(chunk)
            return (true, nil)
        }
        reader?.resume(returning: [chunk])
        return isTaken
    }

    /// Everything that waits, up to `most` bytes; waits for something. `nil` at the end.
    func take(most: Int) async -> [DatagramChunk]? {
        await withCheckedContinuation { continuation in
            let ready: [DatagramChunk]?? = state.withLock { state in
                guard state.taken < state.chunks.count else {
                    if state.isFinished { return .some(nil) }
                    state.reader = continuation
                    return nil
                }
                return state.take(most: most)
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Ends the queue: what waits is still given out.
    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            let reader = state.reader
            state.reader = nil
            return reader
        }
        reader?.resume(returning: nil)
    }
}
