/// The spans of a trace as trees: who is whose parent, in an order in which parents come before their children.
///
/// A parent that has not arrived is none. A loop of parents, which only a broken emitter sends, is cut at its earliest
/// span, which so becomes a root; after that every rule about ancestors and descendants holds for it too.
struct TraceForest {
    /// The parent's index for each node.
    private(set) var parents: [Int?]
    /// All indexes, every parent before its children.
    private(set) var topDown: [Int]
    /// How many ancestors each node has.
    private(set) var depths: [Int]

    init(_ nodes: [TraceNode]) {
        parents = TraceForest.parents(of: nodes)
        topDown = []
        topDown.reserveCapacity(nodes.count)
        depths = Array(repeating: -1, count: nodes.count)
        for index in nodes.indices where depths[index] < 0 { place(index, nodes) }
    }

    private static func parents(of nodes: [TraceNode]) -> [Int?] {
        // In a few spans looking is cheaper than hashing.
        guard nodes.count > 6 else {
            return nodes.map { node in
                node.parentID.flatMap { parent in nodes.lastIndex { ExactText($0.spanID) == ExactText(parent) } }
            }
        }
        var indexes: [ExactText: Int] = Dictionary(minimumCapacity: nodes.count)
        for (index, node) in nodes.enumerated() { indexes[ExactText(node.spanID)] = index }
        return nodes.map { node in node.parentID.flatMap { indexes[ExactText($0)] } }
    }

    /// Climbs from a node to a root or to a node already placed, then places the path from the top.
    private mutating func place(_ start: Int, _ nodes: [TraceNode]) {
        let onPath = -2
        var path: [Int] = []
        var at: Int? = start
        while let index = at, depths[index] == -1 {
            depths[index] = onPath
            path.append(index)
            at = parents[index]
        }
        if let index = at, depths[index] == onPath, let first = path.firstIndex(of: index) {
            let loop = first..<path.count
            // The loop is not empty: it holds at least `index`.
            let root = loop.min { nodes[path[$0]].isEarlier(than: nodes[path[$1]]) } ?? first
            parents[path[root]] = nil
            // From the new root the path now runs once around: first what led to it from below, then the rest.
            path = Array(path[..<first]) + Array(path[(root + 1)..<path.count]) + Array(path[first...root])
        }
        for index in path.reversed() {
            depths[index] = parents[index].map { depths[$0] + 1 } ?? 0
            topDown.append(index)
        }
    }
}
