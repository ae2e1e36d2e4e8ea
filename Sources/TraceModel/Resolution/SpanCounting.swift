/// Decides for a whole trace what of each span counts.
struct SpanCounting {
    private let nodes: [TraceNode]
    private let forest: TraceForest
    /// What counts of each node.
    private(set) var counts: [SpanCounts]

    init(_ nodes: [TraceNode], _ forest: TraceForest) {
        self.nodes = nodes
        self.forest = forest
        counts = Array(repeating: .all, count: nodes.count)
        countTokens()
        countCost()
        countCalls()
    }

    /// Not when a descendant has usage; and of several that have usage and share a response id, only the earliest.
    /// (Those left by the first rule are never each other's ancestors.)
    private mutating func countTokens() {
        let usageBelow = below(\.hasUsage)
        let earliest = earliestOfResponse { nodes[$0].hasUsage && !usageBelow[$0] }
        for index in nodes.indices {
            let isTwin = nodes[index].hasUsage && twin(of: index, among: earliest).map { $0 != index } ?? false
            if usageBelow[index] || isTwin { counts[index].remove(.tokens) }
        }
    }

    /// By the same rule over what was paid. What nobody has paid counts where its tokens do (there an estimate may
    /// stand), unless a span around it says what all of it cost.
    private mutating func countCost() {
        let costBelow = below(\.hasCost)
        let payers = earliestOfResponse { nodes[$0].hasCost && !costBelow[$0] }
        var isCovered = Array(repeating: false, count: nodes.count)
        for index in forest.topDown {
            if let parent = forest.parents[index] {
                isCovered[index] = isCovered[parent] || nodes[parent].hasCost && !costBelow[parent]
            }
            let isCounted =
                twin(of: index, among: payers).map { $0 == index }
                ?? (nodes[index].hasCost ? !costBelow[index] : counts[index].contains(.tokens) && !isCovered[index])
            if !isCounted { counts[index].remove(.cost) }
        }
    }

    /// Not inside another LLM span, unless an agent or a tool in between asks anew.
    private mutating func countCalls() {
        var isInside = Array(repeating: false, count: nodes.count)
        for index in forest.topDown {
            guard let parent = forest.parents[index] else { continue }
            isInside[index] = nodes[parent].kind.holdsRequest(isInside: isInside[parent])
            if isInside[index], nodes[index].kind == .llm { counts[index].remove(.call) }
        }
    }

    /// Which nodes have a descendant of that property.
    private func below(_ property: KeyPath<TraceNode, Bool>) -> [Bool] {
        var found = Array(repeating: false, count: nodes.count)
        for index in forest.topDown.reversed() where nodes[index][keyPath: property] || found[index] {
            if let parent = forest.parents[index] { found[parent] = true }
        }
        return found
    }

    /// The earliest of the nodes that pass, for each response id.
    private func earliestOfResponse(_ passes: (Int) -> Bool) -> [ExactText: Int] {
        var earliest: [ExactText: Int] = [:]
        for index in nodes.indices where passes(index) {
            guard let response = nodes[index].responseID.map(ExactText.init) else { continue }
            if let other = earliest[response], nodes[other].isEarlier(than: nodes[index]) { continue }
            earliest[response] = index
        }
        return earliest
    }

    private func twin(of index: Int, among earliest: [ExactText: Int]) -> Int? {
        nodes[index].responseID.flatMap { earliest[ExactText($0)] }
    }
}

extension SpanKind {
    /// Whether LLM spans below one of this kind tell a request again: it is one itself, or it lies inside one and asks
    /// nothing of its own.
    func holdsRequest(isInside: Bool) -> Bool { self == .llm || isInside && !endsRequest }
}
