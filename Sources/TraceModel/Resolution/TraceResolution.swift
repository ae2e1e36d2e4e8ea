/// Resolves a whole trace at once. Stores may do it piecemeal, but what they keep must equal this.
public enum TraceResolution {
    /// The resolution of every node, in the order of `nodes`. Takes time in proportion to their number; a loop of
    /// parents is cut at its earliest span.
    public static func resolve(traceID: String, _ nodes: [TraceNode]) -> [SpanResolution] {
        // Very many traces have one span.
        if nodes.count == 1 { return [resolve(traceID: traceID, alone: nodes[0])] }
        let forest = TraceForest(nodes)
        let sessions = inherit(\.session, nodes, forest)
        let customers = inherit(\.customer, nodes, forest)
        let configs = inherit(\.config, nodes, forest)
        let counted = count(nodes, forest)
        return nodes.indices.map { index in
            SpanResolution(
                sessionID: sessions[index] ?? traceID, customerID: customers[index], configKey: configs[index],
                isCounted: counted[index], depth: forest.depths[index])
        }
    }

    private static func resolve(traceID: String, alone node: TraceNode) -> SpanResolution {
        SpanResolution(
            sessionID: node.identity.session.said ?? traceID, customerID: node.identity.customer.said,
            configKey: node.identity.config.said, isCounted: true, depth: 0)
    }

    /// One fact of every node (D4): what the span says, else its nearest ancestor that says it, else its resource,
    /// else the first span of the trace, in order of arrival, that or whose resource says it.
    private static func inherit(
        _ fact: KeyPath<SpanIdentity, SpanIdentity.Fact>, _ nodes: [TraceNode], _ forest: TraceForest
    ) -> [String?] {
        var said: [String?] = Array(repeating: nil, count: nodes.count)
        for index in forest.topDown {
            said[index] = nodes[index].identity[keyPath: fact].own ?? forest.parents[index].flatMap { said[$0] }
        }
        let first = nodes.lazy.filter { $0.identity[keyPath: fact].said != nil }.min { $0.sequence < $1.sequence }
        let fallback = first?.identity[keyPath: fact].said
        return nodes.indices.map { said[$0] ?? nodes[$0].identity[keyPath: fact].resource ?? fallback }
    }

    /// Whether each node counts (D9): not when a descendant has usage; and of several that have usage and share a
    /// response id, only the earliest. (Those left by the first rule are never each other's ancestors.)
    private static func count(_ nodes: [TraceNode], _ forest: TraceForest) -> [Bool] {
        var counted = Array(repeating: true, count: nodes.count)
        for index in forest.topDown.reversed() where nodes[index].hasUsage || !counted[index] {
            if let parent = forest.parents[index] { counted[parent] = false }
        }
        var earliest: [ExactText: Int] = [:]
        for index in nodes.indices where counted[index] && nodes[index].hasUsage {
            guard let responseID = nodes[index].responseID else { continue }
            guard let other = earliest.updateValue(index, forKey: ExactText(responseID)) else { continue }
            if nodes[other].isEarlier(than: nodes[index]) {
                earliest[ExactText(responseID)] = other
                counted[index] = false
            } else {
                counted[other] = false
            }
        }
        return counted
    }
}

extension SpanIdentity.Fact {
    /// What the span says, else what its resource says.
    var said: String? { own ?? resource }
}
