internal import TraceModel

/// What a collector knows of a trace: its spans with their resolutions, and of each what a later record must know.
struct KnownTrace {
    /// What a later record of a span must know of the one that is there.
    struct Facts {
        var isRunning: Bool
        var hour: Int32
        /// The record's part of its version.
        var record: UInt64
    }

    var index: TraceIndex
    /// By the number of the node.
    var facts: [Facts] = []

    init(traceID: String) {
        index = TraceIndex(traceID: traceID)
    }
}

/// The traces that a collector worked on last, so that it need not ask for them again while nobody else writes.
struct TraceMemory {
    private var traces: [ExactText: (trace: KnownTrace, use: Int)] = [:]
    private var spans = 0
    private var uses = 0
    private static let most = 2 * TraceIndex.most

    /// Takes a trace out; `nil` when it is not known.
    mutating func take(_ id: ExactText) -> KnownTrace? {
        guard let (trace, _) = traces.removeValue(forKey: id) else { return nil }
        spans -= trace.index.nodes.count
        return trace
    }

    /// Keeps a trace, and forgets the oldest half where there are too many.
    mutating func put(_ trace: KnownTrace) {
        uses += 1
        spans += trace.index.nodes.count
        traces[ExactText(trace.index.traceID)] = (trace, uses)
        guard spans > Self.most else { return }
        let middle = traces.values.map(\.use).sorted()[traces.count / 2]
        traces = traces.filter { $0.value.use > middle }
        spans = traces.values.reduce(0) { $0 + $1.trace.index.nodes.count }
    }

    mutating func forget() {
        traces = [:]
        spans = 0
    }
}
