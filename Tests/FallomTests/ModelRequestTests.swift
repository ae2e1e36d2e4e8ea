import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import NIOCore
import NIOHTTP1
import OrderedJSON
import SpanCodec
import Testing

/// What models are asked, as the provider receives it, and what of their answers comes back in the next step.
@Suite struct ModelRequestTests {
    private static let schema: JSON = ["type": "object", "properties": ["city": ["type": "string"]]]
    private static let weather = Tool("get_weather", parameters: schema) { _ in ["temp": 7] }

    private static func chat(_ message: String, finish: String = "stop") -> Script.Answer {
        .init(pieces: [
            """
            {"id":"c","model":"m","choices":[{"index":0,"finish_reason":"\(finish)","message":\(message)}],\
            "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
            """
        ])
    }

    private static let hi = chat(#"{"role":"assistant","content":"Hi"}"#)
    private static let object = chat(#"{"role":"assistant","content":"{\"city\":\"Oslo\"}"}"#)

    @Test(arguments: [true, false]) func `a strict schema is said to be one`(_ isStrict: Bool) async throws {
        struct City: Codable, Sendable { var city: String }
        let url = try Script.url([Self.object, Self.hi])
        let model = OpenAIClient(apiKey: "k", baseURL: url).languageModel("gpt-4o")
        let result = try await AI().generateObject(
            City.self, model: model, prompt: "where?", schema: NamedSchema(schema: Self.schema, isStrict: isStrict))
        #expect(result.object.city == "Oslo")
        let tool = Tool("get_weather", parameters: Self.schema, isStrict: isStrict) { _ in [:] }
        _ = try await AI().generateText(model: model, prompt: "x", tools: [tool])
        let bodies = try await Script.bodies(of: url)
        #expect(bodies.count == 2)
        #expect(bodies.first?["response_format"]?["json_schema"]?["strict"]?.bool == (isStrict ? true : nil))
        #expect(bodies.last?["tools"]?[0]?["function"]?["strict"]?.bool == (isStrict ? true : nil))
    }

    @Test(arguments: [
        ("gpt-4o", "max_tokens"), ("gpt-35-turbo", "max_tokens"), ("gpt-4.1-mini", "max_tokens"),
        ("gpt-oss-120b", "max_tokens"), ("olmo-2", "max_tokens"), ("o3-mini", "max_completion_tokens"),
        ("openai/o1", "max_completion_tokens"), ("gpt-5-nano", "max_completion_tokens"),
        ("gpt-5.1", "max_completion_tokens"), ("gpt-10", "max_completion_tokens"),
    ]) func `a limit goes under the name that the model takes`(name: String, member: String) async throws {
        let url = try Script.url([Self.hi])
        let model = OpenAIClient(apiKey: "k", baseURL: url).languageModel(name)
        _ = try await AI().generateText(model: model, prompt: "x", maxTokens: 40)
        let body = try await Script.bodies(of: url).first
        #expect(body?[member]?.int == 40)
        #expect(body?[member == "max_tokens" ? "max_completion_tokens" : "max_tokens"] == nil)
    }

    /// A step with a tool and thoughts that are signed, then the answer; whole or streamed.
    struct Signed: Sendable, CustomTestStringConvertible {
        var api: String
        var whole: [String]
        var streamed: [[String]]
        /// Where the second request holds what the first answer said.
        var given: @Sendable (JSON) -> JSON?
        var expected: JSON
        var testDescription: String { api }

        func model(_ url: String) -> any LanguageModel {
            switch api {
            case "anthropic": AnthropicClient(apiKey: "k", baseURL: url).languageModel("claude-sonnet-4-5")
            case "google": GoogleAIClient(apiKey: "k", baseURL: url).languageModel("gemini-3-pro")
            default: OpenAIClient(apiKey: "k", baseURL: url).languageModel("google/gemini-3-pro")
            }
        }
    }

    private static let anthropic = Signed(
        api: "anthropic",
        whole: [
            """
            {"id":"m1","type":"message","role":"assistant","model":"c","content":[\
            {"type":"thinking","thinking":"Hm, Oslo.","signature":"c2ln"},{"type":"redacted_thinking","data":"cmVk"},\
            {"type":"tool_use","id":"t1","name":"get_weather","input":{"city":"Oslo"}}],\
            "stop_reason":"tool_use","usage":{"input_tokens":3,"output_tokens":2}}
            """,
            """
            {"id":"m2","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"7 degrees"}],\
            "stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}
            """,
        ],
        streamed: [
            [
                #"{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}"#,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm, "}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Oslo."}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"cmVk"}}"#,
                #"{"type":"content_block_stop","index":1}"#,
                #"{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t1","name":"get_weather","input":{}}}"#,
                #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}"#,
                #"{"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\"Oslo\"}"}}"#,
                #"{"type":"content_block_stop","index":2}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":2}}"#,
                #"{"type":"message_stop"}"#,
            ],
            [
                #"{"type":"message_start","message":{"id":"m2","type":"message","role":"assistant","model":"c","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}"#,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"7 degrees"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
                #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
                #"{"type":"message_stop"}"#,
            ],
        ],
        given: { $0["messages"]?[1]?["content"] },
        expected: [
            ["type": "thinking", "thinking": "Hm, Oslo.", "signature": "c2ln"],
            ["type": "redacted_thinking", "data": "cmVk"],
            ["type": "tool_use", "id": "t1", "name": "get_weather", "input": ["city": "Oslo"]],
        ])

    private static let google = Signed(
        api: "google",
        whole: [
            """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true},\
            {"functionCall":{"name":"get_weather","args":{"city":"Oslo"}},"thoughtSignature":"c2ln"}]},\
            "finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}
            """,
            """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"7 degrees"}]},"finishReason":"STOP"}],\
            "usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}
            """,
        ],
        streamed: [
            [
                #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true}]}}]}"#,
                #"{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"get_weather","args":{"city":"Oslo"}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}"#,
            ],
            [
                #"{"candidates":[{"content":{"role":"model","parts":[{"text":"7 degrees"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}"#
            ],
        ],
        given: { $0["contents"]?[1]?["parts"] },
        expected: [
            ["text": "Hm.", "thought": true],
            ["functionCall": ["name": "get_weather", "args": ["city": "Oslo"]], "thoughtSignature": "c2ln"],
        ])

    private static let compatible = Signed(
        api: "compatible",
        whole: [
            """
            {"id":"c1","model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant",\
            "content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"get_weather",\
            "arguments":"{\\"city\\":\\"Oslo\\"}"},"extra_content":{"google":{"thought_signature":"c2ln"}}}]}}],\
            "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
            """,
            """
            {"id":"c2","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant",\
            "content":"7 degrees"}}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
            """,
        ],
        streamed: [
            [
                #"{"id":"c1","model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Oslo\"}"},"extra_content":{"google":{"thought_signature":"c2ln"}}}]}}]}"#,
                #"{"id":"c1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#, "[DONE]",
            ],
            [
                #"{"id":"c2","model":"m","choices":[{"index":0,"delta":{"content":"7 degrees"}}]}"#,
                #"{"id":"c2","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#, "[DONE]",
            ],
        ],
        given: { $0["messages"]?[1]?["tool_calls"]?[0]?["extra_content"] },
        expected: ["google": ["thought_signature": "c2ln"]])

    @Test(arguments: [anthropic, google, compatible], [false, true])
    func `signed thoughts are given back in the next step`(_ signed: Signed, streams: Bool) async throws {
        let answers =
            streams
            ? signed.streamed.map { Script.Answer(pieces: $0.map { "data: \($0)\n\n" }) }
            : signed.whole.map { Script.Answer(pieces: [$0]) }
        let url = try Script.url(answers)
        let test = try TestClient()
        let ai = test.session.wrapAISDK()
        var text = ""
        if streams {
            let stream = try await ai.streamText(
                model: signed.model(url), prompt: "weather?", tools: [Self.weather], maxSteps: 2)
            for try await part in stream { if case .text(let more) = part { text += more } }
        } else {
            text = try await ai.generateText(
                model: signed.model(url), prompt: "weather?", tools: [Self.weather], maxSteps: 2
            ).text
        }
        #expect(text == "7 degrees")
        let bodies = try await Script.bodies(of: url)
        #expect(bodies.count == 2)
        #expect(bodies.last.flatMap(signed.given) == signed.expected, "\(bodies.last?.compactText ?? "")")
        #expect(await test.records().count == 1)
    }
}
