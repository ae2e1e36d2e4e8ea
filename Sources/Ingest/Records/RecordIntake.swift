internal import SpanCodec
internal import Synchronization
internal import TraceModel

/// Takes records that this process makes itself, of calls that pass through it, on their way to the store.
///
/// Giving never waits: where the store is slow and too much waits already, a record is turned down and counted.
public final class RecordIntake: Sendable {
    private let limit: Int
    private let waiting = Mutex(0)
    private let records: AsyncStream<[UInt8]>
    private let feed: AsyncStream<[UInt8]>.Continuation
    private let counters: IngestCounters

    /// Records that wait may take together 32 MB.
    public init(counters: IngestCounters, limit: Int = 32 << 20) {
        self.counters = counters
        self.limit = limit
        (records, feed) = AsyncStream.makeStream()
    }

    /// Takes a Fallom record as one JSON object.
    public func give(_ record: [UInt8]) {
        let hasRoom = waiting.withLock { waiting in
            guard waiting == 0 || waiting + record.count <= limit else { return false }
            waiting += record.count
            return true
        }
        guard hasRoom else { return lose("the queue in front of the store is full") }
        feed.yield(record)
    }

    /// Counts a call that was not recorded.
    public func lose(_ why: String) {
        counters.dropped(1, by: .notRecorded, of: .proxy, because: why)
    }

    /// Nothing more is given.
    func finish() {
        feed.finish()
    }

    /// Hands on what is given until ``finish()`` was called and all is handed on.
    func run(_ decoder: SpanDecoder, _ writer: BatchWriter) async {
        for await record in records {
            var decoded = DecodedBatch()
            decoder.decodeLine(record, into: &decoded)
            if let first = decoded.rejected.first {
                counters.rejected(by: .undecodable, of: .proxy, because: first.words)
            }
            let batch = IngestBatch(decoded)
            counters.update(.proxy) {
                $0.received += batch.recordCount
                $0.bytes += Int64(record.count)
            }
            try? await writer.write(batch, from: .proxy) { [counters] result in
                guard case .failure(let refusal) = result else { return }
                counters.dropped(1, by: .storeFailed, of: .proxy, because: refusal.words)
            }
            waiting.withLock { $0 -= record.count }
        }
    }
}
