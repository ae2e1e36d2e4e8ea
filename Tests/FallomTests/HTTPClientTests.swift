import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import NIOCore
import NIOHTTP1
import OrderedJSON
import Testing

@Suite struct TracedHTTPClientTests {
    static let calls: [(api: String, path: String)] = [
        ("openai.chat", "/v1/chat/completions"), ("openai.responses", "/v1/responses"),
        ("anthropic", "/v1/messages"), ("google", "/v1beta/models/gemini-1.5-flash:generateContent"),
        ("google.array", "/v1beta/models/gemini-1.5-flash:streamGenerateContent"),
        ("google.sse", "/v1beta/models/gemini-1.5-flash:streamGenerateContent?alt=sse"),
    ]

    private static func body(_ api: String, _ situation: Situation, streaming: Bool) -> JSONValue {
        let json =
            switch api {
            case "openai.chat": Requests.chat(situation).json
            case "openai.responses": Requests.response(situation).json
            case "anthropic": Requests.messages(situation).json
            default: Requests.generate(situation).json
            }
        guard streaming, api.hasPrefix("google") == false, case .object(let members) = json else { return json }
        return .object(members + [JSONMember("stream", true)])
    }

    private static func request(
        _ url: String, _ body: JSONValue, isBuffer: Bool = true, api: String = ""
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: PythonServer.llm.url + url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if api == "anthropic" { request.headers.add(name: "anthropic-version", value: "2023-06-01") }
        request.body = isBuffer ? .bytes(ByteBuffer(bytes: body.compactBytes)) : .bytes(body.compactBytes)
        return request
    }

    @Test(arguments: calls.indices, [false, true])
    func `calls made by hand are traced, and answered as before`(_ index: Int, streaming: Bool) async throws {
        let (api, path) = Self.calls[index]
        for situation in [Situation.plain, .tools, .limited] {
            let test = try TestClient()
            let json = Self.body(api, situation, streaming: streaming)
            let bare = try await HTTPClient.shared.execute(Self.request(path, json), timeout: .seconds(20))
            let bareBody = try await bare.body.collect(upTo: 1 << 20)
            let response = try await test.session.traced(HTTPClient.shared)
                .execute(Self.request(path, json), timeout: .seconds(20))
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

    @Test(arguments: calls.indices) func `a body that cannot be read is sent as it is, and the answer traced`(
        _ index: Int
    ) async throws {
        let (api, path) = Self.calls[index]
        let test = try TestClient()
        let json = Self.body(api, .plain, streaming: false)
        let response = try await test.session.traced(HTTPClient.shared)
            .execute(Self.request(path, json, isBuffer: false, api: api), timeout: .seconds(20))
        _ = try await response.body.collect(upTo: 1 << 20)
        let record = try #require(await test.records().first)
        #expect(record.json("fallom.raw.response")?["text"]?.string?.hasSuffix(Situation.plain.text) == true)
        #expect(record.model?.isEmpty == false && record.json("fallom.raw.usage") != nil)
    }

    @Test func `a body that is let go ends its span`() async throws {
        let test = try TestClient()
        do {
            let json = Self.body("openai.chat", .plain, streaming: true)
            let response = try await test.session.traced(HTTPClient.shared)
                .execute(Self.request("/v1/chat/completions", json), timeout: .seconds(20))
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
        _ = try await test.session.traced(HTTPClient.shared).execute(request, timeout: .seconds(20))
        #expect(await test.records().isEmpty)
    }

    @Test func `an error of the connection reaches the app and the span`() async throws {
        let test = try TestClient()
        var request = HTTPClientRequest(url: "http://127.0.0.1:1/v1/chat/completions")
        request.method = .POST
        request.body = .bytes(ByteBuffer(bytes: Requests.chat(.plain).json.compactBytes))
        await #expect(throws: (any Error).self) {
            try await test.session.traced(HTTPClient.shared).execute(request, timeout: .milliseconds(500))
        }
        let record = try #require(await test.records().first)
        #expect(record.isError && record.model == "gpt-4o")
    }
}
