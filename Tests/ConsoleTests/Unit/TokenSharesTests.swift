import Testing
import TraceModel

@testable import Console

@Suite struct TokenSharesTests {
    private func loaded(
        _ id: String, _ input: [Message], _ output: [Message], tokens: (Int, Int), kind: SpanKind = .llm
    ) -> LoadedSpan {
        let span = Span(
            key: SpanKey(traceID: "t", spanID: id), name: id, kind: kind,
            start: SampleWorld.at(Int64(id.utf8.first ?? 0)),
            durationNanoseconds: 1, usage: TokenUsage(prompt: tokens.0, completion: tokens.1))
        let stored = StoredSpan(
            sequence: 1, span: span, sessionID: "s", customerID: nil, configKey: nil, depth: 0)
        return LoadedSpan(
            stored: stored, detail: SpanDetail(input: .messages(input), output: .messages(output)), json: "{}")
    }

    /// - Parameter order: in which order the calls are read.
    private func shares(_ loaded: [LoadedSpan], order: [Int]? = nil) -> TokenShares {
        let retrievals = loaded.filter { $0.stored.span.kind == .retrieval }.map(\.stored.span.name)
        var shares = TokenShares(retrievals: Set(retrievals))
        for place in order ?? Array(loaded.indices) where loaded[place].stored.isCall {
            shares.put(loaded[place], EarlierCalls.Said(loaded[place]), at: place)
        }
        return shares
    }

    @Test func `tokens are shared out by what was sent`() {
        let system = SampleWorld.text("system", String(repeating: "s", count: 60))
        let first = SampleWorld.text("user", String(repeating: "u", count: 40))
        let answer = SampleWorld.text("assistant", String(repeating: "a", count: 20))
        let second = SampleWorld.text("user", String(repeating: "v", count: 40))
        let shares = shares([
            loaded("1", [system, first], [answer], tokens: (100, 7)),
            loaded("2", [system, first, answer, second], [], tokens: (160, 3)),
        ])
        #expect(shares[.system] == 120 && shares[.new] == 80 && shares[.history] == 60)
        #expect(shares[.answer] == 10 && shares.total == 270)
    }

    @Test func `what tools and retrievals gave is told apart`() {
        let call = Message(role: "assistant", parts: [.toolCall(id: "1", name: "docs", arguments: "12345")])
        let found = Message(role: "tool", parts: [.toolResult(id: "1", name: nil, result: "12345678901")])
        let other = Message(role: "tool", parts: [.toolResult(id: "2", name: "sum", result: "1234")])
        let shares = shares([
            loaded("docs", [], [], tokens: (0, 0), kind: .retrieval),
            loaded("x", [call, found, other], [], tokens: (24, 0)),
        ])
        #expect(shares[.retrieved] == 11 && shares[.tools] == 13)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `in whatever order calls are read, their tokens are shared out the same`(seed: UInt64) {
        var random = SeededRandom(seed)
        var history = [SampleWorld.text("system", "Rules.")]
        var calls: [LoadedSpan] = []
        for turn in 0..<12 {
            if random.next(4) == 0 { history = Array(history.prefix(1 + random.next(history.count))) }
            history.append(SampleWorld.text("user", String(repeating: "u", count: 1 + random.next(5))))
            let answer = SampleWorld.text("assistant", String(repeating: "a", count: 1 + random.next(5)))
            calls.append(loaded("\(turn)", history, [answer], tokens: (random.next(500), random.next(50))))
            history.append(answer)
        }
        let straight = shares(calls)
        let other = shares(calls, order: calls.indices.shuffled(using: &random))
        for kind in TokenShares.Kind.allCases { #expect(abs(straight[kind] - other[kind]) < 1e-6) }
        #expect(straight.total > 0)
    }

    @Test func `JSON that stands in an attribute as text opens`() {
        let opened = OpenedJSON.children(of: #" {"a": [1, 2.5, "x"], "b": null}"#)
        #expect(opened.map(\.name) == ["a", "b"])
        #expect(opened.first?.value == .array([.int(1), .double(2.5), .string("x")]))
        for text in ["plain", "{", "12", "\"x\"", ""] { #expect(OpenedJSON.children(of: text).isEmpty) }
    }

    @Test(
        arguments: [
            ([0.41, 0.11, 0.098, 0.328, 0.054], [41, 11, 10, 33, 5]), ([1.0 / 3, 1.0 / 3, 1.0 / 3], [34, 33, 33]),
            ([1], [100]), ([], []),
        ] as [([Double], [Int])])
    func `percents of a whole make a hundred`(_ shares: [Double], _ percents: [Int]) {
        #expect(TokenBar.wholePercents(of: shares) == percents)
    }
}
