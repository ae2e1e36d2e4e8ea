import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct `Tokens and cost` {
    @Test(
        arguments: [
            (
                #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}"#,
                TokenUsage(prompt: 10, completion: 5, total: 15, cached: 4, reasoning: 2)
            ),
            (
                #"{"input_tokens":10,"output_tokens":5,"input_tokens_details":{"cached_tokens":4},"output_tokens_details":{"reasoning_tokens":2}}"#,
                TokenUsage(prompt: 10, completion: 5, total: 15, cached: 4, reasoning: 2)
            ),
            (
                #"{"input_tokens":5,"output_tokens":8,"cache_read_input_tokens":5,"cache_creation_input_tokens":2}"#,
                TokenUsage(prompt: 12, completion: 8, total: 20, cached: 5, cacheWrite: 2)
            ),
            (
                #"{"input_tokens":5,"output_tokens":8,"cache_creation_input_tokens":7,"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":3}}"#,
                TokenUsage(prompt: 12, completion: 8, total: 20, cacheWrite: 7, cacheWriteHour: 3)
            ),
            (
                #"{"promptTokenCount":6,"candidatesTokenCount":4,"thoughtsTokenCount":3,"toolUsePromptTokenCount":2,"cachedContentTokenCount":1}"#,
                TokenUsage(prompt: 8, completion: 7, total: 15, cached: 1, reasoning: 3)
            ),
            (
                #"{"prompt_token_count":6,"candidates_token_count":4,"total_token_count":10}"#,
                TokenUsage(prompt: 6, completion: 4, total: 10)
            ),
            (#"{"promptTokens":6,"completionTokens":null,"totalTokens":null}"#, TokenUsage(prompt: 6, total: 6)),
            (
                #"{"inputTokens":6,"outputTokens":4,"cachedInputTokens":1,"reasoningTokens":2}"#,
                TokenUsage(prompt: 6, completion: 4, total: 10, cached: 1, reasoning: 2)
            ),
            (
                #"{"inputTokens":6,"outputTokens":4,"inputTokenDetails":{"cacheReadTokens":1,"cacheWriteTokens":2},"outputTokenDetails":{"reasoningTokens":3}}"#,
                TokenUsage(prompt: 6, completion: 4, total: 10, cached: 1, cacheWrite: 2, reasoning: 3)
            ),
            (
                #"{"inputTokens":{"total":6,"cacheRead":1},"outputTokens":{"total":4,"reasoning":2}}"#,
                TokenUsage(prompt: 6, completion: 4, total: 10, cached: 1, reasoning: 2)
            ),
            ("not json", TokenUsage()), ("[]", TokenUsage()), ("{}", TokenUsage()),
            (#"{"prompt_tokens":0}"#, TokenUsage(prompt: 0, total: 0)),
            (#"{"prompt_tokens":-1,"completion_tokens":1.5}"#, TokenUsage()),
            (
                #"{"prompt_tokens":9223372036854775807,"completion_tokens":5}"#,
                TokenUsage(prompt: .max, completion: 5, total: .max)
            ),
        ] as [(String, TokenUsage)])
    func `are read from every vendor's own shape`(usage: String, expected: TokenUsage) throws {
        let text = JSONValue.string(usage).compactText
        #expect(try recordSpan(#""attributes":{"fallom.raw.usage":\#(text)}"#).usage == expected)
    }

    @Test func `are read from the response and the metadata where they are nowhere else`() throws {
        let response = JSONValue.string(#"{"text":"x","usage":{"prompt_tokens":3,"completion_tokens":4}}"#).compactText
        #expect(
            try recordSpan(#""attributes":{"fallom.raw.response":\#(response)}"#).usage
                == TokenUsage(prompt: 3, completion: 4, total: 7))
        let metadata = JSONValue.string(#"{"a":[1],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4}}"#)
            .compactText
        #expect(
            try recordSpan(#""attributes":{"fallom.raw.metadata":\#(metadata)}"#).usage
                == TokenUsage(prompt: 3, completion: 4, total: 7))
        #expect(
            try recordSpan(#""prompt_tokens":3,"completion_tokens":4"#).usage
                == TokenUsage(prompt: 3, completion: 4, total: 7))
    }

    @Test func `of attributes are taken in order`() throws {
        let usage = try OTLPSpan(attributes: [
            "llm.token_count.prompt": .number(7), "gen_ai.usage.prompt_tokens": .number(5),
            "gen_ai.usage.completion_tokens": .string("6"), "gen_ai.usage.cached_input_tokens": .number(2),
            "ai.usage.reasoningTokens": .number(1), "llm.usage.total_tokens": .number(11),
        ]).span().usage
        #expect(usage == TokenUsage(prompt: 5, completion: 6, total: 11, cached: 2, reasoning: 1))
    }

    @Test func `in the additive form are summed`() throws {
        let usage = try OTLPSpan(attributes: [
            "gen_ai.usage.input_tokens": .number(5), "gen_ai.usage.output_tokens": .number(1),
            "gen_ai.usage.total_tokens": .number(6), "gen_ai.usage.cache_read_input_tokens": .number(20),
            "gen_ai.usage.cache_creation_input_tokens": .number(10),
        ]).span().usage
        #expect(usage == TokenUsage(prompt: 35, completion: 1, total: 36, cached: 20, cacheWrite: 10))
    }

    @Test func `of Langfuse, LangSmith and provider metadata are read from their JSON`() throws {
        #expect(
            try OTLPSpan(attributes: [
                "langfuse.observation.usage_details": .string(#"{"input":4,"output":5,"total":9}"#),
                "gen_ai.usage.input_tokens": .number(100),
            ]).span().usage == TokenUsage(prompt: 4, completion: 5, total: 9))
        #expect(
            try OTLPSpan(attributes: [
                "gen_ai.usage.input_tokens": .number(9),
                "gen_ai.usage.input_token_details": .string(#"{"cache_read":3,"cache_creation":1}"#),
            ]).span().usage == TokenUsage(prompt: 9, total: 9, cached: 3, cacheWrite: 1))
        #expect(
            try OTLPSpan(attributes: [
                "ai.usage.promptTokens": .number(9),
                "ai.response.providerMetadata": .string(#"{"openai":{"cachedPromptTokens":3,"reasoningTokens":2}}"#),
            ]).span().usage == TokenUsage(prompt: 9, total: 9, cached: 3, reasoning: 2))
    }

    @Test func `aggregated usage is never a span's own`() throws {
        #expect(
            try OTLPSpan(attributes: ["gen_ai.aggregated_usage.input_tokens": .number(5)]).span().usage == TokenUsage())
    }

    @Test(arguments: [
        ("langfuse.observation.cost_details", JSONValue.string(#"{"input":0.001,"output":0.002}"#), 3_000_000 as Int64),
        ("langfuse.observation.cost_details", .string(#"{"input":0.001,"total":0.004}"#), 4_000_000),
        ("gen_ai.usage.cost", .number(0.0000675), 67_500), ("operation.cost", .number(1), 1_000_000_000),
        ("llm.cost.prompt", .number(0.5), 500_000_000), ("gen_ai.usage.cost", .string("0.25"), 250_000_000),
    ])
    func `cost is what the emitter reports`(name: String, value: JSONValue, nanoDollars: Int64) throws {
        #expect(
            try OTLPSpan(attributes: [name: value]).span().cost == Cost(nanoDollars: nanoDollars, isEstimated: false))
    }

    @Test func `cost of OpenRouter stands in the usage`() throws {
        let usage = JSONValue.string(#"{"prompt_tokens":1,"cost":0.002}"#).compactText
        #expect(try recordSpan(#""attributes":{"fallom.raw.usage":\#(usage)}"#).cost?.nanoDollars == 2_000_000)
        #expect(try recordSpan().cost == nil)
    }
}
