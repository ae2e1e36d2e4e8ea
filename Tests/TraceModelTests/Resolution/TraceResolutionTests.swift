import Testing
import TraceModel

@Suite struct TraceResolutionTests {
    private func node(
        _ id: String, parent: String? = nil, at start: Int64 = 0, sequence: Int64 = 1, session: String? = nil,
        config: SpanIdentity.Fact = .init(), response: String? = nil, usage: Bool = false,
        cost: Bool = false, kind: SpanKind = .custom
    ) -> TraceNode {
        TraceNode(
            spanID: id, parentID: parent, sequence: sequence, start: Timestamp(unixNanoseconds: start),
            identity: SpanIdentity(session: .init(own: session), config: config), responseID: response,
            hasUsage: usage, hasCost: cost, kind: kind)
    }

    private func resolve(_ nodes: TraceNode...) -> [SpanResolution] {
        TraceResolution.resolve(traceID: "trace", nodes)
    }

    @Test func `a span without anything belongs to the session named like its trace`() {
        #expect(
            resolve(node("a")) == [
                SpanResolution(sessionID: "trace", customerID: nil, configKey: nil, counts: .all, depth: 0)
            ])
    }

    @Test func `the nearest ancestor's session wins, whoever came first`() {
        let resolved = resolve(
            node("leaf", parent: "middle", sequence: 1), node("middle", parent: "root", sequence: 2, session: "near"),
            node("root", sequence: 3, session: "far"))
        #expect(resolved.map(\.sessionID) == ["near", "near", "far"])
        #expect(resolved.map(\.depth) == [2, 1, 0])
    }

    @Test func `a parent that has not arrived is none, but the trace still lends its session`() {
        let resolved = resolve(
            node("a", parent: "absent", sequence: 2), node("b", sequence: 3, session: "later"),
            node("c", sequence: 1, session: "first"))
        #expect(resolved.map(\.sessionID) == ["first", "later", "first"])
        #expect(resolved[0].depth == 0)
    }

    @Test func `an ancestor's own config beats the resource's, the resource beats a stranger's`() {
        let resolved = resolve(
            node("root", sequence: 3, config: .init(own: "named", resource: "service")),
            node("child", parent: "root", sequence: 2, config: .init(resource: "service")),
            node("apart", sequence: 4, config: .init(resource: "other")), node("bare", sequence: 1))
        #expect(resolved.map(\.configKey) == ["named", "named", "other", "service"])
    }

    @Test func `a span is not counted when a descendant has usage, even far below`() {
        let resolved = resolve(
            node("root", usage: true), node("middle", parent: "root"), node("leaf", parent: "middle", usage: true),
            node("other", parent: "root"))
        #expect(resolved.map(\.countsTokens) == [false, false, true, true])
    }

    @Test func `of two spans with the same response the earlier counts`() {
        let resolved = resolve(
            node("late", at: 2, response: "r", usage: true), node("early", at: 1, response: "r", usage: true),
            node("none", at: 0, response: "r", usage: false), node("else", at: 3, response: "s", usage: true))
        #expect(resolved.map(\.countsTokens) == [false, true, true, true])
    }

    @Test func `a parent that repeats its child's response leaves the child counted`() {
        let resolved = resolve(
            node("parent", at: 1, response: "r", usage: true),
            node("child", parent: "parent", at: 2, response: "r", usage: true))
        #expect(resolved.map(\.countsTokens) == [false, true])
    }

    @Test func `a cost counts where no span below says one, whatever its tokens do`() {
        let agentAlone = resolve(
            node("agent", usage: true, cost: true), node("first", parent: "agent", usage: true),
            node("second", parent: "agent", usage: true))
        #expect(agentAlone.map(\.countsTokens) == [false, true, true])
        // Of the calls not even an estimate counts: the agent's cost is theirs.
        #expect(agentAlone.map(\.countsCost) == [true, false, false])
        let callsToo = resolve(
            node("agent", usage: true, cost: true), node("paid", parent: "agent", usage: true, cost: true),
            node("unpaid", parent: "agent", usage: true))
        #expect(callsToo.map(\.countsCost) == [false, true, true])
    }

    @Test func `of two spans with the same response the earlier that has a cost pays`() {
        let resolved = resolve(
            node("late", at: 2, response: "r", usage: true, cost: true),
            node("early", at: 1, response: "r", usage: true),
            node("last", at: 3, response: "r", usage: true, cost: true))
        #expect(resolved.map(\.countsCost) == [true, false, false])
        #expect(resolved.map(\.countsTokens) == [false, true, false])
    }

    @Test func `one request told by several spans is one call`() {
        let resolved = resolve(
            node("client", kind: .llm), node("http", parent: "client"), node("gateway", parent: "http", kind: .llm),
            node("attempt", parent: "gateway", kind: .llm), node("beside", kind: .llm))
        #expect(resolved.map { $0.counts.contains(.call) } == [true, true, false, false, true])
    }

    @Test(arguments: [SpanKind.tool, .agent, .guardrail, .retrieval])
    func `what an agent or a tool asks inside a call is a request of its own`(between: SpanKind) {
        let resolved = resolve(
            node("call", kind: .llm), node("between", parent: "call", kind: between),
            node("inner", parent: "between", kind: .llm), node("provider", parent: "inner", kind: .llm))
        #expect(resolved.map { $0.counts.contains(.call) } == [true, true, true, false])
    }

    @Test func `a loop of parents is cut at its earliest span`() {
        let resolved = resolve(
            node("a", parent: "c", at: 3, session: "sa", usage: true), node("b", parent: "a", at: 1),
            node("c", parent: "b", at: 2, usage: true), node("tail", parent: "c", at: 0), node("self", parent: "self"))
        // b is the root: b → c → a, and tail under c.
        #expect(resolved.map(\.depth) == [2, 0, 1, 2, 0])
        #expect(resolved.map(\.countsTokens) == [true, false, false, true, true])
    }

    @Test func `ids that only look alike are different`() {
        let resolved = resolve(node("e\u{301}", session: "s"), node("x", parent: "\u{e9}"))
        #expect(resolved[1].depth == 0)
    }

    @Test func `a chain of a hundred thousand spans resolves`() {
        let nodes = (0..<100_000).map { node("\($0)", parent: "\($0 + 1)", sequence: Int64($0), usage: true) }
        let resolved = TraceResolution.resolve(traceID: "t", nodes)
        #expect(resolved[0].depth == 99_999)
        #expect(resolved.count { $0.countsTokens } == 1)
    }
}

extension SpanResolution {
    fileprivate var countsTokens: Bool { counts.contains(.tokens) }
    fileprivate var countsCost: Bool { counts.contains(.cost) }
}
