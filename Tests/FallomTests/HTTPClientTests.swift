import AsyncHTTPClient
import Fallom
import NIOCore
import NIOHTTP1
import OrderedJSON
import SpanCodec
import Testing

@testable import FallomAsyncHTTPClient

@Suite struct TracedHTTPClientTests {
    static let calls: [(api: String, path: String)] = [
        ("openai.chat", "/v1/chat/completions"), ("openai.responses", "/v1/responses"),
        ("anthropic", "/v1/messages"), ("google", "/v1beta/models/gemini-1.5-flash:generateContent"),
        ("google.array", "/v1beta/models/gemini-1.5-flash:streamGenerateContent"),
        ("google.sse", "/v1beta/models/gemini-1.5-flash:streamGenerateContent?alt=sse"),
    ]

    private static func body(_ api: String, _ situation: Situation, streaming: Bool) -> JSON {
        let json =
            switch api {
            case "openai.chat": Requests.chat(situation).json
            case "openai.responses": Requests.response(situation).json
            case "anthropic": Requests.messages(situation).json
            default: Requests.generate(situation).json
            }
        guard streaming, !api.hasPrefix("google") else { return json }
        var asked = json
        asked["stream"] = true
        return asked
    }

    private static func request(
        _ url: String, _ body: JSON, kind: BodyKind = .buffer, server: String = PythonServer.llm.url
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: server + url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if url.hasSuffix("/messages") { request.headers.add(name: "anthropic-version", value: "2023-06-01") }
        request.body = kind.body(body.compactBytes)
        return request
    }

    @Test(arguments: calls.indices, [false, true])
    func `calls made by hand are traced, and answered as before`(_ index: Int, streaming: Bool) async throws {
        let (api, path) = Self.calls[index]
        for situation in [Situation.plain, .tools, .limited] {
            let test = try TestClient()
            let json = Self.body(api, situation, streaming: streaming)
            let bare = try await HTTPClient.patient.execute(Self.request(path, json), timeout: .minutes(5))
            let bareBody = try await bare.body.collect(upTo: 1 << 20)
            let response = try await test.session.traced(HTTPClient.patient)
                .execute(Self.request(path, json), timeout: .minutes(5))
            let wrappedBody = try await response.body.collect(upTo: 1 << 20)
            #expect(response.status == bare.status)
            #expect(wrappedBody == bareBody)
            let record = try #require(await test.records().first)
            #expect(await test.records().count == 1)
            #expect(record.isError == (situation == .limited))
            #expect(record.json("fallom.raw.request") != nil)
            #expect(record.model?.isEmpty == false)
            if situation == .limited {
                #expect(record.errorMessage == "429 Rate limit reached for requests.")
            } else if !(api == "openai.chat" && streaming) {
                #expect(record.json("fallom.raw.usage") != nil)
            }
            if situation == .plain {
                #expect(record.json("fallom.raw.response")?["text"]?.string?.hasSuffix(situation.text) == true)
            }
            if streaming && situation == .plain && !api.hasPrefix("google") {
                #expect(record.timeToFirstTokenMilliseconds != nil)
            }
        }
    }

