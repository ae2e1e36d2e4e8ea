import OrderedJSON
import SpanCodec
import Testing
import TraceModel

/// A log record as an agent sends it.
private func log(
    _ service: String, scope: String, time: Int64, body: String = "", trace: String = "",
    _ attributes: [(String, JSONValue)]
) -> JSONValue {
    .object([
        "resourceLogs": .array([
            .object([
                "resource": .object(["attributes": .array([pair("service.name", text(service))])]),
                "scopeLogs": .array([
                    .object([
                        "scope": .object(["name": .string(scope)]),
                        "logRecords": .array([
                            .object([
                                "timeUnixNano": .string(String(time)), "body": text(body), "traceId": .string(trace),
                                "attributes": .array(attributes.map { pair($0.0, $0.1) }),
                            ])
                        ]),
                    ])
                ]),
            ])
        ])
    ])
}

private func pair(_ name: String, _ value: JSONValue) -> JSONValue {
    .object(["key": .string(name), "value": value])
}

private func text(_ value: String) -> JSONValue { .object(["stringValue": .string(value)]) }

private func decode(_ log: JSONValue) throws -> DecodedBatch {
    try SpanDecoder().decodeLogs(log.compactBytes, encoding: .json)
}

private let second: Int64 = 1_000_000_000

private func claude(_ name: String, at time: Int64, _ more: [(String, JSONValue)]) throws -> AgentEvent {
    let log = log(
        "claude-code", scope: "com.anthropic.claude_code.events", time: time, body: "claude_code.\(name)",
        [("event.name", text(name)), ("session.id", text("s-1")), ("prompt.id", text("p-1"))] + more)
    return try #require(try decode(log).events.first)
}

@Suite("Events of coding agents")
struct AgentEventTests {
    /// The forms in which agents and collectors write the number 62.
    static let numbers: [JSONValue] = [
        .object(["intValue": .string("62")]), .object(["intValue": .number(62)]),
        .object(["doubleValue": .number(62.0)]),
        .object(["stringValue": .string("62")]),
    ]

    @Test("A number is read in whatever form it comes", arguments: numbers)
    func readsNumber(form: JSONValue) throws {
        let event = try claude(
            "api_request", at: 9 * second,
            [
                ("model", text("claude-opus-5")), ("input_tokens", form), ("output_tokens", form),
                ("cache_read_tokens", form), ("cache_creation_tokens", form), ("duration_ms", form), ("cost_usd", form),
            ])
        var turns = AgentTurns()
        let span = try #require(turns.take([event]).spans.first { $0.span.kind == .llm }?.span)
        #expect(span.usage == TokenUsage(prompt: 186, completion: 62, total: 248, cached: 62, cacheWrite: 62))
        #expect(span.cost == Cost(nanoDollars: 62 * second, isEstimated: false))
        #expect(span.durationNanoseconds == 62_000_000)
        #expect(span.end == Timestamp(unixNanoseconds: 9 * second))
        #expect(span.dialect == .claudeCode)
    }

    @Test("A turn's span knows all of the turn, in whatever order and batches it comes, and keeps its id")
    func turnGrows() throws {
        let prompt = try claude("user_prompt", at: second, [("prompt", text("why?"))])
        let call = try claude(
            "api_request", at: 3 * second, [("request_id", text("r-1")), ("duration_ms", text("500"))])
        let answer = try claude("assistant_response", at: 3 * second, [("response", text("because"))])
        var seen: Set<SpanKey> = []
        for batches in [[[prompt, call, answer]], [[prompt], [call], [answer]], [[answer], [call], [prompt]]] {
            var turns = AgentTurns()
            var last: IngestedSpan?
            for batch in batches { last = turns.take(batch).spans.last }
            let turn = try #require(last)
            seen.insert(turn.span.key)
            let texts = try PayloadDecoder().texts(of: turn.payload)
            #expect(texts == SpanTexts(input: "why?", output: "because"))
            #expect(turn.span.kind == .agent)
            #expect(turn.span.start == Timestamp(unixNanoseconds: second))
            #expect(turn.span.end == Timestamp(unixNanoseconds: 3 * second))
        }
        #expect(seen.count == 1)
    }

