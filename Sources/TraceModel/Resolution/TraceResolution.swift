/// Resolves a whole trace at once. Stores may do it piecemeal, but what they keep must equal this.
public enum TraceResolution {
    /// The resolution of every node, in the order of `nodes`. Takes time in proportion to their number; a loop of
    /// parents is cut at its earliest span.
    public static func resolve(traceID: String, _ nodes: [TraceNode]) -> [SpanResolution] {
        // Very many traces have one span.
        if nodes.count == 1 { return [resolve(traceID: traceID, alone: nodes[0])] }
        let forest = TraceForest(nodes)
        // What the span says, else its nearest ancestor that says it, else its resource, else the first of the trace (D4).
        var said = Array(repeating: InheritedFacts(), count: nodes.count)
        for index in forest.topDown {
            said[index] = InheritedFacts(nodes[index].identity, above: forest.parents[index].map { said[$0] })
        }
        let fallback = InheritedFacts(saidFirstIn: nodes)
        let counts = SpanCounting(nodes, forest).counts
        return nodes.indices.map { index in
            let identity = nodes[index].identity
            return SpanResolution(
                sessionID: said[index].session ?? identity.session.resource ?? fallback.session ?? traceID,
                customerID: said[index].customer ?? identity.customer.resource ?? fallback.customer,
                configKey: said[index].config ?? identity.config.resource ?? fallback.config,
                counts: counts[index], depth: forest.depths[index])
        }
    }

    private static func resolve(traceID: String, alone node: TraceNode) -> SpanResolution {
        SpanResolution(
            sessionID: node.identity.session.said ?? traceID, customerID: node.identity.customer.said,
            configKey: node.identity.config.said, counts: .all, depth: 0)
    }
}
