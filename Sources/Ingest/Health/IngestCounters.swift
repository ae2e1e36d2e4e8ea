internal import TraceModel

/// Counts what every source does, and tells whoever looks: newest only, so that a slow reader skips what it missed.
public final class IngestCounters: Sendable {
    private struct Figures {
        var health = IngestHealth()
        var places: [IngestSource: Int] = [:]
    }

    private let figures = Broadcast<Figures, IngestHealth>(Figures()) { $0.health }

    /// Makes counters at zero.
    public init() {}

    /// The figures now.
    public var health: IngestHealth { figures.value.health }

    /// The figures as they change, beginning with those of now. Ends when the reading task is cancelled.
    public func updates() -> AsyncStream<IngestHealth> { figures.stream(isFromNow: true) }

    /// Changes one source's figures and publishes them. A source that is not known yet is added.
    func update(_ source: IngestSource, _ change: (inout SourceHealth) -> Void) {
        figures.change { figures in
            let place: Int
            if let known = figures.places[source] {
                place = known
            } else {
                place = figures.health.sources.count
                figures.places[source] = place
                figures.health.sources.append(SourceHealth(source: source))
            }
            change(&figures.health.sources[place])
            return true
        }
    }

    /// Counts a commit of one source.
    func committed(_ receipt: AppendReceipt, masked: Int, of source: IngestSource) {
        figures.change { figures in
            figures.health.commits += 1
            figures.health.revision = max(figures.health.revision, receipt.revision)
            guard let place = figures.places[source] else { return true }
            figures.health.sources[place].stored += receipt.stored
            figures.health.sources[place].replaced += receipt.replaced
            figures.health.sources[place].masked += masked
            if receipt.beyond > 0 {
                figures.health.sources[place].dropped[.traceFull, default: 0] += receipt.beyond
                figures.health.sources[place].lastError =
                    "a trace has \(TraceIndex.most) spans already: more of it are not taken"
            }
            return true
        }
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
