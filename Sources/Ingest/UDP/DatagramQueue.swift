internal import Synchronization

/// Some datagrams in one piece of memory.
struct DatagramChunk: Sendable {
    /// The datagrams one behind the other.
    var bytes: [UInt8] = []
    /// Where each ends in ``bytes``, and whether its own end was cut off.
    var ends: [(end: Int, isCut: Bool)] = []
}

/// The bounded queue between the thread that receives and the task that decodes. It never makes the thread wait: what
/// does not fit is refused, and the thread counts it.
final class DatagramQueue: Sendable {
    private struct State: ~Copyable {
        var chunks: [DatagramChunk] = []
        var bytes = 0
        var isFinished = false
        var reader: CheckedContinuation<[DatagramChunk]?, Never>?
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Queues a chunk; `false` when there is no room.
    func offer(_ chunk: DatagramChunk) -> Bool {
        let (isTaken, reader) = state.withLock { state -> (Bool, CheckedContinuation<[DatagramChunk]?, Never>?) in
            guard state.bytes == 0 || state.bytes + chunk.bytes.count <= limit else { return (false, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (true, reader)
            }
            state.bytes += chunk.bytes.count
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
                guard !state.chunks.isEmpty else {
                    if state.isFinished { return .some(nil) }
                    state.reader = continuation
                    return nil
                }
                var count = 0
                var bytes = 0
                while count < state.chunks.count, count == 0 || bytes + state.chunks[count].bytes.count <= most {
                    bytes += state.chunks[count].bytes.count
                    count += 1
                }
                let taken = Array(state.chunks[..<count])
                state.chunks.removeFirst(count)
                state.bytes -= bytes
                return taken
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
