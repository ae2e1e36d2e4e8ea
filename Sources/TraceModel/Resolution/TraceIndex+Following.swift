extension TraceIndex {
    /// What following the common changes of a large trace needs to remember.
    ///
    /// Followed are: a new span, whose parent may be there and whose children may have come before it; and a new record
    /// of a span that changes neither its parent nor what it says about session, customer and config. Anything that
    /// reaches further is not: ``follow(_:traceID:_:_:)`` then gives up and the trace is resolved anew.
    struct Following: Sendable {
        private var parents: [Int?]
        private var children: [[Int]]
        private var inherited: [InheritedFacts]
        /// Whether a descendant has usage.
        private var usageBelow: [Bool]
        /// Whether a descendant has a cost.
        private var costBelow: [Bool]
        /// Whether a span around it says what all of it cost.
        private var isCovered: [Bool]
        /// Whether it lies inside a request.
        private var isInside: [Bool]
        private var positions: [ExactText: Int] = [:]
        /// Children whose parent has not come, by its id.
        private var waiting: [ExactText: [Int]] = [:]
        private var byResponse: [ExactText: [Int]] = [:]
        /// What spans without a word of their own fall back to.
        private var fallback: InheritedFacts
        /// Whose resolution the last ``follow(_:traceID:_:_:)`` changed.
        private(set) var changed: Set<Int> = []

        /// Begins with nodes that are resolved already; `nil` when their parents form a loop.
        init?(_ nodes: [TraceNode]) {
            for (index, node) in nodes.enumerated() { positions[ExactText(node.spanID)] = index }
            parents = []
            children = Array(repeating: [], count: nodes.count)
            inherited = Array(repeating: InheritedFacts(), count: nodes.count)
            usageBelow = Array(repeating: false, count: nodes.count)
            costBelow = usageBelow
            isCovered = usageBelow
            isInside = usageBelow
            fallback = InheritedFacts()
            let forest = TraceForest(nodes)
            for (index, node) in nodes.enumerated() {
                let parent = node.parentID.flatMap { positions[ExactText($0)] }
                guard parent == forest.parents[index] else { return nil }
                parents.append(parent)
                if let parent {
                    children[parent].append(index)
                } else if let parentID = node.parentID {
                    waiting[ExactText(parentID), default: []].append(index)
                }
                if let response = node.responseID { byResponse[ExactText(response), default: []].append(index) }
            }
            for index in forest.topDown.reversed() {
                guard let parent = parents[index] else { continue }
                if nodes[index].hasUsage || usageBelow[index] { usageBelow[parent] = true }
                if nodes[index].hasCost || costBelow[index] { costBelow[parent] = true }
            }
            for index in forest.topDown { takeFromAbove(index, nodes) }
            fallback = InheritedFacts(saidFirstIn: nodes)
        }

        /// What a span has of the spans around it.
        private mutating func takeFromAbove(_ index: Int, _ nodes: [TraceNode]) {
            inherited[index] = InheritedFacts(nodes[index].identity, above: parents[index].map { inherited[$0] })
            guard let parent = parents[index] else { return }
            isCovered[index] = isCovered[parent] || nodes[parent].hasCost && !costBelow[parent]
            isInside[index] = nodes[parent].kind.holdsRequest(isInside: isInside[parent])
        }

        /// Follows what was put; every index once. False when it cannot: then `resolutions` is half done and this value
        /// of no more use, except that ``changed`` names all that it changed.
        mutating func follow(
            _ pending: [Pending], traceID: String, _ nodes: [TraceNode], _ resolutions: inout [SpanResolution]
        ) -> Bool {
            changed = []
            return pending.allSatisfy { put in
                if let old = put.old { return replace(put.index, old, nodes, &resolutions) }
                return add(put.index, traceID: traceID, nodes, &resolutions)
            }
        }

        private mutating func add(
            _ index: Int, traceID: String, _ nodes: [TraceNode], _ resolutions: inout [SpanResolution]
        ) -> Bool {
            let node = nodes[index]
            // Spans come with growing sequences, so the first to say something stays the first.
            guard index == parents.count, node.sequence > nodes[index - 1].sequence, fallback.covers(node.identity)
            else { return false }
            let key = ExactText(node.spanID)
            let parent = node.parentID.flatMap { positions[ExactText($0)] }
            let own = waiting.removeValue(forKey: key) ?? []
            let isItsOwnParent = node.parentID.map(ExactText.init) == key
            if isItsOwnParent || (!own.isEmpty && reaches(own, from: parent)) { return false }
            positions[key] = index
            parents.append(parent)
            children.append(own)
            inherited.append(InheritedFacts())
            usageBelow.append(own.contains { nodes[$0].hasUsage || usageBelow[$0] })
            costBelow.append(own.contains { nodes[$0].hasCost || costBelow[$0] })
            isCovered.append(false)
            isInside.append(false)
            for child in own { parents[child] = index }
            if let parent {
                children[parent].append(index)
            } else if let parentID = node.parentID {
                waiting[ExactText(parentID), default: []].append(index)
            }
            if let response = node.responseID { byResponse[ExactText(response), default: []].append(index) }
            let depth = parent.map { resolutions[$0].depth + 1 } ?? 0
            resolutions.append(
                SpanResolution(sessionID: traceID, customerID: nil, configKey: nil, counts: .all, depth: depth))
            if node.hasUsage || usageBelow[index] { markAbove(index, nodes, &resolutions) }
            if node.hasCost || costBelow[index], !markCostAbove(index, nodes) { return false }
            recount(index, nodes, &resolutions)
            descend(from: index, traceID: traceID, nodes, &resolutions)
            return true
        }

        private mutating func replace(
            _ index: Int, _ old: TraceNode, _ nodes: [TraceNode], _ resolutions: inout [SpanResolution]
        ) -> Bool {
            let node = nodes[index]
            guard node.parentID.map(ExactText.init) == old.parentID.map(ExactText.init),
                node.identity.isExactly(old.identity), node.sequence == old.sequence, node.hasUsage || !old.hasUsage,
                node.kind == old.kind, node.hasCost || !old.hasCost
            else { return false }
            if let response = old.responseID { byResponse[ExactText(response)]?.removeAll { $0 == index } }
            if let response = node.responseID { byResponse[ExactText(response), default: []].append(index) }
            if node.hasUsage, !old.hasUsage { markAbove(index, nodes, &resolutions) }
            let isPaid = node.hasCost && !old.hasCost
            if isPaid, !children[index].isEmpty || !markCostAbove(index, nodes) { return false }
            if let response = old.responseID { recount(response, nodes, &resolutions) }
            recount(index, nodes, &resolutions)
            return true
        }

        /// Whether climbing from `start` comes through one of `targets`: then they would form a loop.
        private func reaches(_ targets: [Int], from start: Int?) -> Bool {
            let targets = Set(targets)
            var at = start
            while let index = at {
                if targets.contains(index) { return true }
                at = parents[index]
            }
            return false
        }

        /// Resolves what a span and all below it have of the spans around them.
        private mutating func descend(
            from top: Int, traceID: String, _ nodes: [TraceNode], _ resolutions: inout [SpanResolution]
        ) {
            var stack = [top]
            while let index = stack.popLast() {
                takeFromAbove(index, nodes)
                let identity = nodes[index].identity
                var resolution = resolutions[index]
                resolution.depth = parents[index].map { resolutions[$0].depth + 1 } ?? 0
                resolution.sessionID =
                    inherited[index].session ?? identity.session.resource ?? fallback.session ?? traceID
                resolution.customerID = inherited[index].customer ?? identity.customer.resource ?? fallback.customer
                resolution.configKey = inherited[index].config ?? identity.config.resource ?? fallback.config
                resolution.counts.set(.call, !isInside[index] || nodes[index].kind != .llm)
                resolution.counts.set(.cost, countsCost(index, nodes, resolution.counts))
                if resolution != resolutions[index] {
                    resolutions[index] = resolution
                    changed.insert(index)
                }
                stack += children[index]
            }
        }

        /// Tells all ancestors that there is usage below them.
        private mutating func markAbove(
            _ index: Int, _ nodes: [TraceNode], _ resolutions: inout [SpanResolution]
        ) {
            var at = parents[index]
            while let above = at, !usageBelow[above] {
                usageBelow[above] = true
                recount(above, nodes, &resolutions)
                at = parents[above]
            }
        }

        /// Tells all ancestors that there is a cost below them. False when one of them stops to be the one that says what
        /// all below it cost, which reaches further than can be followed.
        private mutating func markCostAbove(_ index: Int, _ nodes: [TraceNode]) -> Bool {
            var at = parents[index]
            while let above = at, !costBelow[above] {
                guard !nodes[above].hasCost else { return false }
                costBelow[above] = true
                at = parents[above]
            }
            return true
        }

        /// Decides anew whether a span's tokens and cost count, and with it those that share its response.
        private mutating func recount(_ index: Int, _ nodes: [TraceNode], _ resolutions: inout [SpanResolution]) {
            set(.tokens, of: index, !usageBelow[index], &resolutions)
            set(.cost, of: index, countsCost(index, nodes, resolutions[index].counts), &resolutions)
            if let response = nodes[index].responseID { recount(response, nodes, &resolutions) }
        }

        private mutating func recount(_ response: String, _ nodes: [TraceNode], _ resolutions: inout [SpanResolution]) {
            let twins = byResponse[ExactText(response)] ?? []
            let rivals = twins.filter { nodes[$0].hasUsage && !usageBelow[$0] }
            let earliest = rivals.min { nodes[$0].isEarlier(than: nodes[$1]) }
            for index in rivals { set(.tokens, of: index, index == earliest, &resolutions) }
            let payer = payer(among: twins, nodes)
            for index in twins {
                let counts = resolutions[index].counts
                set(.cost, of: index, countsCost(index, nodes, counts, payer: payer), &resolutions)
            }
        }

        /// The rule of ``SpanCounting`` for one span.
        private func countsCost(_ index: Int, _ nodes: [TraceNode], _ counts: SpanCounts) -> Bool {
            let twins = nodes[index].responseID.flatMap { byResponse[ExactText($0)] } ?? []
            return countsCost(index, nodes, counts, payer: payer(among: twins, nodes))
        }

        private func countsCost(_ index: Int, _ nodes: [TraceNode], _ counts: SpanCounts, payer: Int?) -> Bool {
            if let payer { return payer == index }
            return nodes[index].hasCost ? !costBelow[index] : counts.contains(.tokens) && !isCovered[index]
        }

        private func payer(among twins: [Int], _ nodes: [TraceNode]) -> Int? {
            twins.filter { nodes[$0].hasCost && !costBelow[$0] }.min { nodes[$0].isEarlier(than: nodes[$1]) }
        }

        private mutating func set(
            _ member: SpanCounts, of index: Int, _ counts: Bool, _ resolutions: inout [SpanResolution]
        ) {
            guard resolutions[index].counts.contains(member) != counts else { return }
            resolutions[index].counts.set(member, counts)
            changed.insert(index)
        }
    }
}

extension SpanIdentity {
    /// Whether both say the same, byte by byte.
    fileprivate func isExactly(_ other: SpanIdentity) -> Bool {
        session.isExactly(other.session) && customer.isExactly(other.customer) && config.isExactly(other.config)
    }
}

extension SpanIdentity.Fact {
    fileprivate func isExactly(_ other: SpanIdentity.Fact) -> Bool {
        own.map(ExactText.init) == other.own.map(ExactText.init)
            && resource.map(ExactText.init) == other.resource.map(ExactText.init)
    }
}
