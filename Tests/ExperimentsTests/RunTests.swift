import OrderedJSON
import Prompts
import Testing
import TraceModel

@testable import Experiments

@Suite struct PairedStatisticsTests {
    /// Two-sided, exact; computed with Python's `math.comb`.
    @Test(arguments: [(7, 2, 0.1796875), (5, 5, 1), (0, 3, 0.25), (60, 40, 0.056887933640980784)])
    func `the sign test is the binomial's`(more: Int, less: Int, p: Double) {
        #expect(abs(PairedStatistics.signTest(more: more, less: less) - p) < 1e-12)
    }

    @Test func `the interval holds the mean, and the same seed gives the same`() throws {
        let pairs = (0..<50).map { index -> (first: Double, second: Double) in
            let first = Double(index % 7)
            return (first: first, second: first + 1 + Double(index % 3))
        }
        let one = try #require(PairedStatistics(pairs, seed: 1))
        #expect(one.count == 50 && one.more == 50 && one.less == 0)
        #expect(abs(one.mean - 1.98) < 1e-9)
        let interval = try #require(one.interval)
        #expect(interval.contains(one.mean) && interval.upperBound - interval.lowerBound < 0.6)
        #expect(one == PairedStatistics(pairs, seed: 1))
        #expect(one.isClear)
    }

    @Test func `nothing is made of nothing`() {
        #expect(PairedStatistics([], seed: 1) == nil)
        #expect(PairedStatistics([(.nan, 1)], seed: 1) == nil)
    }
}

@Suite struct RunJournalTests {
    private let plan = RunPlan(
        name: "r", filter: "model:x",
        calls: [SpanKey(traceID: "t1", spanID: "s1"), SpanKey(traceID: "t2", spanID: "s2")],
        variants: [
            CallVariant(model: "m", temperature: 0.5, tools: .off),
            CallVariant(prompt: .init(key: "p", label: "draft", system: "S {{a}}", user: "U")),
        ], budget: 1_000)

    private func read(_ entries: [RunJournal.Entry]) -> RunJournal? {
        RunJournal(lines: ([.plan(plan)] + entries).map(\.line))
    }

    @Test func `a plan comes back from its line as it was`() throws {
        let journal = try #require(read([]))
        #expect(journal.plan == plan)
        #expect(journal.left.count == 4)
    }

    @Test func `what was set aside for a call that was cut off counts as spent`() throws {
        let task = RunPlan.Task(call: 0, variant: 0)
        var journal = try #require(read([.begun(task, reserved: 100)]))
        #expect(journal.committed == 100 && journal.interrupted == [task] && journal.left.count == 4)
        journal.take(.begun(task, reserved: 100))
        journal.take(.ended(task, spent: 30, isDone: true))
        #expect(journal.committed == 130 && journal.interrupted.isEmpty && journal.left.count == 3)
    }

    @Test func `a call with further rounds has in all so much set aside as was said last`() throws {
        let task = RunPlan.Task(call: 0, variant: 0)
        var journal = try #require(
            read([
                .begun(task, reserved: 100), .raised(task, reserved: 130),
                .raised(RunPlan.Task(call: 1, variant: 0), reserved: 7),
            ]))
        #expect(journal.committed == 130 && journal.reserved(for: task) == 130 && journal.interrupted == [task])
        journal.take(.ended(task, spent: 90, isDone: true))
        #expect(journal.committed == 90 && journal.reserved(for: task) == 0)
    }

    @Test func `the last line may be cut off`() throws {
        let line = RunJournal.Entry.ended(.init(call: 1, variant: 1), spent: 5, isDone: true).line
        let journal = try #require(
            RunJournal(lines: [RunJournal.Entry.plan(plan).line, line, Array(line.dropLast(3))]))
        #expect(journal.done == [RunPlan.Task(call: 1, variant: 1)] && journal.spent == 5)
        #expect(RunJournal(lines: [Array("{}".utf8)]) == nil)
    }
}

