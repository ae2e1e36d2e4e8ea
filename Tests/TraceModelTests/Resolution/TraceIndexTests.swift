import Testing
import TraceModel

/// A small generator of repeatable randomness (SplitMix64).
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct TraceIndexTests {
    /// How the random traces of one test are made.
    struct Recipe: Sendable, CustomTestStringConvertible {
        var spans: Int
        var loops: Bool
        var sparse: Bool
        var testDescription: String { "\(spans) spans, loops: \(loops), sparse: \(sparse)" }
    }

    static let recipes = [
        Recipe(spans: 12, loops: true, sparse: false), Recipe(spans: 150, loops: false, sparse: true),
        Recipe(spans: 150, loops: true, sparse: true), Recipe(spans: 300, loops: false, sparse: false),
    ]

    private func random(_ recipe: Recipe, _ id: Int, _ sequence: Int64, _ dice: inout Dice) -> TraceNode {
        func maybe(_ values: [String]) -> String? {
            Int.random(in: 0..<(recipe.sparse ? 40 : 4), using: &dice) == 0 ? values.randomElement(using: &dice) : nil
        }
        let parent = Int.random(in: 0..<recipe.spans, using: &dice)
        let hasParent = (recipe.loops || parent < id) && Int.random(in: 0..<10, using: &dice) > 0
        return TraceNode(
            spanID: "s\(id)", parentID: hasParent ? "s\(parent)" : nil, sequence: sequence,
            start: Timestamp(unixNanoseconds: Int64.random(in: 0..<50, using: &dice)),
            identity: SpanIdentity(
                session: .init(own: maybe(["a", "b"]), resource: maybe(["r"])),
                customer: .init(own: maybe(["c"]), resource: maybe(["d"])),
                config: .init(own: maybe(["e", "f"]), resource: maybe(["g"]))),
            responseID: Bool.random(using: &dice) ? "r\(Int.random(in: 0..<8, using: &dice))" : nil,
            hasUsage: Int.random(in: 0..<3, using: &dice) == 0,
            hasCost: Int.random(in: 0..<(recipe.sparse ? 30 : 4), using: &dice) == 0,
            kind: SpanKind.allCases.randomElement(using: &dice) ?? .custom)
    }

    /// A later record of the same span: mostly one that only ends it, sometimes any other.
    private func again(_ recipe: Recipe, _ node: TraceNode, _ id: Int, _ dice: inout Dice) -> TraceNode {
        guard Int.random(in: 0..<8, using: &dice) > 0 else { return random(recipe, id, node.sequence, &dice) }
        var node = node
        node.hasUsage = Bool.random(using: &dice)
        node.hasCost = node.hasCost || Int.random(in: 0..<10, using: &dice) == 0
        node.responseID = Bool.random(using: &dice) ? "r1" : node.responseID
        return node
    }

    @Test(arguments: recipes, 0..<8)
    func `spans in any order and any batches resolve as all at once`(recipe: Recipe, seed: UInt64) {
        var dice = Dice(state: seed)
        var index = TraceIndex(traceID: "t")
        var known: [SpanResolution] = []
        var arrivals = Array(0..<recipe.spans).shuffled(using: &dice)
        arrivals += (0..<recipe.spans / 2).map { _ in Int.random(in: 0..<recipe.spans, using: &dice) }
        while !arrivals.isEmpty {
            for id in arrivals.prefix(Int.random(in: 1...5, using: &dice)) {
                arrivals.removeFirst()
                if let at = index.index(of: "s\(id)") {
                    index.put(again(recipe, index.nodes[at], id, &dice))
                } else {
                    index.put(random(recipe, id, Int64(index.nodes.count), &dice))
                }
            }
            let touched = Set(index.resolve())
            #expect(index.resolutions == TraceResolution.resolve(traceID: "t", index.nodes))
            for at in known.indices where known[at] != index.resolutions[at] {
                #expect(touched.contains(at), "a change that a store would not have written")
            }
            known = index.resolutions
        }
    }

    @Test func `a loaded trace goes on as one that was put`() {
        var dice = Dice(state: 99)
        let recipe = Recipe(spans: 200, loops: false, sparse: true)
        let nodes = (0..<recipe.spans).map { random(recipe, $0, Int64($0), &dice) }
        var index = TraceIndex(traceID: "t")
        let half = Array(nodes[..<100])
        for (node, resolution) in zip(half, TraceResolution.resolve(traceID: "t", half)) {
            index.load(node, resolution)
        }
        for node in nodes[100...] {
            index.put(node)
            _ = index.resolve()
        }
        #expect(index.resolutions == TraceResolution.resolve(traceID: "t", nodes))
    }
}
