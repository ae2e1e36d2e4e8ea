/// A trace's spans with their resolutions, kept up to date as spans come: what a store's writer holds of the traces it
/// works on, so that a span more in a trace of many thousands costs what it changes and not all of the trace.
///
/// Whatever the order in which spans are put, ``resolutions`` equals what ``TraceResolution`` says of them all at once.
/// Small traces are simply resolved anew; in large ones the few common changes are followed step by step
/// (``Following``), and everything else is resolved anew as well.
public struct TraceIndex: Sendable {
    /// The trace.
    public let traceID: String
    /// Its spans, in the order in which they were put first.
    public private(set) var nodes: [TraceNode] = []
    /// What the trace says about each, as of the last ``resolve()``.
    public private(set) var resolutions: [SpanResolution] = []

    private var positions: [ExactText: Int] = [:]
    private var following: Following?
    private var pending: [Pending] = []
    /// Indexes of ``pending`` that are not new.
    private var pendingOld: Set<Int> = []

    /// A node that was put and not resolved yet.
    struct Pending {
        var index: Int
        /// What was there before; `nil` for a new span.
        var old: TraceNode?
    }

    /// Spans of one trace that a store takes: to hold them and to look at all of them once must stay cheap beside what
    /// others send.
    public static let most = 200_000
    /// Whether the resolutions may be those of another time.
    private var isDoubted = false

    /// Up to this many spans a trace is resolved anew each time: it is faster than following.
    static let small = 64
    /// Up to this many spans are looked through for an id.
    private static let tiny = 6

    /// Makes an index of a trace without spans.
    public init(traceID: String) {
        self.traceID = traceID
    }

    /// Adds a span that is resolved already, as it was stored. Spans are loaded in the order of their sequences.
    public mutating func load(_ node: TraceNode, _ resolution: SpanResolution) {
        append(node)
        resolutions.append(resolution)
    }

    /// Has the next ``resolve()`` look at all spans: what was loaded may be what the trace said at another time.
    public mutating func doubt() {
        isDoubted = true
    }

    /// Where the span of that id is in ``nodes``.
    public func index(of spanID: String) -> Int? {
        // Most traces have a few spans: looking is cheaper than hashing.
        guard !positions.isEmpty else { return nodes.firstIndex { ExactText($0.spanID) == ExactText(spanID) } }
        return positions[ExactText(spanID)]
    }

    /// Puts a span, new or in place of an earlier record of the same id, whose sequence it must have. Gives its index.
    @discardableResult
    public mutating func put(_ node: consuming TraceNode) -> Int {
        guard let index = index(of: node.spanID) else {
            pending.append(Pending(index: nodes.count, old: nil))
            append(node)
            return nodes.count - 1
        }
        if !isPending(index) {
            pendingOld.insert(index)
            pending.append(Pending(index: index, old: nodes[index]))
        }
        nodes[index] = node
        return index
    }

    /// The same of a node made before its sequence was known.
    @discardableResult
    public mutating func put(_ node: consuming TraceNode, at sequence: Int64) -> Int {
        let index = put(node)
        nodes[index].sequence = sequence
        return index
    }

    private mutating func append(_ node: consuming TraceNode) {
        if nodes.count == TraceIndex.tiny {
            for (index, node) in nodes.enumerated() { positions[ExactText(node.spanID)] = index }
        }
        if nodes.count >= TraceIndex.tiny { positions[ExactText(node.spanID)] = nodes.count }
        nodes.append(node)
    }

    private func isPending(_ index: Int) -> Bool {
        // Spans that are new since the last time are all pending.
        index >= resolutions.count || pendingOld.contains(index)
    }

    /// Brings ``resolutions`` up to date. Gives the indexes of all spans put since the last time and of all others
    /// whose resolution changed, each once.
    public mutating func resolve() -> [Int] {
        defer {
            pending.removeAll()
            pendingOld.removeAll()
        }
        guard nodes.count > 1 else {
            resolutions = TraceResolution.resolve(traceID: traceID, nodes)
            return pending.map(\.index)
        }
        var touched = Set(pending.map(\.index))
        if resolutions.count > TraceIndex.small, !isDoubted {
            var state = following ?? Following(nodesBefore())
            following = nil
            let followed = state?.follow(pending, traceID: traceID, nodes, &resolutions) ?? false
            touched.formUnion(state?.changed ?? [])
            if followed {
                following = state
                return Array(touched)
            }
        }
        following = nil
        isDoubted = false
        let resolved = TraceResolution.resolve(traceID: traceID, nodes)
        for index in nodes.indices where index >= resolutions.count || resolved[index] != resolutions[index] {
            touched.insert(index)
        }
        resolutions = resolved
        return Array(touched)
    }

    /// The nodes as they were at the last ``resolve()``.
    private func nodesBefore() -> [TraceNode] {
        var before = Array(nodes[..<resolutions.count])
        for put in pending {
            if let old = put.old { before[put.index] = old }
        }
        return before
    }
}