@Suite struct CallRoundsTests {
    private func round(_ answer: String, first: Int64?, tokens: Int?, cost: Int64?, error: String? = nil) -> CallOutcome
    {
        CallOutcome(
            answer: answer, error: error, finishReason: answer, latency: 100, firstToken: first,
            usage: TokenUsage(prompt: tokens, completion: 1, total: tokens.map { $0 + 1 }),
            cost: cost.map { Cost(nanoDollars: $0, isEstimated: true) })
    }

    @Test func `a call of several rounds has the last one's answer and took what all of them took`() {
        let both = CallOutcome(rounds: [
            round("tool()", first: 10, tokens: 5, cost: 7), round("sunny", first: 20, tokens: 9, cost: 8),
        ])
        #expect(both.answer == "sunny" && both.finishReason == "sunny")
        #expect(both.latency == 200 && both.firstToken == 120)
        #expect(both.usage == TokenUsage(prompt: 14, completion: 2, total: 16))
        #expect(both.cost == Cost(nanoDollars: 15, isEstimated: true))
    }

    @Test func `what one round does not tell is unknown of all, and one that failed unanswered cost nothing`() {
        let unknown = CallOutcome(rounds: [
            round("tool()", first: 10, tokens: nil, cost: nil), round("sunny", first: 20, tokens: 9, cost: 8),
        ])
        #expect(unknown.usage == TokenUsage(completion: 2) && unknown.cost == nil && unknown.latency == 200)
        let failed = CallOutcome(rounds: [
            round("tool()", first: 10, tokens: 5, cost: 7), round("", first: nil, tokens: nil, cost: nil, error: "500"),
        ])
        #expect(failed.error == "500" && failed.cost?.nanoDollars == 7 && failed.firstToken == nil)
    }
}

@Suite struct RunTableTests {
    private func outcome(_ answer: String, ms: Int64 = 100, score: Double? = nil) -> CallOutcome {
        CallOutcome(
            answer: answer, latency: ms * 1_000_000, usage: TokenUsage(total: answer.utf8.count),
            scores: score.map { ["helpful": $0] } ?? [:])
    }

    private var table: RunTable {
        let calls = (0..<3).map { SpanKey(traceID: "t\($0)", spanID: "s") }
        return RunTable(
            RunPlan(name: "r", calls: calls, variants: [CallVariant(model: "m")]), base: .recorded,
            [
                (outcome("the same words", score: 1), [outcome("the same words", ms: 150, score: 0.5)]),
                (outcome("a quick brown fox", score: 1), [outcome("entirely different here", ms: 160, score: 1)]),
                (outcome("one two three", score: 0), [outcome("one two four", ms: 120, score: 0)]),
            ])
    }

    @Test func `pairs that differ most come first`() {
        #expect(table.rows.map(\.key.traceID) == ["t1", "t2", "t0"])
        #expect(table.rows[0].distance == 1 && table.rows[2].distance == 0)
        #expect(table.totals(of: 0).same == 1)
    }

    @Test(arguments: [
        ("helpful<-2", true), ("helpful<-20", false), ("latency>40", true), ("latency>50%", false),
        ("latency>40%", true),
        ("errors>0", false),
    ])
    func `a condition is about a mean difference`(text: String, fails: Bool) throws {
        let finding = try #require(RunCondition(text)).finding(in: table)
        if case .fails = finding { #expect(fails) } else { #expect(!fails && finding == .holds) }
    }

    @Test func `what is no condition, and a figure that nobody has`() throws {
        #expect(RunCondition("helpful") == nil && RunCondition("<3") == nil && RunCondition("a>b") == nil)
        #expect(try #require(RunCondition("kind>1")).finding(in: table) == .unknown)
    }
}

@Suite struct RecordedRequestTests {
    private func loaded(_ input: [Message], raw: JSONValue? = nil, provider: String? = "openai") -> LoadedSpan {
        var span = Span(
            key: SpanKey(traceID: "t", spanID: "s"), name: "chat", kind: .llm, provider: provider, requestModel: "m",
            start: Timestamp(unixNanoseconds: 0))
        span.promptKey = "p"
        span.promptVersion = "1"
        let attributes =
            raw.map { AttributeMap([.init("fallom.raw.request", .string($0.compactText))]) } ?? AttributeMap()
        let stored = StoredSpan(
            sequence: 1, span: span, sessionID: "x", customerID: nil, configKey: nil, counts: [.tokens, .call], depth: 0
        )
        return LoadedSpan(
            stored: stored, detail: SpanDetail(input: .messages(input), attributes: attributes), json: "{}")
    }

