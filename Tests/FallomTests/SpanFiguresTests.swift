import AsyncHTTPClient
import FallomAsyncHTTPClient
import NIOCore
import NIOHTTP1
import OrderedJSON
import ProviderCalls
import SpanCodec
import Testing
import TraceModel

@testable import Fallom

/// What a span says of a call, from the bytes on the socket to what is read of the record: who answered, when it came, what
/// was sent, what it cost.
@Suite(.timeLimit(.minutes(5))) struct SpanFiguresTests {
    private static let request = ChatRequest(model: "gpt-4o", messages: [.user("Hello")])

    private static func whole(_ more: String = "", id: String = "c") -> Script.Answer {
        .init(pieces: [
            """
            {"id":"\(id)","model":"m-2",\(more)"choices":[{"index":0,"finish_reason":"stop",\
            "message":{"role":"assistant","content":"Hi"}}],\
            "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}
            """
        ])
    }

    private static func streamed(_ more: String) -> Script.Answer {
        .init(pieces: [
            "data: {\"id\":\"c\",\"model\":\"m\",\(more)\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n",
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n",
        ])
    }

    private static func byHand(_ url: String, _ body: JSON) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: body.compactBytes))
        return request
    }

    // MARK: - Who answered

    /// A call and who is to be said to have answered it.
    struct Server: Sendable, CustomTestStringConvertible {
        var name: String
        var answer: Script.Answer
        var isStream = false
        var parameter: String?
        var expected: String?
        var testDescription: String { name }
    }

    static let servers = [
        Server(name: "anybody", answer: whole(), expected: nil),
        Server(name: "a parameter", answer: whole(), parameter: "my-vllm", expected: "my-vllm"),
        Server(
            name: "a parameter before the answer", answer: whole(#""system_fingerprint":"fp_ollama","#),
            parameter: "mine", expected: "mine"),
        Server(name: "Ollama", answer: whole(#""system_fingerprint":"fp_ollama","#), expected: "ollama"),
        Server(
            name: "Ollama, streamed", answer: streamed(#""system_fingerprint":"fp_ollama","#), isStream: true,
            expected: "ollama"),
        Server(name: "vLLM", answer: whole(#""prompt_logprobs":null,"#), expected: "vllm"),
        Server(name: "llama.cpp", answer: whole(#""system_fingerprint":"b4521-cd8a1f2e","#), expected: "llamacpp"),
        Server(
            name: "OpenRouter behind a name of one's own", answer: whole(#""provider":"Azure","#, id: "gen-17"),
            expected: "openrouter"),
        Server(name: "one that says its name", answer: whole(#""provider":"Novita","#), expected: "novita"),
        Server(
            name: "OpenAI's own fingerprint, passed on", answer: whole(#""system_fingerprint":"fp_44709d6fcb","#),
            expected: nil),
    ]

    @Test(arguments: servers, ["by hand", "own client", "a run"])
    func `who answers is known by the parameter, else by what the answer says`(_ server: Server, way: String)
        async throws
    {
        let test = try TestClient()
        let url = try Script.url([server.answer], server.name + way)
        let client = OpenAIClient(apiKey: "k", baseURL: url, provider: server.parameter)
        switch way {
        case "by hand":
            let body = Self.request.json.setting("stream", .bool(server.isStream))
            let response = try await test.session.traced(HTTPClient.patient, provider: server.parameter)
                .execute(Self.byHand(url + "/chat/completions", body), timeout: .minutes(5))
            _ = try await response.body.collect(upTo: 1 << 20)
        case "own client":
            let wrapped = test.session.wrapOpenAI(client)
            if server.isStream {
                for try await _ in try await wrapped.chat.completions.stream(Self.request) {}
            } else {
                _ = try await wrapped.chat.completions.create(Self.request)
            }
        default:
            let ai = test.session.wrapAISDK()
            if server.isStream {
                for try await _ in try await ai.streamText(model: client.languageModel("m"), prompt: "Hello") {}
            } else {
                _ = try await ai.generateText(model: client.languageModel("m"), prompt: "Hello")
            }
        }
        let record = try #require(await test.records().first)
        #expect(record["fallom.provider"]?.string == server.expected)
    }

    @Test(arguments: [
        ("http://ollama:1/v1", "ollama"), ("http://vllm.internal:1/v1", "vllm"), ("http://my-litellm.lan:1", "litellm"),
        ("http://localhost:1/v1", nil),
    ]) func `who answers is known by the host's name`(address: String, provider: String?) async throws {
        let test = try TestClient()
        let limits = CallLimits(head: .seconds(1), retries: 0)
        let client = test.session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: address, limits: limits))
        await #expect(throws: ProviderError.self) { try await client.chat.completions.create(Self.request) }
        #expect(await test.records().first?["fallom.provider"]?.string == provider)
    }

    @Test func `LiteLLM is known by its header`() async throws {
        let test = try TestClient()
        var answer = Self.whole()
        answer.headers["x-litellm-version"] = "1.80.0"
        let url = try Script.url([answer])
        _ = try await test.session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: url)).chat.completions.create(
            Self.request)
        #expect(await test.records().first?["fallom.provider"] == "litellm")
    }

    // MARK: - When it came

    @Test(arguments: ["by hand", "own client"]) func `an app that takes its time does not make the provider slow`(
        _ way: String
    ) async throws {
        let clock = ManualTime()
        let test = try TestClient(time: clock.frozen)
        let event =
            "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n"
        let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        let url = try Script.url([Script.Answer(pieces: [event, event, end])], way)
        // One connection: the next request begins when all of this answer has been read from it.
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1
        let http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
        func appIsBusy() async throws {
            let other = HTTPClientRequest(url: PythonServer.scripted.url + "/_log")
            _ = try await http.execute(other, timeout: .minutes(5)).body.collect(upTo: 1 << 26)
            clock.advance(.seconds(5))
        }
        if way == "by hand" {
            let response = try await test.session.traced(http).execute(
                Self.byHand(url + "/chat/completions", Self.request.json.setting("stream", true)),
                timeout: .minutes(5))
            try await appIsBusy()
            for try await _ in response.body {}
        } else {
            var client = OpenAIClient(apiKey: "k", baseURL: url, httpClient: http)
            client.http.time = clock.frozen
            let stream = try await test.session.wrapOpenAI(client).chat.completions.stream(Self.request)
            try await appIsBusy()
            for try await _ in stream {}
        }
        try await http.shutdown()
        let record = try #require(await test.records().first)
        #expect(record.timeToFirstTokenMilliseconds == 0 && record.durationMilliseconds == 0)
        #expect(record["fallom.reader_wait_ms"]?.double == 5000)
    }

    // MARK: - What was sent

    /// A picture of five megabytes as each API takes it.
    private static func withPicture(_ api: String, _ base64: String) -> JSON {
        switch api {
        case "/v1/chat/completions":
            [
                "model": "gpt-4o",
                "messages": [
                    [
                        "role": "user",
                        "content": [
                            ["type": "text", "text": "What is this?"],
                            ["type": "image_url", "image_url": ["url": .string("data:image/png;base64," + base64)]],
                        ],
                    ]
                ],
            ]
        case "/v1/messages":
            [
                "model": "claude", "max_tokens": 9,
                "messages": [
                    [
                        "role": "user",
                        "content": [
                            ["type": "text", "text": "What is this?"],
                            [
                                "type": "image",
                                "source": [
                                    "type": "base64", "media_type": "image/png", "data": .string(base64),
                                ],
                            ],
                        ],
                    ]
                ],
            ]
        default:
            [
                "contents": [
                    [
                        "role": "user",
                        "parts": [
                            ["text": "What is this?"],
                            ["inlineData": ["mimeType": "image/png", "data": .string(base64)]],
                        ],
                    ]
                ]
            ]
        }
    }

    /// Five megabytes once: to hash them takes a debug build its time.
    @Test(arguments: [
        ("/v1/chat/completions", 5 << 20, "e2925fdd17c83c77e9a4f957fd170b2a72b48ac55968943dcf962f2b853c88a9"),
        ("/v1/messages", 64 << 10, "07dcb6d11a03624831513672ffdb84d6b1730f54e90aaace444fe3a8ea9b2163"),
        (
            "/v1beta/models/gemini-1.5-flash:generateContent", 64 << 10,
            "07dcb6d11a03624831513672ffdb84d6b1730f54e90aaace444fe3a8ea9b2163"
        ),
    ]) func `a picture goes to the provider, and its size, type and hash into the span`(
        _ path: String, size: Int, hash: String
    ) async throws {
        let test = try TestClient()
        let picture = [UInt8](repeating: 7, count: size)
        let json = Self.withPicture(path, Base64.encode(picture))
        let url = PythonServer.llm.url
        for byHand in [true, false] {
            if byHand {
                let response = try await test.session.traced(HTTPClient.patient).execute(
                    Self.byHand(url + path, json), timeout: .minutes(5))
                #expect(response.status == .ok)
                _ = try await response.body.collect(upTo: 1 << 20)
            } else if path.hasSuffix("completions") {
                _ = try await test.session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: url + "/v1"))
                    .createChatCompletion(ChatRequest(json))
            } else if path.hasSuffix("messages") {
                _ = try await test.session.wrapAnthropic(AnthropicClient(apiKey: "k", baseURL: url))
                    .createMessage(MessagesRequest(json))
            } else {
                let model = GoogleAIClient(apiKey: "k", baseURL: url + "/v1beta").generativeModel("gemini-1.5-flash")
                _ = try await test.session.wrapGoogleAI(model).generateContent(GenerateRequest(json))
            }
        }
        let records = await test.records()
        #expect(records.count == 2 && records.allSatisfy { !$0.isError })
        for record in records {
            let request = try #require(record["fallom.raw.request"]?.string)
            #expect(request.contains("[\(size) bytes, sha256 \(hash)]"))
            #expect(request.contains("image/png") && request.contains("What is this?"))
            #expect(record.encoded().count < 10_000)
        }
    }

    // MARK: - What it cost

    @Test(arguments: [false, true]) func `tokens written to the cache are known of an object too`(_ streams: Bool)
        async throws
    {
        struct City: Decodable, Sendable { var city: String }
        let usage =
            #"{"input_tokens":3,"cache_creation_input_tokens":1200,"cache_read_input_tokens":40,"output_tokens":2}"#
        let text = #"{\"city\":\"Oslo\"}"#
        let answer =
            streams
            ? Script.Answer(
                pieces: [
                    #"{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"usage":\#(usage)}}"#,
                    #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                    #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\#(text)"}}"#,
                    #"{"type":"content_block_stop","index":0}"#,
                    #"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
                    #"{"type":"message_stop"}"#,
                ].map { "data: \($0)\n\n" })
            : Script.Answer(pieces: [
                #"{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"\#(text)"}],"stop_reason":"end_turn","usage":\#(usage)}"#
            ])
        let test = try TestClient()
        let url = try Script.url([answer], "\(streams)")
        let model = AnthropicClient(apiKey: "k", baseURL: url).languageModel("claude-sonnet-4-5")
        let schema = NamedSchema(schema: ["type": "object"])
        if streams {
            var last: JSON?
            let stream = try await test.session.wrapAISDK().streamObject(model: model, prompt: "where?", schema: schema)
            for try await state in stream { last = state }
            #expect(last == ["city": "Oslo"])
        } else {
            let result = try await test.session.wrapAISDK().generateObject(
                City.self, model: model, prompt: "where?", schema: schema)
            #expect(result.object.city == "Oslo")
        }
        let record = try #require(await test.records().first)
        let span = try #require(try SpanDecoder().decodeTraces(record.encoded(), encoding: .json).spans.first?.span)
        #expect(span.usage.cacheWrite == 1200 && span.usage.cached == 40 && span.usage.completion == 2)
        #expect(span.usage.prompt == 1243)
    }

    // MARK: - Without content

    @Test(arguments: Clients.all, [false, true])
    func `without content the model that was asked for is known`(_ api: String, streaming: Bool) async throws {
        let test = try TestClient(capturesContent: false)
        _ = await Clients(.llm, key: "good-key").outcome(api, .plain, streaming: streaming, session: test.session)
        let record = try #require(await test.records().first)
        let span = FinishedSpan(record)
        let asked = ["openai.chat": "gpt-4o", "azure.chat": "gpt-4o", "google": "gemini-1.5-flash"]
        let expected = asked[api] ?? (api == "anthropic" ? "claude-3-5-sonnet-20241022" : "o3-mini")
        #expect(span.requestedModel == expected && record["fallom.raw.request"] == nil && span.input.isEmpty)
    }

    @Test func `without content the model that was asked for by hand is known`() async throws {
        let test = try TestClient(capturesContent: false)
        let url = try Script.url([Self.whole()])
        let response = try await test.session.traced(HTTPClient.patient).execute(
            Self.byHand(url + "/chat/completions", Self.request.json), timeout: .minutes(5))
        _ = try await response.body.collect(upTo: 1 << 20)
        let span = try #require(await test.records().first.map(FinishedSpan.init))
        #expect(span.requestedModel == "gpt-4o" && span.model == "m-2" && span.output.isEmpty)
    }

    // MARK: - What was said

    @Test(arguments: [false, true]) func `of several candidates the first was said, and thoughts are no part of it`(
        _ streams: Bool
    ) async throws {
        struct City: Decodable, Sendable { var city: String }
        let text = #"{\"city\":\"Oslo\"}"#
        let first =
            #"{"index":0,"content":{"role":"model","parts":[{"text":"Hm.","thought":true},{"text":"\#(text)"}]},"finishReason":"STOP"}"#
        let second =
            #"{"index":1,"content":{"role":"model","parts":[{"text":"{\"city\":\"Rome\"}"}]},"finishReason":"STOP"}"#
        let body =
            #"{"candidates":[\#(second),\#(first)],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":4}}"#
        let answer = Script.Answer(pieces: [streams ? "data: \(body)\n\n" : body])
        let test = try TestClient()
        let url = try Script.url([answer], "\(streams)")
        let model = GoogleAIClient(apiKey: "k", baseURL: url).languageModel("gemini-2.5-pro")
        let ai = test.session.wrapAISDK()
        if streams {
            var said = ""
            for try await part in try await ai.streamText(model: model, prompt: "where?") {
                if case .text(let more) = part { said += more }
            }
            #expect(said == #"{"city":"Oslo"}"#)
        } else {
            #expect(try await ai.generateText(model: model, prompt: "where?").text == #"{"city":"Oslo"}"#)
            let result = try await ai.generateObject(
                City.self, model: model, prompt: "where?", schema: NamedSchema(schema: ["type": "object"]))
            #expect(result.object.city == "Oslo")
        }
        let byHand = try await test.session.traced(HTTPClient.patient).execute(
            Self.byHand(
                url + "/v1beta/models/gemini-2.5-pro:"
                    + (streams ? "streamGenerateContent?alt=sse" : "generateContent"),
                ["contents": [["role": "user", "parts": [["text": "where?"]]]]]), timeout: .minutes(5))
        _ = try await byHand.body.collect(upTo: 1 << 20)
        for record in await test.records() {
            #expect(FinishedSpan(record).output == [#"{"city":"Oslo"}"#], "\(record.name)")
        }
    }

    @Test func `of several choices that are streamed beside each other none is mixed into the first`() async throws {
        let pieces = [(1, "Ro"), (0, "Os"), (1, "me"), (0, "lo")].map { index, text in
            "data: {\"choices\":[{\"index\":\(index),\"delta\":{\"content\":\"\(text)\"}}]}\n\n"
        }
        let ends = [1, 0].map {
            "data: {\"choices\":[{\"index\":\($0),\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        }
        let test = try TestClient()
        let url = try Script.url([.init(pieces: pieces + ends + ["data: [DONE]\n\n"])])
        let client = OpenAIClient(apiKey: "k", baseURL: url)
        var said = ""
        for try await chunk in try await test.session.wrapOpenAI(client).chat.completions.stream(Self.request) {
            said += chunk.text ?? ""
        }
        let stream = try await test.session.wrapAISDK().streamText(model: client.languageModel("m"), prompt: "where?")
        var run = ""
        for try await part in stream { if case .text(let more) = part { run += more } }
        #expect(said == "Oslo" && run == "Oslo")
        for record in await test.records() { #expect(FinishedSpan(record).output == ["Oslo"], "\(record.name)") }
    }

    // MARK: - What is asked

    @Test(arguments: [false, true], ["stream", "whole", "says itself"])
    func `a foreign client's request is changed only where that is wished for`(_ asks: Bool, kind: String) async throws
    {
        let test = try TestClient()
        let url = try Script.url([Self.streamed("")], "\(asks)\(kind)")
        var body = Self.request.json.setting("stream", .bool(kind != "whole"))
        if kind == "says itself" { body = body.setting("stream_options", ["include_usage": false]) }
        let client = test.session.traced(HTTPClient.patient, asksForUsage: asks)
        let response = try await client.execute(Self.byHand(url + "/chat/completions", body), timeout: .minutes(5))
        _ = try await response.body.collect(upTo: 1 << 20)
        let sent = try #require(try await Script.bodies(of: url).first)
        let expected = asks && kind == "stream" ? body.setting("stream_options", ["include_usage": true]) : body
        #expect(sent == expected)
    }
}