    @Test("A turn is told once for all that came of it at once")
    func turnIsToldOnce() throws {
        var events = [try claude("user_prompt", at: second, [("prompt", text("why?"))])]
        for number in 1...200 {
            events.append(
                try claude(
                    "api_request", at: second + Int64(number),
                    [("request_id", text("r-\(number)")), ("duration_ms", text("1"))]))
        }
        var turns = AgentTurns()
        let made = turns.take(events).spans
        #expect(made.count { $0.span.kind == .llm } == 200)
        #expect(made.count { $0.span.kind == .agent } == 1)
        #expect(made.last?.span.end == Timestamp(unixNanoseconds: second + 200))
        #expect(turns.take([]).spans.isEmpty)
    }

    @Test("Sessions are forgotten where there is no room, and nothing of them is lost")
    func largeSessionsAreForgotten() throws {
        var turns = AgentTurns()
        let prompt = try claude("user_prompt", at: second, [("prompt", text(String(repeating: "x", count: 1 << 20)))])
        var events: [AgentEvent] = []
        for number in 0..<80 {
            var event = prompt
            event.turnID = "p-\(number)"
            events.append(event)
        }
        #expect(Set(turns.take(events).spans.map(\.span.key)).count == 80)
        #expect(!turns.isKnown(.claudeCode, "s-1"))
    }

    @Test("What a store has of a session is gone on with")
    func restored() throws {
        var first = AgentTurns()
        let made = first.take([try claude("user_prompt", at: second, [("prompt", text("why?"))])]).spans
        let stored = made.enumerated().map { index, made in
            StoredSpanPayload(
                stored: StoredSpan(
                    sequence: Int64(index), span: made.span, sessionID: "s-1", customerID: nil, configKey: nil,
                    counts: .all, depth: 0),
                payload: made.payload, contents: [])
        }
        var second = AgentTurns()
        #expect(!second.isKnown(.claudeCode, "s-1"))
        second.restore(.claudeCode, "s-1", from: stored)
        let answered = second.take([try claude("assistant_response", at: 9_000_000_000, [("response", text("so"))])])
        let turn = try #require(answered.spans.last)
        #expect(turn.span.key == made.last?.span.key)
        #expect(try PayloadDecoder().texts(of: turn.payload) == SpanTexts(input: "why?", output: "so"))
    }

    @Test("A call that a span tells of too counts once, whichever comes first")
    func ownSpans() throws {
        let event = try claude("api_request", at: 3 * second, [("request_id", text("r-1")), ("model", text("m"))])
        var span = Span(
            key: SpanKey(traceID: "t", spanID: "s"), name: "claude_code.llm_request", kind: .llm, dialect: .claudeCode,
            responseID: "r-1", start: Timestamp(unixNanoseconds: second))
        span.identity.session.own = "s-1"
        var eventFirst = AgentTurns()
        let made = eventFirst.take([event]).spans.filter { $0.span.kind == .llm }
        #expect(made.count == 1)
        let superseded = eventFirst.take(own: [span]) { $0.identity.session.own }
        #expect(superseded.map(\.span.key) == made.map(\.span.key))
        #expect(superseded.allSatisfy { $0.span.kind == .custom && !$0.span.usage.isPresent })
        var spanFirst = AgentTurns()
        #expect(spanFirst.take(own: [span]) { $0.identity.session.own }.isEmpty)
        #expect(!spanFirst.take([event]).spans.contains { $0.span.kind == .llm })
    }

