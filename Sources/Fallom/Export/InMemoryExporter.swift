package import SpanCodec
import Synchronization

/// Keeps spans in memory: for an app's tests.
public final class InMemoryExporter: SpanExporter {
    private struct State {
        var spans: [SpanRecord] = []
        var counters = DeliveryCounters()
        var isShutDown = false
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// Makes an exporter that keeps at most `capacity` spans and drops newer ones.
    public init(capacity: Int = .max) {
        self.capacity = capacity
    }

    /// The spans in the order in which they came. Call ``FallomClient/flush(timeout:)`` first.
    public var spans: [SpanRecord] { state.withLock { $0.spans } }

    package var records: [FallomRecord] { spans.map(\.record) }

    /// Forgets the spans.
    public func removeAll() { state.withLock { $0.spans = [] } }

    /// Keeps the span.
    public func export(_ span: SpanRecord) {
        state.withLock { state in
            if state.isShutDown {
                state.counters.droppedAfterShutdown += 1
            } else if state.spans.count >= capacity {
                state.counters.droppedQueueFull += 1
            } else {
                state.counters.accepted += 1
                state.counters.delivered += 1
                state.spans.append(span)
            }
        }
    }

    /// Returns at once.
    public func flush() async {}

    /// Takes no more spans.
    public func shutdown() async { state.withLock { $0.isShutDown = true } }

    /// What happened so far.
    public var counters: DeliveryCounters { state.withLock { $0.counters } }
}
