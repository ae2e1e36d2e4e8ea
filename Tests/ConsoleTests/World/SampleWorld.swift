import TraceModel

@testable import Console

/// Spans, and what was said in them, that look like an afternoon's work: the same every time.
struct SampleWorld {
    /// 2026-11-23 14:02:27 UTC.
    static let start = Timestamp(unixNanoseconds: 1_795_442_547_000_000_000)

    private(set) var spans: [Span] = []
    private(set) var details: [SpanKey: SpanDetail] = [:]

    /// Milliseconds after ``start``.
    static func at(_ milliseconds: Int64) -> Timestamp { start.advanced(byNanoseconds: milliseconds * 1_000_000) }

    /// Adds a span and what was said.
    mutating func add(
        _ name: String, _ kind: SpanKind, session: String, trace: String, id: String, parent: String? = nil,
        at milliseconds: Int64, took: Int64?, change: (inout Span) -> Void = { _ in }, detail: SpanDetail = SpanDetail()
    ) {
        var span = Span(
            key: SpanKey(traceID: trace, spanID: id), parentID: parent, name: name, kind: kind, dialect: .fallom,
            start: Self.at(milliseconds), end: took.map { Self.at(milliseconds + $0) },
            durationNanoseconds: took.map { $0 * 1_000_000 }, status: .ok)
        span.identity.session.own = session
        change(&span)
        spans.append(span)
        details[span.key] = detail
    }

    /// Adds an LLM call.
    mutating func call(
        _ name: String, session: String, trace: String, id: String, parent: String? = nil, at milliseconds: Int64,
        took: Int64?, model: String, ttft: Int64?, tokens: (Int, Int)?, nanoDollars: Int64?, variant: Int? = nil,
        change: (inout Span) -> Void = { _ in }, said: (input: [Message], output: [Message]) = ([], [])
    ) {
        add(
            name, .llm, session: session, trace: trace, id: id, parent: parent, at: milliseconds, took: took,
            change: { span in
                span.requestModel = model
                span.identity.config.own = "summarizer"
                span.provider = "openai"
                span.timeToFirstTokenNanoseconds = ttft.map { $0 * 1_000_000 }
                span.isStreaming = ttft != nil
                if let tokens {
                    span.usage = TokenUsage(prompt: tokens.0, completion: tokens.1, total: tokens.0 + tokens.1)
                }
                span.cost = nanoDollars.map { Cost(nanoDollars: $0, isEstimated: false) }
                span.promptVariantIndex = variant
                if variant != nil {
                    span.promptKey = "onboarding"
                    span.promptVersion = "7"
                    span.promptABTestKey = "onboarding-test"
                }
                span.finishReason = took == nil ? nil : "stop"
                change(&span)
            },
            detail: said.input.isEmpty && said.output.isEmpty
                ? SpanDetail()
                : SpanDetail(
                    input: .messages(said.input), output: .messages(said.output),
                    attributes: AttributeMap([
                        .init("gen_ai.request.model", .string(model)),
                        .init("gen_ai.request.temperature", .double(0.2)),
                        .init("gen_ai.usage.output_tokens", .int(Int64(tokens?.1 ?? 0))),
                        .init(
                            "http.headers",
                            .map(
                                AttributeMap([.init("accept", .string("application/json")), .init("retries", .int(0))]))
                        ),
                    ]),
                    resource: AttributeMap([.init("service.name", .string("support-agent"))])))
    }

    static func text(_ role: String, _ text: String) -> Message { Message(role: role, parts: [.text(text)]) }
}