    @Test("Claude Code's own spans are read by their bare names")
    func claudeSpans() throws {
        let attributes: [(String, JSONValue)] = [
            ("span.type", text("llm_request")), ("model", text("claude-opus-5")),
            ("input_tokens", .object(["intValue": .number(2)])), ("output_tokens", .object(["intValue": .string("4")])),
            ("cache_read_tokens", text("100")), ("cache_creation_tokens", .object(["doubleValue": .number(8)])),
            ("ttft_ms", .object(["intValue": .number(250)])), ("request_id", text("req_1")), ("success", text("true")),
            ("session.id", text("s-1")), ("stop_reason", text("end_turn")),
        ]
        let request = JSONValue.object([
            "resourceSpans": .array([
                .object([
                    "scopeSpans": .array([
                        .object([
                            "scope": .object(["name": .string("com.anthropic.claude_code.tracing")]),
                            "spans": .array([
                                .object([
                                    "traceId": .string(String(repeating: "a", count: 32)),
                                    "spanId": .string(String(repeating: "b", count: 16)),
                                    "name": .string("claude_code.llm_request"),
                                    "startTimeUnixNano": .string("1000000000"),
                                    "endTimeUnixNano": .string("3000000000"),
                                    "attributes": .array(attributes.map { pair($0.0, $0.1) }),
                                ])
                            ]),
                        ])
                    ])
                ])
            ])
        ])
        let batch = try SpanDecoder().decodeTraces(request.compactBytes, encoding: .json)
        let span = try #require(batch.spans.first?.span)
        #expect(span.kind == .llm)
        #expect(span.usage == TokenUsage(prompt: 110, completion: 4, total: 114, cached: 100, cacheWrite: 8))
        #expect(span.timeToFirstTokenNanoseconds == 250_000_000)
        #expect(span.responseID == "req_1")
        #expect(span.model == "claude-opus-5")
        #expect(span.finishReason == "stop")
        #expect(span.status == .ok)
    }

    @Test("Codex: a call without a duration runs from its request; errors of requests are calls that failed")
    func codex() throws {
        func event(_ name: String, at time: Int64, _ more: [(String, JSONValue)]) throws -> AgentEvent {
            let log = log(
                "codex_exec", scope: "codex", time: time,
                [("event.name", text("codex.\(name)")), ("conversation.id", text("c-1"))] + more)
            return try #require(try decode(log).events.first)
        }
        let completed: [(String, JSONValue)] = [
            ("event.kind", text("response.completed")), ("input_token_count", text("5")),
        ]
        let events = [
            try event("user_prompt", at: second, [("prompt", text("[REDACTED]"))]),
            try event("api_request", at: 4 * second, [("duration_ms", text("1000"))]),
            try event("sse_event", at: 6 * second, completed),
            try event("sse_event", at: 9 * second, completed),
            try event(
                "api_request", at: 10 * second, [("http.response.status_code", text("503")), ("model", text("m"))]),
        ]
        var turns = AgentTurns()
        let spans = turns.take(events).spans
        let calls = spans.filter { $0.span.kind == .llm }.map(\.span)
        #expect(calls.map(\.start.unixNanoseconds) == [3 * second, 6 * second, 9 * second])
        #expect(calls.map(\.status) == [.ok, .ok, .error])
        #expect(calls.last?.errorMessage == "HTTP 503")
        let turn = try #require(spans.last)
        #expect(try PayloadDecoder().texts(of: turn.payload).input == nil)
    }

    @Test(
        "Gemini: thoughts and tools stand beside or inside, as the total says",
        arguments: [
            ("100", "10", "5", "0", "115", 100, 15), ("100", "10", "5", "0", "110", 100, 10),
            ("100", "10", "5", "7", "122", 107, 15), ("100", "10", "0", "0", "110", 100, 10),
        ])
    func gemini(
        input: String, output: String, thoughts: String, tools: String, total: String, prompt: Int, completion: Int
    ) throws {
        let log = log(
            "gemini-cli", scope: "gemini-cli", time: 5 * second,
            [
                ("event.name", text("gemini_cli.api_response")), ("session.id", text("g-1")),
                ("prompt_id", text("g-1###0")),
                ("input_token_count", text(input)), ("output_token_count", text(output)),
                ("thoughts_token_count", text(thoughts)), ("tool_token_count", text(tools)),
                ("total_token_count", text(total)), ("finish_reasons", text("MAX_TOKENS")),
            ])
        var turns = AgentTurns()
        let span = try #require(turns.take(try decode(log).events).spans.first?.span)
        #expect(span.usage.prompt == prompt)
        #expect(span.usage.completion == completion)
        #expect(span.finishReason == "length")
    }

    @Test("What makes no span is counted by the name of its event")
    func passedOver() throws {
        let names = ["codex.websocket_connect", "my.app.started", "codex.user_prompt"]
        var counted: [String: Int] = [:]
        for name in names {
            let log = log("codex_exec", scope: "codex", time: second, [("event.name", text(name))])
            counted.merge(try decode(log).passedOver) { $0 + $1 }
        }
        #expect(
            counted == [
                "codex websocket_connect": 1, "log my.app.started": 1, "codex user_prompt without a session": 1,
            ])
    }
}
