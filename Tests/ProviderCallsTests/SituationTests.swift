import Foundation
import OrderedJSON
import Testing

@testable import ProviderCalls

/// Situations beside the recorded ones, each in few words.
@Suite struct SituationTests {
    struct Situation: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var path: String
        var request: String
        var status = 200
        var answer: [UInt8]
        var expected: JSONValue

        init(
            _ name: String, _ path: String, _ request: String,
            status: Int = 200, _ answer: String, _ expected: JSONValue
        ) {
            self.init(name, path, request, status: status, bytes: Array(answer.utf8), expected)
        }

        init(
            _ name: String, _ path: String, _ request: String, status: Int = 200, bytes answer: [UInt8],
            _ expected: JSONValue
        ) {
            testDescription = name
            self.path = path
            self.request = request
            self.status = status
            self.answer = answer
            self.expected = expected
        }
    }

    private static let chat = "/v1/chat/completions"
    private static let streamed = #"{"model": "m", "messages": [], "stream": true}"#

    private static let throttled = AWSMessage(
        ":message-type", "exception", ":exception-type", "throttlingException", #"{"message":"Too many"}"#
    ).bytes
    private static let invoked: [UInt8] = {
        let pieces = [
            #"{"type":"message_start","message":{"type":"message","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
            #"{"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":3,"outputTokenCount":2}}"#,
        ]
        return pieces.flatMap { piece in
            AWSMessage(":message-type", "event", ":event-type", "chunk", #"{"bytes":"\#(piece.base64)"}"#).bytes
        }
    }()

    private static func events(_ data: String...) -> String { data.map { "data: \($0)\n\n" }.joined() }

    static let errors: [Situation] = [
        .init(
            "an error without choices in a stream", chat, streamed,
            events(#"{"code":"Throttled","message":"Slow down"}"#),
            ["status": "error", "error_message": "Slow down"]),
        .init(
            "an old server's error object", chat, streamed,
            events(#"{"object":"error","message":"too long","code":400}"#),
            ["status": "error", "error_message": "too long"]),
        .init(
            "an error event that is text", chat, streamed, "event: error\ndata: upstream went away\n\n",
            ["status": "error", "error_message": "upstream went away"]),
        .init(
            "an error inside a choice", chat, #"{"model":"m"}"#.withMessages,
            #"{"choices":[{"error":{"code":502,"message":"Bad upstream"},"finish_reason":"error"}]}"#,
            ["status": "error", "error_message": "Bad upstream"]),
        .init(
            "faults of a request, listed", chat, streamed, status: 422,
            #"{"detail":[{"loc":["body"],"msg":"field required"}]}"#,
            ["status": "error", "error_message": "422 field required"]),
        .init("a status without a body", chat, streamed, status: 500, "", ["status": "error", "error_message": "500"]),
        .init(
            "text", chat, streamed, status: 503, "upstream connect error\n",
            ["status": "error", "error_message": "503 upstream connect error"]),
        .init(
            "a code of the vendor's under status 200", chat, streamed,
            #"{"base_resp":{"status_code":1004,"status_msg":"login fail"}}"#,
            ["status": "error", "error_message": "login fail"]),
        .init(
            "Ollama's, in the middle", "/api/chat", #"{"model":"m","messages":[]}"#,
            "{\"model\":\"m\",\"message\":{\"content\":\"a\"},\"done\":false}\n{\"error\":\"runner stopped\"}\n",
            ["status": "error", "error_message": "runner stopped", "output_text": "a"]),
        .init(
            "Cohere's, at the end", "/v2/chat", streamed,
            "data: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":\"toxic\"}}\n\n",
            ["status": "error", "error_message": "toxic"]),
        .init(
            "Bedrock's exception", "/model/x/converse-stream", #"{"messages":[]}"#,
            bytes: throttled,
            ["status": "error", "error_message": "Too many", "model": "x"]),
        .init(
            "Bedrock's, refused", "/model/x/invoke", #"{"prompt":"a"}"#, status: 403, #"{"Message":"not allowed"}"#,
            ["status": "error", "error_message": "403 not allowed"]),
        .init(
            "a stream cut after its first word", chat, streamed, events(#"{"choices":[{"delta":{"content":"a"}}]}"#),
            ["status": "error", "output_text": "a"]),
    ]

    static let answers: [Situation] = [
        .init(
            "a refusal", chat, #"{"model":"m"}"#.withMessages,
            #"{"choices":[{"message":{"content":null,"refusal":"I will not"},"finish_reason":"stop"}]}"#,
            ["status": "ok", "finish_reason": "content_filter", "output_text": "I will not"]),
        .init(
            "usage in a choice", chat, streamed,
            events(
                #"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop","usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}]}"#
            ),
            ["status": "ok", "prompt_tokens": 3, "completion_tokens": 1]),
        .init(
            "reasoning beside the output, by the total", chat, #"{"model":"m"}"#.withMessages,
            #"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":17,"completion_tokens_details":{"reasoning_tokens":10}}}"#,
            ["prompt_tokens": 5, "completion_tokens": 12, "reasoning_tokens": 10]),
        .init(
            "the cost in an object", chat, #"{"model":"m"}"#.withMessages,
            #"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2,"cost":{"total_cost":0.005}}}"#,
            ["cost_usd": 0.005]),
        .init(
            "one index for every call", chat, streamed,
            events(
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}]}"#,
                #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\":1}"}}]},"finish_reason":"tool_calls"}]}"#
            ),
            ["tool_calls": ["f", "f"], "tool_arguments": ["{}", "{\"x\":1}"]]),
        .init(
            "only the first of two answers is the text", chat, streamed,
            events(
                #"{"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":"stop"}]}"#,
                #"{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"#),
            ["output_text": "a"]),
        .init(
            "a custom tool in pieces, no closing answer", "/v1/responses", #"{"model":"m","input":"x","stream":true}"#,
            events(
                #"{"type":"response.created","response":{"id":"r","object":"response","status":"in_progress","model":"m","output":[]}}"#,
                #"{"type":"response.output_item.added","output_index":0,"item":{"type":"custom_tool_call","call_id":"c","name":"patch","input":""}}"#,
                #"{"type":"response.custom_tool_call_input.delta","output_index":0,"delta":"*** "}"#,
                #"{"type":"response.custom_tool_call_input.done","output_index":0,"input":"*** Begin"}"#,
                #"{"type":"response.completed","response":{"id":"r","object":"response","status":"completed","model":"m","output":[]}}"#
            ),
            ["status": "ok", "tool_calls": ["patch"], "tool_arguments": ["*** Begin"], "finish_reason": "tool_call"]),
        .init(
            "a prompt that was blocked", "/v1beta/models/g:generateContent", #"{"contents":[]}"#,
            #"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4},"modelVersion":"g"}"#,
            ["status": "ok", "finish_reason": "content_filter", "prompt_tokens": 4]),
        .init(
            "two candidates", "/v1beta/models/g:generateContent", #"{"contents":[]}"#,
            #"{"candidates":[{"index":0,"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"},{"index":1,"content":{"parts":[{"text":"b"}]},"finishReason":"STOP"}]}"#,
            ["output_text": "a", "finish_reason": "stop"]),
        .init(
            "caches as an object", "/v1/messages", #"{"model":"m","max_tokens":9,"messages":[]}"#,
            #"{"type":"message","content":[{"type":"text","text":"a"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1,"cache_creation":{"ephemeral_5m_input_tokens":2,"ephemeral_1h_input_tokens":3}}}"#,
            ["prompt_tokens": 6, "cache_write_tokens": 5]),
        .init(
            "what the provider runs itself is no call", "/v1/messages", #"{"model":"m","max_tokens":9,"messages":[]}"#,
            #"{"type":"message","content":[{"type":"server_tool_use","id":"s","name":"web_search","input":{}}],"stop_reason":"pause_turn","usage":{"input_tokens":1,"output_tokens":1}}"#,
            ["tool_calls": [], "finish_reason": "pause_turn"]),
        .init(
            "Llama on Bedrock", "/model/meta.llama3/invoke", #"{"prompt":"x"}"#,
            #"{"generation":"a","prompt_token_count":3,"generation_token_count":1,"stop_reason":"stop"}"#,
            ["output_text": "a", "prompt_tokens": 3, "completion_tokens": 1, "model": "meta.llama3"]),
        .init(
            "Anthropic on Bedrock, in pieces", "/model/anthropic.claude/invoke-with-response-stream",
            #"{"anthropic_version":"bedrock-2023-05-31","max_tokens":9,"messages":[]}"#,
            bytes: invoked,
            [
                "output_text": "a", "prompt_tokens": 3, "completion_tokens": 2, "finish_reason": "stop",
                "is_streaming": true,
            ]),
        .init(
            "Cohere's tools and plan", "/v2/chat", streamed,
            events(
                #"{"type":"message-start","id":"c"}"#,
                #"{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I look"}}}"#,
                #"{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"t","function":{"name":"f","arguments":""}}}}}"#,
                #"{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{}"}}}}}"#,
                #"{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"tokens":{"input_tokens":2,"output_tokens":1}}}}"#
            ),
            ["tool_calls": ["f"], "tool_arguments": ["{}"], "finish_reason": "tool_call", "prompt_tokens": 2]),
        .init(
            "Ollama's tools and thinking", "/api/chat", #"{"model":"m","messages":[],"stream":false}"#,
            #"{"model":"m","message":{"content":"","thinking":"hm","tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]},"done":true,"done_reason":"stop","eval_count":2}"#,
            ["tool_calls": ["f"], "tool_arguments": ["{\"x\":1}"], "completion_tokens": 2]),
        .init(
            "embeddings of Ollama", "/api/embed", #"{"model":"m","input":["a"]}"#,
            #"{"model":"m","embeddings":[[1,2]],"prompt_eval_count":3}"#, ["kind": "embedding", "prompt_tokens": 3]),
    ]

    @Test(arguments: errors + answers) func `what it says is read`(_ situation: Situation) {
        for size in [situation.answer.count, 1, 7] where size > 0 || situation.answer.isEmpty {
            guard
                var exchange = ProviderExchange(
                    method: "POST", url: "https://api.example.com" + situation.path, headers: [],
                    body: Array(situation.request.utf8))
            else {
                Issue.record("not seen")
                return
            }
            exchange.head(status: situation.status, headers: [])
            for start in stride(from: 0, to: situation.answer.count, by: max(1, size)) {
                exchange.take(Array(situation.answer[start..<min(start + size, situation.answer.count)]), at: 1)
            }
            for (name, problem) in Facts(exchange.end()).differences(situation.expected) {
                Issue.record("\(situation.testDescription), cut by \(size): \(name) is \(problem)")
            }
        }
    }

    @Test(arguments: [
        ("POST", "/v1/messages/count_tokens", #"{"model":"m","messages":[],"max_tokens":1}"#),
        ("POST", "/v1beta/models/g:countTokens", #"{"contents":[]}"#),
        ("POST", "/v1/projects/p/publishers/anthropic/models/count-tokens:rawPredict", #"{"messages":[]}"#),
        ("POST", "/model/x/count-tokens", "{}"), ("POST", "/v1/images/generations", #"{"model":"m","prompt":"x"}"#),
        ("POST", "/api/chat", #"{"text":"an app's own"}"#), ("POST", "/api/generate", #"{"prompt":"an app's own"}"#),
        ("GET", "/v1/chat/completions", #"{"messages":[]}"#), ("POST", "/v1/chat", #"{"hello":1}"#),
        ("POST", "/v1/messages/batches", #"{"requests":[]}"#), ("POST", "/v1/chat/completions", "not json"),
    ]) func `what is no call of a model is none`(method: String, path: String, body: String) {
        let exchange = ProviderRequest(
            method: method, url: "https://api.example.com" + path, headers: [], body: Array(body.utf8))
        #expect(exchange == nil)
    }

    @Test(arguments: [
        ("https://api.openai.com/v1/chat/completions", "openai", "https://api.openai.com/v1"),
        (
            "https://key@my.openai.azure.com/openai/deployments/d/chat/completions?api-version=1", "azure.ai.openai",
            "https://my.openai.azure.com/openai/deployments/d"
        ),
        ("http://ollama.lan:11434/v1/chat/completions", "ollama", "http://ollama.lan:11434/v1"),
        ("http://localhost:8000/v1/chat/completions", nil, "http://localhost:8000/v1"),
    ]) func `who answers is known by the address`(url: String, provider: String?, base: String) throws {
        let request = try #require(
            ProviderRequest(method: "POST", url: url, headers: [], body: Array(#"{"messages":[]}"#.utf8)))
        #expect(request.provider == provider && request.baseURL == base)
    }

    @Test func `a call keeps what was said, not its pieces`() {
        guard
            var exchange = ProviderExchange(
                method: "POST", url: "https://api.example.com" + Self.chat, headers: [],
                body: Array(#"{"messages":[],"stream":true}"#.utf8))
        else {
            Issue.record("not seen")
            return
        }
        exchange.head(status: 200, headers: [])
        let padding = String(repeating: " ", count: 4000)
        let piece = Array(Self.events(#"{"choices":[{"delta":{"content":"a"}}],"obfuscation":"\#(padding)"}"#).utf8)
        for _ in 0..<2000 { exchange.take(piece, at: 1) }
        let call = exchange.letGo()
        #expect(call.captured.response?["text"]?.string?.utf8.count == 2000 && call.completeness == .abandoned)
    }
}

/// A message of AWS's event stream with two headers of text.
private struct AWSMessage {
    let bytes: [UInt8]

    init(_ first: String, _ one: String, _ second: String, _ two: String, _ payload: String) {
        let headers = Self.header(first, one) + Self.header(second, two)
        let body = Array(payload.utf8)
        let length = 16 + headers.count + body.count
        var bytes = Self.number(length) + Self.number(headers.count)
        bytes += Self.number(Int(CRC32.of(bytes)))
        bytes += headers + body
        self.bytes = bytes + Self.number(Int(CRC32.of(bytes)))
    }

    private static func header(_ name: String, _ value: String) -> [UInt8] {
        [UInt8(name.utf8.count)] + Array(name.utf8) + [7, UInt8(value.utf8.count >> 8), UInt8(value.utf8.count & 255)]
            + Array(value.utf8)
    }

    private static func number(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}

extension String {
    /// This object's text with `messages` in it.
    fileprivate var withMessages: String { dropLast() + #", "messages": []}"# }

    fileprivate var base64: String { Data(utf8).base64EncodedString() }
}
