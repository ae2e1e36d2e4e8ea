internal import Synchronization
internal import TraceModel

/// Counts what every source does, and tells whoever looks: newest only, so that a slow reader skips what it missed.
public final class IngestCounters: Sendable {
    private struct State {
        var health = IngestHealth()
        /// Grows with each change.
        var version = 0
        var places: [IngestSource: Int] = [:]
        var listeners: [Int: AsyncStream<IngestHealth>.Continuation] = [:]
        var nextListener = 0
    }

    private let state = Mutex(State())

    /// Makes counters at zero.
    public init() {}

    /// The figures now.
    public var health: IngestHealth { state.withLock { $0.health } }

    /// The figures as they change, beginning with those of now. Ends when the reading task is cancelled.
    public func updates() -> AsyncStream<IngestHealth> {
        let (stream, continuation) = AsyncStream.makeStream(of: IngestHealth.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            let id = state.nextListener
            state.nextListener += 1
            state.listeners[id] = continuation
            continuation.yield(state.health)
            return id
        }
        continuation.onTermination = { [weak self] _ in
            self?.removeListener(id)
        }
        return stream
    }

    private func removeListener(_ id: Int) {
        _ = state.withLock { $0.listeners.removeValue(forKey: id) }
    }

    /// Changes one source's figures and publishes them. A source that is not known yet is added.
    func update(_ source: IngestSource, _ change: (inout SourceHealth) -> Void) {
        state.withLock { state in
            let place: Int
            if let known = state.places[source] {
                place = known
            } else {
                place = state.health.sources.count
                state.places[source] = place
                state.health.sources.append(SourceHealth(source: source))
            }
            change(&state.health.sources[place])
            state.version += 1
        }
        publish()
    }

    /// Counts a commit of one source.
    func committed(_ receipt: AppendReceipt, masked: Int, of source: IngestSource) {
        state.withLock { state in
            state.health.commits += 1
            state.health.revision = max(state.health.revision, receipt.revision)
            if let place = state.places[source] {
                state.health.sources[place].stored += receipt.stored
                state.health.sources[place].replaced += receipt.replaced
                state.health.sources[place].masked += masked
                if receipt.beyond > 0 {
                    state.health.sources[place].dropped[.traceFull, default: 0] += receipt.beyond
                    state.health.sources[place].lastError =
                        "a trace has \(TraceIndex.most) spans already: more of it are not taken"
                }
            }
            state.version += 1
        }
        publish()
    }

    /// Tells the figures outside of the lock: to wake a reader takes its task's lock, and a task that is cancelled holds that
    /// while it leaves the list. Where others told newer figures meanwhile, these are told once more, so that they stay.
    private func publish() {
        var told: Int
        repeat {
            let (version, health, listeners) = state.withLock { ($0.version, $0.health, Array($0.listeners.values)) }
            for listener in listeners { listener.yield(health) }
            told = version
        } while state.withLock { $0.version } != told
    }
}

extension IngestCounters {
    /// Counts a refusal and remembers its words.
    func rejected(_ count: Int = 1, by cause: RejectionCause, of source: IngestSource, because reason: String) {
        update(source) {
            $0.rejected[cause, default: 0] += count
            $0.lastError = reason
        }
    }

    /// Counts a loss and remembers its words.
    func dropped(_ count: Int, by cause: DropCause, of source: IngestSource, because reason: String) {
        guard count > 0 else { return }
        update(source) {
            $0.dropped[cause, default: 0] += count
            $0.lastError = reason
        }
    }
}
