import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import OrderedJSON
import SpanCodec
import Testing
import TraceModel

/// What the SDK's clients make of servers in trouble.
@Suite struct ProviderFailureTests {
    private typealias Answer = Script.Answer

    private static let whole = Answer(pieces: [
        #"{"id":"c","model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#
    ])
    private static let events = [
        "data: {\"id\":\"c\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n", "data: [DONE]\n\n",
    ]

    private static func url(_ answers: [Answer], _ test: String = #function) throws -> String {
        try Script.url(answers, test)
    }

    private static func requests(of url: String) async throws -> [JSON] { try await Script.requests(of: url) }

    private static let quick = CallLimits(retries: 2)
    private static let request = ChatRequest(model: "gpt-4o", messages: [.user("Hello")])

    @Test(arguments: [408, 409, 429, 500, 503]) func `a status that may pass is tried again, as one call`(
        _ status: Int
    ) async throws {
        let test = try TestClient()
        let failure = Answer(
            status: status, headers: ["retry-after-ms": "1"], pieces: [#"{"error":{"message":"busy"}}"#])
        let url = try Self.url([failure, failure, Self.whole])
        let client = test.session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: url, limits: Self.quick))
        #expect(try await client.chat.completions.create(Self.request).text == "Hi")
        #expect(try await Self.requests(of: url).count == 3)
        let records = await test.records()
        let call = try #require(records.first { $0.kind == .llm })
        #expect(records.filter { $0.kind == .llm }.count == 1 && !call.isError)
        let tries = records.filter { $0["fallom.attempt"] != nil }
        #expect(tries.map { $0["http.response.status_code"]?.int } == [status, status, nil])
        #expect(tries.allSatisfy { $0.parentSpanID == call.spanID && $0.traceID == call.traceID })
    }

