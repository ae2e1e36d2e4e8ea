import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct `Fields of a span` {
    @Test(
        arguments: [
            ("openai.chat", "openai"), ("OpenAI", "openai"), ("google.vertex.chat", "gcp.vertex_ai"),
            ("google.generative-ai", "gcp.gemini"), ("amazon-bedrock", "aws.bedrock"),
            ("az.ai.openai", "azure.ai.openai"),
            ("xai", "x_ai"), ("mistralai", "mistral_ai"), ("openrouter", "openrouter"), ("gcp.gemini", "gcp.gemini"),
            ("Vendor.Thing", "vendor"), ("Mastra", nil), ("gcp.vertex.agent", nil),
        ] as [(String, String?)])
    func `provider is folded`(word: String, provider: String?) throws {
        #expect(try OTLPSpan(attributes: ["gen_ai.system": .string(word)]).span().provider == provider)
    }

    @Test func `a framework's name leaves the place to the next source`() throws {
        let span = try OTLPSpan(attributes: [
            "gen_ai.system": .string("langchain"), "langsmith.metadata.ls_provider": .string("anthropic"),
        ]).span()
        #expect(span.provider == "anthropic")
        #expect(
            try recordSpan(#""attributes":{"fallom.base_url":"https://api.anthropic.com/v1"}"#).provider == "anthropic")
    }

    @Test func `models of a record that failed are only what was asked for`() throws {
        #expect(try recordSpan(#""model":"m""#).responseModel == "m")
        #expect(try recordSpan(#""model":"unknown""#).model == nil)
        let batch = try SpanDecoder().decodeTraces(
            Array(
                String(decoding: record(#""model":"m","error_message":"e""#), as: UTF8.self)
                    .replacing("\"OK\"", with: "\"ERROR\"").utf8), encoding: .json)
        let span = try #require(batch.spans.first).span
        #expect(
            span.requestModel == "m" && span.responseModel == nil && span.status == .error && span.errorMessage == "e")
    }

    @Test(
        arguments: [
            ("gen_ai.response.time_to_first_chunk", JSONValue.number(0.25), 250_000_000 as Int64?),
            ("gen_ai.client.operation.time_to_first_chunk", .number(0.25), 250_000_000),
            ("ai.response.msToFirstChunk", .number(250), 250_000_000),
            ("ai.stream.msToFirstChunk", .number(250.5), 250_500_000),
            ("fallom.time_to_first_token_ms", .number(250), 250_000_000),
            ("gen_ai.time_to_first_token_ms", .number(250), 250_000_000),
            ("langfuse.observation.completion_start_time", .string(#""2026-11-23T15:18:40.250Z""#), 250_000_000),
            ("mastra.completion_start_time", .string(#""\"2026-11-23T15:18:40.250Z\"""#), 250_000_000),
            ("fallom.raw.timings", .string(#"{"firstTokenTime":250}"#), 250_000_000),
            ("gen_ai.response.time_to_first_chunk", .number(0), nil),
            ("gen_ai.response.time_to_first_chunk", .number(2.5), nil),
            ("gen_ai.server.time_to_first_token", .number(0.25), 250_000_000),
        ] as [(String, JSONValue, Int64?)])
    func `time to first token comes in every unit`(name: String, value: JSONValue, nanoseconds: Int64?) throws {
        let span = try OTLPSpan(attributes: [name: value]).span()
        #expect(span.timeToFirstTokenNanoseconds == nanoseconds)
        #expect(span.isStreaming == (nanoseconds != nil))
    }

    @Test func `the first token may be an event`() throws {
        let span = try OTLPSpan(events: [
            ("gen_ai.content.completion.chunk", 300_000_000, [:]),
            ("gen_ai.content.completion.chunk", 200_000_000, [:]),
        ]).span()
        #expect(span.timeToFirstTokenNanoseconds == 200_000_000)
        #expect(
            try OTLPSpan(events: [("ai.stream.firstChunk", 1, ["ai.response.msToFirstChunk": .number(125)])]).span()
                .timeToFirstTokenNanoseconds == 125_000_000)
    }

    @Test(arguments: [
        ("gen_ai.request.stream", JSONValue.bool(true)), ("llm.is_streaming", .bool(true)),
        ("ai.operationId", .string("ai.streamText")),
        ("langsmith.request.streaming", .bool(true)), ("llm.invocation_parameters", .string(#"{"stream":true}"#)),
    ])
    func `streaming is what the emitter says`(name: String, value: JSONValue) throws {
        #expect(try OTLPSpan(attributes: [name: value]).span().isStreaming)
        #expect(try !OTLPSpan().span().isStreaming)
    }

    @Test(arguments: [
        ("gen_ai.response.finish_reasons", JSONValue.array([.string("stop")]), "stop"),
        ("gen_ai.response.finish_reasons", .string("end_turn"), "stop"),
        ("gen_ai.response.finish_reasons", .string(#"["max_tokens"]"#), "length"),
        ("gen_ai.response.finish_reason", .string("tool_use"), "tool_call"),
        ("llm.response.stop_reason", .string("SAFETY"), "content_filter"),
        ("ai.response.finishReason", .string("tool-calls"), "tool_call"),
        ("ai.finishReason", .string("content-filter"), "content_filter"),
        ("gen_ai.completion.0.finish_reason", .string("function_call"), "tool_call"),
        ("anthropic.message.stop_reason", .string("refusal"), "content_filter"),
        ("llm.finish_reason", .string("vendor_word"), "vendor_word"),
        ("gen_ai.output.messages", .string(#"[{"role":"assistant","parts":[],"finish_reason":"length"}]"#), "length"),
        ("fallom.raw.metadata", .string(#"{"choices":[{"finish_reason":"length"}]}"#), "length"),
        ("fallom.raw.timings", .string(#"{"steps":[{"finishReason":"tool-calls"},{"finishReason":"stop"}]}"#), "stop"),
    ])
    func `finish reason is folded`(name: String, value: JSONValue, reason: String) throws {
        #expect(try OTLPSpan(attributes: [name: value]).span().finishReason == reason)
    }

    @Test func `errors have their message from the first place that has one`() throws {
        let exception: [(name: String, nanoseconds: Int64, attributes: KeyValuePairs<String, JSONValue>)] = [
            ("exception", 5, ["exception.type": .string("T"), "exception.message": .string("M")])
        ]
        let coded = JSONValue.object(["code": .number(2), "message": .string("S")])
        #expect(try OTLPSpan(status: coded, events: exception).span().errorMessage == "S")
        #expect(try OTLPSpan(attributes: ["error.type": .string("E")], events: exception).span().errorMessage == "E")
        #expect(try OTLPSpan(events: exception).span().errorMessage == "M")
        #expect(try OTLPSpan(attributes: ["error": .bool(true)]).span().status == .error)
        let langfuse = try OTLPSpan(attributes: [
            "langfuse.observation.level": .string("ERROR"), "langfuse.observation.status_message": .string("L"),
        ]).span()
        #expect(langfuse.status == .error && langfuse.errorMessage == "L")
        let fine = try OTLPSpan(status: .object(["code": .number(1)]), events: exception).span()
        #expect(fine.status == .ok && fine.errorMessage == nil)
        #expect(
            try OTLPSpan(attributes: ["gen_ai.response.finish_reasons": .array([.string("error")])]).span().status
                == .unset)
    }

    @Test(arguments: [
        "fallom.session_id", "langfuse.session.id", "session.id", "gen_ai.conversation.id",
        "langsmith.metadata.thread_id",
        "ai.telemetry.metadata.sessionId", "langfuse.trace.metadata.langfuse_session_id", "gcp.vertex.agent.session_id",
        "traceloop.association.properties.chat_id",
    ])
    func `the session has many names, on the span or its resource`(name: String) throws {
        #expect(try OTLPSpan(attributes: [name: .string("s")]).span().identity.session == .init(own: "s"))
        #expect(try OTLPSpan(resource: [name: .string("s")]).span().identity.session == .init(resource: "s"))
    }

    @Test func `headers stand between our own attributes and everyone else's`() throws {
        var headers = FallomHeaders()
        headers.take(name: "X-Fallom-Session-Id", latin1: [0x73, 0xFC])
        headers.take(name: "X-Fallom-Prompt-Variant", value: "1")
        #expect(
            try OTLPSpan(attributes: ["session.id": .string("x")]).span(headers: headers).identity.session.own == "sü")
        #expect(
            try OTLPSpan(attributes: ["fallom.session_id": .string("x")]).span(headers: headers).identity.session.own
                == "x")
        #expect(try OTLPSpan().span(headers: headers).promptVariantIndex == 1)
        #expect(
            try OTLPSpan(attributes: ["langsmith.trace.session_id": .string("project")]).span().identity.session
                == .init())
    }

    @Test(arguments: [
        ("langfuse.trace.tags", JSONValue.array([.string("b"), .string("a"), .string("b")]), ["a", "b"]),
        ("langfuse.tags", .string(#"["b","a"]"#), ["a", "b"]), ("langsmith.span.tags", .string("b, a"), ["a", "b"]),
        ("tag.tags", .string("one"), ["one"]), ("tags", .array([.string("x"), .number(3)]), ["x"]),
        ("tags", .string("x"), []),
        ("ai.telemetry.metadata.tags", .array([.string("ü"), .string("z")]), ["z", "ü"]),
    ])
    func `tags come as lists, texts and JSON`(name: String, value: JSONValue, tags: [String]) throws {
        #expect(try OTLPSpan(attributes: [name: value]).span().tags == tags)
    }

    @Test func `metadata is gathered from its prefixes`() throws {
        let span = try OTLPSpan(attributes: [
            "metadata": .string(#"{"a":1}"#), "langfuse.trace.metadata.b": .string("x"),
            "ai.telemetry.metadata.userId": .string("u"),
            "traceloop.association.properties.c": .bool(true), "langsmith.metadata.d": .number(0.5),
            "ai.settings.context.e": .number(2),
        ]).span()
        #expect(
            span.metadata
                == AttributeMap([
                    .init("a", .int(1)), .init("b", .string("x")), .init("userId", .string("u")),
                    .init("c", .bool(true)),
                    .init("d", .double(0.5)), .init("e", .int(2)),
                ]))
        #expect(span.identity.customer.own == "u")
    }

    @Test func `prompts are named in every dialect`() throws {
        let langfuse = try OTLPSpan(attributes: [
            "ai.telemetry.metadata.langfusePrompt": .string(#"{"name":"p","version":3}"#)
        ]).span()
        #expect(langfuse.promptKey == "p" && langfuse.promptVersion == "3")
        let traceloop = try OTLPSpan(attributes: [
            "traceloop.prompt.key": .string("p"), "traceloop.prompt.version": .number(2),
        ]).span()
        #expect(traceloop.promptKey == "p" && traceloop.promptVersion == "2")
        let record = try recordSpan(
            #""prompt_key":"p","prompt_version":4,"prompt_ab_test_key":"t","prompt_variant_index":0"#)
        #expect(
            record.promptKey == "p" && record.promptVersion == "4" && record.promptABTestKey == "t"
                && record.promptVariantIndex == 0)
    }

    @Test func `a start record runs and has no status`() throws {
        let text =
            #"{"config_key":"a","session_id":"s","trace_id":"T1","span_id":"S1","parent_span_id":"","name":"n","start_time":"2026-11-23T15:18:40.000Z"}"#
        let span = try #require(try SpanDecoder().decodeTraces(Array(text.utf8), encoding: .json).spans.first).span
        #expect(span.isRunning && span.status == .unset && span.parentID == nil)
        #expect(span.key == SpanKey(traceID: "t1", spanID: "s1"))
    }
}