extension SampleWorld {
    /// The afternoon of the pictures in the manual.
    static let afternoon: SampleWorld = {
        var world = SampleWorld()
        let system = text("system", "You are a support agent of ACME. Answer from the documents only.\n" + rules)
        let ask = text("user", "What is the refund policy for order 17?")
        let lookUp = Message(
            role: "assistant", parts: [.toolCall(id: "c1", name: "lookup_order", arguments: "{\"id\":17}")])
        let found = Message(
            role: "tool",
            parts: [.toolResult(id: "c1", name: "lookup_order", result: "{\"status\":\"shipped\",\"days\":3}")])
        let answer = text(
            "assistant",
            "You can return order 17 within 30 days of delivery. It shipped three days ago, so the window is open until "
                + "**December 20**. Shall I start the return?\n\n```json\n{\"order\":17,\"refund\":true,\"until\":\"2026-12-20\"}\n```"
        )

        world.call(
            "chat.completions", session: "conv-8f2", trace: "t1", id: "a1", at: 118, took: 1240,
            model: "gpt-4o-2024-11-20", ttft: 310, tokens: (812, 143), nanoDollars: 3_500_000, variant: 1,
            change: { $0.identity.config.own = "summarizer" },
            said: (
                [text("system", "Be brief."), text("user", "Hello, are you there?")],
                [text("assistant", "Yes. How can I help?")]
            ))
        world.call(
            "messages.create", session: "conv-11c", trace: "t2", id: "b1", at: 904, took: 2870,
            model: "claude-sonnet-4-5",
            ttft: 620, tokens: (4120, 388), nanoDollars: 18_200_000, variant: 0,
            said: ([text("user", "Summarise the minutes.")], [text("assistant", "Three points were decided.")]))
        world.add("rag.retrieve", .retrieval, session: "conv-8f2", trace: "t3", id: "c1", at: 1331, took: 310)
        world.call(
            "generateContent", session: "conv-77a", trace: "t4", id: "d1", at: 1660, took: 480,
            model: "gemini-2.5-flash",
            ttft: 120, tokens: (1033, 92), nanoDollars: 500_000, variant: 0)
        world.call(
            "chat.completions", session: "conv-3d0", trace: "t5", id: "e1", at: 2012, took: 210, model: "gpt-4o-mini",
            ttft: nil, tokens: nil, nanoDollars: nil,
            change: {
                $0.status = .error
                $0.errorMessage = "429 rate limit, retry in 2 s"
                $0.finishReason = "error"
            },
            said: ([text("user", "Translate this to French: good morning.")], []))
        world.call(
            "streamText", session: "conv-8f2", trace: "t6", id: "f1", at: 2480, took: 3910, model: "gpt-4o-2024-11-20",
            ttft: 350, tokens: (2048, 811), nanoDollars: 13_200_000, variant: 1,
            change: { $0.identity.customer.own = "vip-user-123" })
        world.add("agent.run support", .agent, session: "conv-5be", trace: "t7", id: "g0", at: 3115, took: 5200)
        world.add(
            "lookup_order", .tool, session: "conv-5be", trace: "t7", id: "g1", parent: "g0", at: 3377, took: 120,
            detail: SpanDetail(input: .value("{\"id\":17}"), output: .value("{\"status\":\"shipped\",\"days\":3}")))
        world.call(
            "chat.completions", session: "conv-5be", trace: "t7", id: "g2", parent: "g0", at: 3731, took: 1020,
            model: "gpt-4o-2024-11-20", ttft: 290, tokens: (1204, 77), nanoDollars: 3_800_000, variant: 0)
        world.call(
            "responses.create", session: "conv-19d", trace: "t8", id: "h1", at: 4822, took: 4400, model: "o4-mini",
            ttft: 1910, tokens: (512, 1877), nanoDollars: 8_800_000, variant: 0,
            change: { $0.usage.reasoning = 1200 })
        world.call(
            "messages.create", session: "日本語-セッション", trace: "t9", id: "i1", at: 5006, took: 770,
            model: "claude-haiku-4-5", ttft: 200, tokens: (640, 120), nanoDollars: 1_200_000, variant: 1,
            said: ([text("user", "日本語で答えてください。👩‍🚀")], [text("assistant", "はい、わかりました。")]))
        world.add("agent.run", .agent, session: "conv-8f2", trace: "ta", id: "j0", at: 5300, took: 2100)
        world.add(
            "rag.retrieve", .retrieval, session: "conv-8f2", trace: "ta", id: "j1", parent: "j0", at: 5310, took: 310)
        world.add("lookup_order", .tool, session: "conv-8f2", trace: "ta", id: "j2", parent: "j0", at: 5700, took: 120)
        world.call(
            "chat.completions", session: "conv-8f2", trace: "ta", id: "j3", parent: "j0", at: 5900, took: 1240,
            model: "gpt-4o-2024-11-20", ttft: 310, tokens: (812, 143), nanoDollars: 3_500_000, variant: 1,
            change: {
                $0.usage.cached = 512
                $0.tags = ["prod"]
                $0.metadata = AttributeMap([.init("plan", .string("enterprise")), .init("region", .string("eu-west"))])
            },
            said: ([system, ask, lookUp, found], [answer]))
        world.call(
            "chat.completions", session: "conv-11c", trace: "tb", id: "k1", at: 6400, took: nil, model: "gpt-4o-mini",
            ttft: nil, tokens: nil, nanoDollars: nil, said: ([text("user", "And in German?")], []))
        return world
    }()

    private static let rules = (1...30).map { "Rule \($0): say only what the documents say." }.joined(separator: "\n")
}
