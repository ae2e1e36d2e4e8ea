public import LocalExport
public import SpanCodec
import Synchronization

/// Keeps records in memory: for an app's tests.
public final class InMemoryExporter: RecordExporter {
    private struct State {
        var records: [FallomRecord] = []
        var counters = ExportCounters()
        var isShutDown = false
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// Makes an exporter that keeps at most `capacity` records and drops newer ones.
    public init(capacity: Int = .max) {
        self.capacity = capacity
    }

    /// The records in the order in which they came. Call ``FallomClient/flush()`` first.
    public var records: [FallomRecord] { state.withLock { $0.records } }

    /// Forgets the records.
    public func removeAll() { state.withLock { $0.records = [] } }

    /// Keeps the record.
    public func export(_ record: FallomRecord) {
        state.withLock { state in
            if state.isShutDown {
                state.counters.droppedAfterShutdown += 1
            } else if state.records.count >= capacity {
                state.counters.droppedQueueFull += 1
            } else {
                state.counters.accepted += 1
                state.counters.delivered += 1
                state.records.append(record)
            }
        }
    }

    /// Returns at once.
    public func flush() async {}

    /// Takes no more records.
    public func shutdown() async { state.withLock { $0.isShutDown = true } }

    /// What happened so far.
    public var counters: ExportCounters { state.withLock { $0.counters } }
}