    @Test(arguments: calls.indices, BodyKind.allCases)
    func `a body of any kind is answered as before, and traced like a buffer`(_ index: Int, kind: BodyKind) async throws
    {
        let (api, path) = Self.calls[index]
        for streaming in [false, true] {
            let json = Self.body(api, .tools, streaming: streaming)
            var records: [FallomRecord] = []
            var answers: [ByteBuffer] = []
            for kind in [.buffer, kind] {
                let test = try TestClient()
                let response = try await test.session.traced(HTTPClient.patient)
                    .execute(Self.request(path, json, kind: kind), timeout: .minutes(5))
                answers.append(try await response.body.collect(upTo: 1 << 20))
                records.append(try #require(await test.records().first))
            }
            #expect(answers[0] == answers[1])
            #expect(records[0].model?.isEmpty == false && records[1].model == records[0].model)
            #expect(records[1].isStreaming == records[0].isStreaming)
            for name in ["fallom.raw.request", "fallom.raw.response", "fallom.raw.usage", "fallom.raw.metadata"] {
                #expect(records[1].json(name) == records[0].json(name))
            }
            #expect(records[1].json("fallom.raw.request")?["tools"] != nil)
        }
    }

    @Test(arguments: BodyKind.allCases) func `what is sent is what would be sent without the wrapper`(_ kind: BodyKind)
        async throws
    {
        let test = try TestClient()
        let json = Self.body("openai.chat", .plain, streaming: false)
        for way in ["bare", "traced"] {
            let path = "/ok/\(kind)/\(way)/chat/completions"
            let request = Self.request(path, json, kind: kind, server: PythonServer.backend.url)
            let response =
                way == "bare"
                ? try await HTTPClient.patient.execute(request, timeout: .minutes(5))
                : try await test.session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5))
            _ = try await response.body.collect(upTo: 1 << 20)
        }
        let sent = try await BackendTests.log().filter { $0["path"]?.string?.hasPrefix("/ok/\(kind)/") == true }
        #expect(sent.count == 2)
        #expect(sent.first?["body"] == sent.last?["body"] && sent.first?["headers"] == sent.last?["headers"])
    }

    @Test func `a streamed body is asked for a piece only when the client asks`() async throws {
        let asked = Counter()
        let pieces = AsyncStream {
            asked.add()
            return asked.value > 3 ? nil : ByteBuffer(string: "piece")
        }
        let copy = BodyCopy()
        var iterator = CopiedBody(base: .stream(pieces, length: .unknown), copy: copy).makeAsyncIterator()
        #expect(asked.value == 0)
        _ = try await iterator.next()
        #expect(asked.value == 1 && copy.whole == nil)
        while try await iterator.next() != nil {}
        #expect(copy.whole == ByteBuffer(string: "piecepiecepiece"))
    }

    @Test func `a body that is too long is sent without a copy`() throws {
        let copy = BodyCopy()
        let piece = ByteBuffer(repeating: 1, count: 16 << 20)
        for _ in 0..<5 { copy.add(piece) }
        copy.end()
        #expect(copy.whole == nil)
    }

    @Test func `a body that is let go ends its span`() async throws {
        let test = try TestClient()
        do {
            let json = Self.body("openai.chat", .plain, streaming: true)
            let response = try await test.session.traced(HTTPClient.patient)
                .execute(Self.request("/v1/chat/completions", json), timeout: .minutes(5))
            #expect(response.status == .ok)
        }
        let record = try #require(await test.records().first)
        #expect(record["fallom.abandoned"] == true)
    }

    @Test(arguments: [
        ("GET", "/v1/chat/completions", "{}"), ("POST", "/v1/embeddings", #"{"model":"m"}"#),
        ("POST", "/inbox/messages", #"{"text":"hello"}"#), ("POST", "/form/responses", "a=b"),
        ("POST", "/v1/chat/completions", #"{"no":"messages"}"#),
    ]) func `other requests pass through untraced`(method: String, path: String, body: String) async throws {
        let test = try TestClient()
        var request = HTTPClientRequest(url: PythonServer.llm.url + path)
        request.method = .RAW(value: method)
        if method == "POST" { request.body = .bytes(ByteBuffer(string: body)) }
        _ = try await test.session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5))
        #expect(await test.records().isEmpty)
    }

    @Test func `an error of the connection reaches the app and the span`() async throws {
        let test = try TestClient()
        var request = HTTPClientRequest(url: "http://127.0.0.1:1/v1/chat/completions")
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: Requests.chat(.plain).json.compactBytes))
        await #expect(throws: (any Error).self) {
            try await test.session.traced(HTTPClient.patient).execute(request, timeout: .milliseconds(500))
        }
        let record = try #require(await test.records().first)
        #expect(record.isError && record.model == "gpt-4o")
    }
}

/// The ways in which AsyncHTTPClient takes a body.
enum BodyKind: String, CaseIterable, Sendable {
    case buffer, array, collection, stream, streamOfBytes

    /// A collection without contiguous storage.
    private struct Spread: Collection, Sendable {
        let bytes: [UInt8]
        var startIndex: Int { 0 }
        var endIndex: Int { bytes.count }
        func index(after index: Int) -> Int { index + 1 }
        subscript(index: Int) -> UInt8 { bytes[index] }
    }

    func body(_ bytes: [UInt8]) -> HTTPClientRequest.Body {
        switch self {
        case .buffer: .bytes(ByteBuffer(bytes: bytes))
        case .array: .bytes(bytes)
        case .collection: .bytes(Spread(bytes: bytes), length: .known(Int64(bytes.count)))
        case .stream:
            .stream(
                AsyncStream { continuation in
                    for byte in bytes { continuation.yield(ByteBuffer(bytes: [byte])) }
                    continuation.finish()
                }, length: .known(Int64(bytes.count)))
        case .streamOfBytes:
            .stream(
                AsyncStream { continuation in
                    for byte in bytes { continuation.yield(byte) }
                    continuation.finish()
                }, length: .unknown)
        }
    }
}