    @Test func `tries end, and the last error says how many there were`() async throws {
        let failure = Answer(
            status: 503, headers: ["retry-after-ms": "1", "x-request-id": "req_7"],
            pieces: ["<html><title>Down</title>"])
        let url = try Self.url([failure])
        let client = OpenAIClient(apiKey: "k", baseURL: url, limits: CallLimits(retries: 1))
        let error = await #expect(throws: ProviderError.self) {
            try await client.createChatCompletion(Self.request)
        }
        #expect(error?.kind == .status && error?.httpStatus == 503 && error?.message == "Down" && error?.attempts == 2)
        #expect(error?.requestID == "req_7" && error?.retryAfter == .milliseconds(1) && error?.isRetryable == true)
    }

    @Test func `what asks for a longer wait than a minute is the app's to decide`() async throws {
        let failure = Answer(status: 429, headers: ["retry-after": "3600"], pieces: [#"{"error":{"message":"later"}}"#])
        let url = try Self.url([failure])
        let error = await #expect(throws: ProviderError.self) {
            try await OpenAIClient(apiKey: "k", baseURL: url).createChatCompletion(Self.request)
        }
        #expect(error?.retryAfter == .seconds(3600) && error?.attempts == 1)
        #expect(try await Self.requests(of: url).count == 1)
    }

    @Test func `a wrong request is not tried again`() async throws {
        let url = try Self.url([Answer(status: 400, pieces: [#"{"error":{"message":"no such model"}}"#])])
        let client = OpenAIClient(apiKey: "k", baseURL: url, limits: Self.quick)
        await #expect(throws: ProviderError.self) { try await client.createChatCompletion(Self.request) }
        #expect(try await Self.requests(of: url).count == 1)
    }

    @Test func `a refused connection is known at once, by its address`() async throws {
        let client = OpenAIClient(apiKey: "k", baseURL: "http://127.0.0.1:1/v1", limits: CallLimits(retries: 0))
        let error = await #expect(throws: ProviderError.self) { try await client.createChatCompletion(Self.request) }
        #expect(error?.kind == .connection && error?.isRetryable == true)
        #expect(error?.message == "no connection to 127.0.0.1:1: connection refused")
    }

    @Test func `a host that is not there is told by its name`() async throws {
        let client = OpenAIClient(apiKey: "k", baseURL: "http://nowhere.invalid/v1", limits: CallLimits(retries: 0))
        let error = await #expect(throws: ProviderError.self) { try await client.createChatCompletion(Self.request) }
        #expect(error?.isRetryable == true && error?.message.contains("no connection to nowhere.invalid") == true)
    }

    @Test func `an answer that does not begin ends when its time is over`() async throws {
        let limits = CallLimits(head: .milliseconds(50), retries: 0)
        let client = OpenAIClient(apiKey: "k", baseURL: PythonServer.hungLLM.url + "/v1", limits: limits)
        let error = await #expect(throws: ProviderError.self) { try await client.createChatCompletion(Self.request) }
        #expect(error?.kind == .timeout && error?.message.hasPrefix("no answer from 127.0.0.1:") == true)
    }

    @Test func `a stream that stalls ends when its time is over`() async throws {
        let url = try Self.url([Answer(pieces: [Self.events[0]], stall: true)])
        let limits = CallLimits(idle: .milliseconds(50), retries: 0)
        let stream = try await OpenAIClient(apiKey: "k", baseURL: url, limits: limits).streamChatCompletion(
            Self.request)
        var texts: [String?] = []
        let error = await #expect(throws: ProviderError.self) {
            for try await chunk in stream { texts.append(chunk.text) }
        }
        #expect(texts == ["Hi"] && error?.kind == .timeout && error?.message.contains("nothing came from") == true)
    }

    @Test(arguments: [
        (["data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"], ProviderError.Kind.endedEarly),
        (["data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: {\"cho"], .endedEarly),
        (["<html><head><title>Gateway</title></head></html>"], .malformedAnswer), ([""], .malformedAnswer),
    ]) func `a stream that is none, or not whole, is an error for the app and on the span`(
        pieces: [String], kind: ProviderError.Kind
    ) async throws {
        let test = try TestClient()
        let url = try Self.url([Answer(pieces: pieces.filter { !$0.isEmpty })])
        let client = test.session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: url, limits: Self.quick))
        let error = await #expect(throws: ProviderError.self) {
            for try await _ in try await client.chat.completions.stream(Self.request) {}
        }
        #expect(error?.kind == kind)
        #expect(await test.records().first?.isError == true)
    }

    @Test func `blank data and a mark with a blank behind it end no app`() async throws {
        let url = try Self.url([Answer(pieces: ["data:\n\n", Self.events[0], Self.events[1], "data: [DONE] \n\n"])])
        let stream = try await OpenAIClient(apiKey: "k", baseURL: url).streamChatCompletion(Self.request)
        var text = ""
        for try await chunk in stream { text += chunk.text ?? "" }
        #expect(text == "Hi")
    }

    @Test func `a stream is read once; a second time is an error`() async throws {
        let url = try Self.url([Answer(pieces: Self.events)])
        let stream = try await OpenAIClient(apiKey: "k", baseURL: url).streamChatCompletion(Self.request)
        for try await _ in stream {}
        let error = await #expect(throws: ProviderError.self) { for try await _ in stream {} }
        #expect(error?.kind == .readTwice)
    }

    @Test func `a stream's tokens are asked for, and not again where that is refused`() async throws {
        let refusal = Answer(status: 400, pieces: [#"{"error":{"message":"Unknown field stream_options"}}"#])
        let url = try Self.url([refusal, Answer(pieces: Self.events), Answer(pieces: Self.events)])
        let client = OpenAIClient(apiKey: "k", baseURL: url)
        for _ in 0..<2 { for try await _ in try await client.streamChatCompletion(Self.request) {} }
        let bodies = try await Self.requests(of: url).map { $0["body"]?.string?.contains("include_usage") }
        #expect(bodies == [true, false, false])
    }

    @Test func `an app that stops at the mark of the end has the whole answer`() async throws {
        let test = try TestClient()
        let url = try Self.url([Answer(pieces: Self.events, stall: true)])
        var request = HTTPClientRequest(url: url + "/chat/completions")
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: Self.request.json.setting("stream", true).compactBytes))
        do {
            let response = try await test.session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5))
            var text = ""
            for try await buffer in response.body {
                text += String(buffer: buffer)
                if text.contains("[DONE]") { break }
            }
        }
        let record = try #require(await test.records().first)
        #expect(record["fallom.abandoned"] == nil && !record.isError)
    }

    @Test func `a server that keeps the connection after the mark of the end holds up no app`() async throws {
        let test = try TestClient()
        let url = try Self.url([Answer(pieces: Self.events, stall: true)])
        let client = test.session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: url, limits: Self.quick))
        var text = ""
        for try await chunk in try await client.chat.completions.stream(Self.request) { text += chunk.text ?? "" }
        let record = try #require(await test.records().first)
        #expect(text == "Hi" && !record.isError)
    }

    @Test func `what is wrong is said although the server says no more than half of it`() async throws {
        let url = try Self.url([Answer(status: 503, pieces: ["overloaded, "], stall: true)])
        let limits = CallLimits(idle: .milliseconds(50), retries: 0)
        let client = OpenAIClient(apiKey: "k", baseURL: url, limits: limits)
        let error = await #expect(throws: ProviderError.self) { try await client.createChatCompletion(Self.request) }
        #expect(error?.httpStatus == 503 && error?.message == "overloaded,")
    }

    @Test(arguments: [true, false]) func `an error that comes compressed is read`(_ byHand: Bool) async throws {
        let test = try TestClient()
        let said = Answer(
            status: 429, headers: ["content-encoding": "gzip"], pieces: [#"{"error":{"message":"slow down"}}"#])
        let url = try Self.url([said])
        if byHand {
            var request = HTTPClientRequest(url: url + "/chat/completions")
            request.method = .POST
            request.body = .bytes(ByteBuffer(bytes: Self.request.json.compactBytes))
            let response = try await test.session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5))
            _ = try await response.body.collect(upTo: 1 << 20)
        } else {
            let client = OpenAIClient(apiKey: "k", baseURL: url, limits: CallLimits(retries: 0))
            let error = await #expect(throws: ProviderError.self) {
                try await test.session.wrapOpenAI(client).chat.completions.create(Self.request)
            }
            #expect(error?.message == "slow down")
        }
        #expect(await test.records().first?.errorMessage == "429 slow down")
    }

    @Test func `with the client's own decompression an answer is read as well`() async throws {
        let test = try TestClient()
        var answer = Self.whole
        answer.headers["content-encoding"] = "gzip"
        // It decompresses, as browsers do.
        let configuration = HTTPClient.Configuration.singletonConfiguration
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
        var request = HTTPClientRequest(url: try Self.url([answer]) + "/chat/completions")
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: Self.request.json.compactBytes))
        let response = try await test.session.traced(client).execute(request, timeout: .minutes(5))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        try await client.shutdown()
        let record = try #require(await test.records().first)
        #expect(text.contains(#""content":"Hi""#) && !record.isError)
        #expect(record["gen_ai.usage.total_tokens"] == 2 && record.json("fallom.raw.response")?["text"] == "Hi")
    }

    @Test func `an error whose body nobody reads is an error`() async throws {
        let test = try TestClient()
        let url = try Self.url([Answer(status: 429, pieces: [#"{"error":{"message":"slow down"}}"#])])
        var request = HTTPClientRequest(url: url + "/chat/completions")
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: Self.request.json.compactBytes))
        do { _ = try await test.session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5)) }
        let record = try #require(await test.records().first)
        #expect(record.isError && record["http.response.status_code"] == 429 && record["fallom.abandoned"] == nil)
    }

    @Test(arguments: ["sk-live-51Habcdef\n", "  sk-live-51Habcdef\r\n", "sk-live-\n51Habcdef"])
    func `a key with a line end is cut or refused, and never told`(_ key: String) async throws {
        let test = try TestClient()
        let echo = Answer(status: 401, pieces: [#"{"error":{"message":"Incorrect key: sk-live-51Habcdef"}}"#])
        let url = try Self.url([echo])
        let clients: [(String, () async throws -> Void)] = [
            (
                "openai",
                {
                    _ = try await test.session.wrapOpenAI(
                        OpenAIClient(apiKey: key, baseURL: url, limits: CallLimits(retries: 0))
                    ).chat.completions.create(Self.request)
                }
            ),
            (
                "anthropic",
                {
                    _ = try await test.session.wrapAnthropic(AnthropicClient(apiKey: key, baseURL: url)).messages
                        .create(Requests.messages(.plain))
                }
            ),
            (
                "google",
                {
                    _ = try await test.session.wrapGoogleAI(
                        GoogleAIClient(apiKey: key, baseURL: url).generativeModel("gemini")
                    ).generateContent("Hi")
                }
            ),
            (
                "headers",
                {
                    _ = try await test.session.wrapOpenAI(
                        OpenAIClient(apiKey: "k", baseURL: url, headers: [("X-Secret", key)])
                    ).chat.completions.create(Self.request)
                }
            ),
        ]
        for (name, call) in clients {
            let error = await #expect(throws: ProviderError.self, "\(name)") { try await call() }
            guard let error else { continue }
            for text in [
                String(describing: error), String(reflecting: error), error.localizedDescription,
                "\(error as any Error)",
            ] {
                #expect(!text.contains("51Habcdef"), "\(name): \(text)")
            }
            var dumped = ""
            dump(error, to: &dumped)
            #expect(!dumped.contains("51Habcdef"))
        }
        for record in await test.records() {
            #expect(!String(decoding: record.encoded(), as: UTF8.self).contains("51Habcdef"))
        }
    }

    @Test func `what came while the app was busy counts when it came`() async throws {
        let clock = ManualTime()
        let asked = Counter()
        let isOver = Gate()
        let pieces = AsyncStream {
            asked.add()
            guard asked.value > 2 else { return asked.value }
            isOver.open()
            return nil
        }
        let ahead = ReadAhead(pieces, time: clock.instant)
        let first = try #require(try await ahead.next())
        await isOver.wait()
        clock.advance(.seconds(5))
        let second = try #require(try await ahead.next())
        #expect(first.element == 1 && second.element == 2 && second.nanoseconds == first.nanoseconds)
        #expect(try await ahead.next() == nil)
    }

    @Test func `no more is read ahead than there is room for`() async throws {
        let asked = Counter()
        let isFull = Gate()
        let pieces = AsyncStream {
            asked.add()
            if asked.value == 4 { isFull.open() }
            return asked.value
        }
        let ahead = ReadAhead(pieces, room: 4)
        await isFull.wait()
        #expect(asked.value == 4)
        ahead.letGo()
        await #expect(throws: CancellationError.self) { while try await ahead.next() != nil {} }
    }
}