    private let conversation = [
        Message(role: "system", parts: [.text("Be kind to Ada.")]),
        Message(role: "user", parts: [.text("Weather?")]),
        Message(role: "assistant", parts: [.toolCall(id: nil, name: "weather", arguments: #"{"city":"Rome"}"#)]),
        Message(role: "tool", parts: [.toolResult(id: nil, name: "weather", result: "sun")]),
    ]

    @Test func `a request in its own form is sent as it was`() throws {
        let raw: JSONValue = [
            "messages": [
                ["role": "user", "content": [["type": "image_url", "image_url": ["url": "data:image/png;base64,AA"]]]]
            ],
            "model": "old", "seed": 7,
        ]
        let input = [Message(role: "user", parts: [.media(kind: "image", summary: "image/png, 1 B")])]
        let request = try RecordedRequest(loaded(input, raw: raw))
        let body = try request.prepared(CallVariant(model: "new"), as: .openAI, before: nil).body
        #expect(body["messages"] == raw["messages"])
        #expect(body["model"] == "new" && body["seed"]?.int == 7 && body["stream"] == true)
        #expect(throws: RequestProblem.self) { try request.prepared(CallVariant(), as: .anthropic, before: nil) }
    }

    @Test(arguments: RecordedRequest.Shape.allCases)
    func `a conversation has a form at every API, its tools tied by an id`(shape: RecordedRequest.Shape) throws {
        let request = try RecordedRequest(loaded(conversation))
        let text = try request.prepared(CallVariant(model: "new"), as: shape, before: nil).body.compactText
        #expect(text.contains("Be kind to Ada.") && text.contains("Weather?") && text.contains("sun"))
        if shape != .google { #expect(text.components(of: "call_1") == 2) }
        if shape == .anthropic { #expect(text.contains(#""max_tokens":4096"#)) }
    }

    @Test func `a version takes the place of the one that was sent`() throws {
        let before = PromptRecord(key: "p", version: 1, systemPrompt: "Be kind to {{name}}.", userTemplate: "{{q}}")
        let prompt = CallVariant.Prompt(key: "p", label: "2", system: "Love {{name}}!", user: "Q: {{q}}")
        let request = try RecordedRequest(loaded(conversation))
        let made = try request.prepared(CallVariant(prompt: prompt), as: .openAI, before: before)
        #expect(made.body["messages"]?.array?[0]["content"] == "Love Ada!")
        #expect(made.body["messages"]?.array?[1]["content"] == "Q: Weather?")
        #expect(made.notes.isEmpty)
    }

    @Test func `a placeholder without a value is told, not sent`() throws {
        let prompt = CallVariant.Prompt(key: "p", label: "2", system: "In {{tone}}", user: "")
        let request = try RecordedRequest(loaded(conversation))
        #expect(throws: RequestProblem.self) {
            try request.prepared(CallVariant(prompt: prompt), as: .openAI, before: nil)
        }
        let given = CallVariant(prompt: prompt, variables: PromptVariables(["tone": "rhyme"]))
        let made = try request.prepared(given, as: .openAI, before: nil)
        #expect(made.body["messages"]?.array?[0]["content"] == "In rhyme")
        #expect(!made.notes.isEmpty)
    }

    @Test func `what was not captured cannot be asked again`() {
        let empty = LoadedSpan(stored: loaded([]).stored, detail: SpanDetail(), json: "{}")
        #expect(throws: RequestProblem.self) { try RecordedRequest(empty) }
    }
}

extension String {
    fileprivate func components(of text: String) -> Int {
        split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}
