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
        let counts = SpanCounting(nodes, forest).counts
        return nodes.indices.map { index in
            SpanResolution(
                sessionID: sessions[index] ?? traceID, customerID: customers[index], configKey: configs[index],
                counts: counts[index], depth: forest.depths[index])
        }
    }

    private static func resolve(traceID: String, alone node: TraceNode) -> SpanResolution {
        SpanResolution(
            sessionID: node.identity.session.said ?? traceID, customerID: node.identity.customer.said,
            configKey: node.identity.config.said, counts: .all, depth: 0)
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
}

extension SpanIdentity.Fact {
    /// What the span says, else what its resource says.
    var said: String? { own ?? resource }
}
