import Display
import Testing
import TraceModel

@testable import Console

/// Sessions, one session, two sessions, and a span, as a person uses them.
@Suite struct SessionTests {
    @Test func `sessions are sorted by the chosen column`() async throws {
        let robot = try await Robot()
        try await robot.press("2")
        robot.expectSelected("conv-19d")
        try await robot.click("TOKENS")
        robot.expect("TOKENS ↓".replacing(" ↓", with: ""))
        robot.expectSelected("conv-8f2", "4,769")
        try await robot.press("r")
        robot.expectSelected("conv-3d0")
        try await robot.press("S")
        robot.expectSelected("conv-3d0", "✗ 1")
    }

    @Test func `a session's figures on the screen are the store's`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("2")
        let session = try #require(try await robot.store.session("conv-8f2"))
        robot.expect(
            "conv-8f2", Figure.count(session.llmCalls), Figure.count(session.totalTokens),
            Figure.cost(session.cost), Figure.duration(session.latencyP50Nanoseconds),
            Figure.duration(session.latencyP95Nanoseconds),
            Figure.duration(session.ttftP95Nanoseconds))
    }

    @Test func `figures change while the session runs`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("2")
        robot.expect("conv-77a", "1,125")
        var world = SampleWorld()
        world.call(
            "chat", session: "conv-77a", trace: "new", id: "n", at: 9_000, took: 900, model: "gpt-4o", ttft: 100,
            tokens: (1_000, 20), nanoDollars: nil)
        try await robot.append(world)
        robot.expect("conv-77a", "2,145")
    }

    @Test func `the selection stays on its session when the order changes`() async throws {
        let robot = try await Robot()
        try await robot.press("2 j j")
        robot.expectSelected("conv-8f2")
        var world = SampleWorld()
        world.add("late", .tool, session: "conv-77a", trace: "new", id: "n", at: 60_000, took: 10)
        try await robot.append(world)
        robot.expectSelected("conv-8f2")
    }

    @Test func `a short list leaves room for the session that is selected, and its answers are its own`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("2")
        robot.expectSelected("conv-19d")
        robot.expect("responses.create")
        try await robot.press("j j j j")
        robot.expectSelected("conv-11c")
        robot.expect("And in German?")
        robot.expectNot("responses.create")
        // The next sessions fill the screen: their rows are what counts.
        var world = SampleWorld()
        for index in 0..<20 {
            world.add(
                "tool \(index)", .tool, session: "more-\(index)", trace: "t\(index)", id: "n", at: 9_000, took: 10)
        }
        try await robot.append(world)
        robot.expectSelected("conv-11c")
        robot.expectNot("And in German?")
    }

    @Test(arguments: [(80, 24, false), (160, 45, true)])
    func `a span is read for its attributes only where they are shown`(
        width: Int, height: Int, isRead: Bool
    ) async throws {
        let robot = try await Robot(width: width, height: height)
        try await robot.press("2 j j j j Enter G")
        // A tool's span has nothing that is said: only for its attributes it would be read.
        var world = SampleWorld()
        for index in 0..<4 {
            world.add("tool \(index)", .tool, session: "conv-11c", trace: "t", id: "n\(index)", at: 9_000, took: 10)
        }
        try await robot.append(world)
        try await robot.press("G")
        #expect(robot.readContents.contains(SpanKey(traceID: "t", spanID: "n3")) == isRead)
    }

    @Test func `a link leads to the other trace`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        var world = SampleWorld()
        world.add("origin of it", .tool, session: "conv-a", trace: "first", id: "o", at: 60_000, took: 10)
        let links = [
            SpanDetail.Link(traceID: "nowhere", spanID: "n"),
            SpanDetail.Link(traceID: "first", spanID: "o", attributes: AttributeMap([.init("why", .string("retry"))])),
        ]
        world.add(
            "again", .tool, session: "conv-b", trace: "second", id: "a", at: 61_000, took: 10,
            detail: SpanDetail(links: links))
        try await robot.append(world)
        try await robot.press("1 G Enter")
        robot.expect("links")
        robot.expect("trace first", "span o")
        robot.expectHint("o", "linked trace")
        try await robot.press("o")
        robot.expect("the linked trace nowhere is not in the store")
        // Among the attributes the second is chosen.
        try await robot.press("a G o")
        robot.expect("origin of it")
        robot.expectNot("linked trace")
    }

    @Test func `a filter keeps sessions with a span that matches`() async throws {
        let robot = try await Robot()
        try await robot.press("2 /")
        try await robot.type("status:error")
        try await robot.press("Enter")
        robot.expect("1 session")
        robot.expectSelected("conv-3d0")
    }

    @Test func `a session opens into turns, each call with its prompt and variant`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("2 j j Enter")
        robot.expect("4 turns")
        robot.expect("turn 1", "1.24s")
        robot.expect("└ chat.completions")
        try await robot.press("G")
        robot.expectSelected("chat.completions", "1.24s")
        robot.expect("onboarding@7", "variant B of onboarding-test")
        try await robot.press("g")
        robot.expectSelected("1 chat.completions")
        try await robot.press("l l l")
        robot.expectSelected("4 agent.run")
    }

    @Test func `h folds what lies below a span, l shows it again, then both go by turns`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("2 j j Enter l l l")
        robot.expectSelected("4 agent.run")
        let rows = robot.lines.count { $0.contains("├") || $0.contains("└ ") }
        try await robot.press("h")
        robot.expectSelected("4 agent.run", "▸")
        #expect(robot.lines.count { $0.contains("├") || $0.contains("└ ") } < rows)
        try await robot.press("G")
        robot.expectSelected("4 agent.run")
        try await robot.press("h")
        robot.expectSelected("3 ")
        try await robot.press("l l")
        #expect(robot.lines.count { $0.contains("├") || $0.contains("└ ") } == rows)
    }

    @Test func `a coding agent's session shows what was asked, what its tools did and what it answered`() async throws {
        var world = SampleWorld()
        func add(_ name: String, _ kind: SpanKind, _ id: String, at: Int64, _ detail: SpanDetail) {
            world.add(
                name, kind, session: "coding", trace: "t", id: id, parent: id == "r" ? nil : "r", at: at, took: 5,
                change: { $0.dialect = .claudeCode }, detail: detail)
        }
        let asked = Message(role: "user", parts: [.text("make the parser faster")])
        let answer = CapturedContent.messages([Message(role: "assistant", parts: [.text("It is faster now.")])])
        add("invoke_agent claude-code", .agent, "r", at: 0, SpanDetail(input: .messages([asked]), output: answer))
        add("chat", .llm, "a", at: 1, SpanDetail())
        add("Bash", .tool, "b", at: 2, SpanDetail(input: .value("swift build"), output: .value("exit code 2")))
        add("chat", .llm, "c", at: 3, SpanDetail(output: answer))
        let robot = try await Robot(width: 160, height: 45, world: world)
        try await robot.press("s")
        robot.expect("make the parser faster")
        robot.expect("tool  Bash")
        robot.expect("swift build")
        robot.expect("exit code 2")
        robot.expect("It is faster now.")
        robot.expectNot("not captured")
        #expect(robot.lines.count { $0.contains("It is faster now.") } == 1)
    }

    @Test func `an error that is folded away is found`() async throws {
        var world = SampleWorld()
        world.add("root", .agent, session: "deep", trace: "t", id: "r", at: 0, took: 100)
        world.add("middle", .tool, session: "deep", trace: "t", id: "m", parent: "r", at: 1, took: 50)
        world.add(
            "bottom", .tool, session: "deep", trace: "t", id: "b", parent: "m", at: 2, took: 10,
            change: { $0.status = .error })
        let robot = try await Robot(world: world)
        try await robot.press("s g h")
        robot.expectSelected("root", "▸2")
        robot.expectNot("bottom")
        try await robot.press("e")
        robot.expectSelected("bottom")
    }

    @Test func `a session says which model it was assigned`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        _ = try await robot.store.append(
            IngestBatch(assignments: [
                RecordedAssignment(
                    configKey: "summarizer", configVersion: 4, sessionID: "conv-8f2", assignedModel: "gpt-4o",
                    time: SampleWorld.start)
            ]))
        try await robot.press("2 j j Enter")
        robot.expect("assigned", "gpt-4o", "summarizer v4")
    }

    @Test func `a search in a session goes from match to match and ends with Esc`() async throws {
        let robot = try await Robot()
        try await robot.press("k s /")
        try await robot.type("rule 2")
        try await robot.press("Enter")
        robot.expect("matches")
        try await robot.press("n n N")
        robot.expect("Rule 2")
        try await robot.press("Esc Esc Esc")
        robot.expect("TIME", "SESSION")
    }

    @Test func `two marked sessions lie side by side`() async throws {
        let robot = try await Robot(width: 120, height: 40)
        try await robot.press("2 Space j j c")
        robot.expect("conv-19d", "conv-8f2")
        robot.expect("latency p95", "4.40s", "3.91s", "-11%")
        try await robot.press("G")
        robot.expect("December 20")
        try await robot.press("s")
        robot.expect("latency p95", "3.91s", "4.40s", "+13%")
        try await robot.press("Esc")
        robot.expectSelected("conv-8f2")
    }

    @Test func `a span shows messages, tree and record, and moves through its trace`() async throws {
        let robot = try await Robot()
        try await robot.press("k Enter")
        robot.expect("What is the refund policy for order 17?")
        try await robot.press("g")
        robot.expect("You are a support agent of ACME.")
        try await robot.press("f")
        robot.expect("tokens", "812 in (512 cached) → 143 out")
        try await robot.press("a")
        robot.expect("▸ http.headers  { 2 }")
        try await robot.press("j j j j Enter")
        robot.expect("accept  application/json")
        try await robot.press("y")
        #expect(robot.copied.last == "{\"accept\": \"application/json\", \"retries\": 0}")
        try await robot.press("h h Enter")
        robot.expectNot("gen_ai.request.model")
        try await robot.press("r y")
        #expect(robot.copied.last == "{\"name\":\"chat.completions\"}")
        try await robot.press("[")
        robot.expect("session · conv-8f2 · lookup_order")
        try await robot.press("[ [ [")
        robot.expect("this is the trace's first span")
    }

    @Test func `a span opens at what the call added, unfolds, and is copied as it was written`() async throws {
        var world = SampleWorld()
        let first = [SampleWorld.text("system", "Rules."), SampleWorld.text("user", "One?")]
        let answer = SampleWorld.text("assistant", "It is **one**.\n\n* a\n* b")
        let second = first + [answer, SampleWorld.text("user", "Two?")]
        world.call(
            "chat", session: "s", trace: "a", id: "1", at: 0, took: 10, model: "m", ttft: nil, tokens: (900, 20),
            nanoDollars: nil, said: (first, [answer]))
        world.call(
            "chat", session: "s", trace: "b", id: "2", at: 20, took: 10, model: "m", ttft: nil, tokens: (1, 1),
            nanoDollars: nil, change: { $0.finishReason = "length" },
            said: (second, [SampleWorld.text("assistant", "It is **two**, `2`\tor")]))
        let robot = try await Robot(world: world)
        try await robot.press("G Enter")
        for line in ["3 messages as before, 920 tokens", "Two?", "It is two, 2", "finish: length"] {
            robot.expect(line)
        }
        robot.expectNot("Rules.")
        try await robot.press("=")
        for line in ["Rules.", "One?", "• a"] { robot.expect(line) }
        try await robot.press("M")
        for line in ["It is **two**, `2`", "* a"] { robot.expect(line) }
        try await robot.press("Y")
        #expect(robot.copied.last == "It is **two**, `2`\tor")
        try await robot.press("y")
        #expect(robot.copied.last?.hasPrefix("system:\nRules.\n\nuser:\nOne?\n\nassistant:\nIt is **one**.") == true)
    }

    @Test func `a span of two megabytes is read to its end`() async throws {
        var world = SampleWorld()
        let long = (0..<40_000).map { "line \($0) of a very long text that goes on and on" }.joined(separator: "\n")
        world.call(
            "long", session: "s", trace: "t", id: "i", at: 0, took: 10, model: "m", ttft: nil, tokens: (1, 1),
            nanoDollars: nil,
            said: ([SampleWorld.text("user", long)], [SampleWorld.text("assistant", "The end.")]))
        let robot = try await Robot(world: world)
        try await robot.press("Enter")
        robot.expect("The end.")
        try await robot.press("g")
        robot.expect("line 0 of")
        try await robot.press("G")
        robot.expect("line 39999 of")
        robot.expect("The end.")
        try await robot.press("g /")
        try await robot.type("line 39998")
        try await robot.press("Enter")
        robot.expect("1 match")
        robot.expect("line 39998 of")
    }

    @Test func `content that is not captured is said so`() async throws {
        let robot = try await Robot()
        try await robot.press("/")
        try await robot.type("session:conv-77a")
        try await robot.press("Enter Enter")
        robot.expect("content not captured")
    }

    @Test func `a long session is read to its end, and the end is the end`() async throws {
        var world = SampleWorld()
        for number in 0..<(SessionPane.firstSpans + 10) {
            world.add("step", .tool, session: "long", trace: "t\(number)", id: "x", at: Int64(number), took: 1)
        }
        let robot = try await Robot(world: world)
        try await robot.press("s")
        robot.expectNot("the first 2,000 spans")
        try await robot.press("G")
        robot.expect("2010")
    }
}
