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

/// Every recorded exchange, sent to a server that plays it, through the ways in which an app may send it.
@Suite struct ExchangeMatrixTests {
    struct Exchange: Sendable, CustomTestStringConvertible {
        let json: JSON
        /// How the connection breaks where the exchange is cut: see Tests/Support/exchanges.py.
        var cut = ""
        var name: String { json["name"]?.string ?? "?" }
        /// The first part of its path at the server.
        var place: String { name + cut }
        var path: String { json["request"]?["path"]?.string ?? "" }
        var body: JSON { (try? JSON(parsing: json["request"]?["body"]?.string ?? "")) ?? .null }
        var testDescription: String { place }
    }

    static let all: [Exchange] = {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("ProviderCallsTests/Fixtures/exchanges.json")
        let list = (try? Data(contentsOf: url)).flatMap { try? JSON(parsing: $0) }
        return (list?.array ?? []).flatMap { json in
            let isCut = json["response"]?["cut"]?.bool == true
            return (isCut ? ["", "~reset"] : [""]).map { Exchange(json: json, cut: $0) }
        }
    }()

    /// The exchanges in an API that one of the SDK's own clients speaks; their connections lose nothing even when they break
    /// with the last byte.
    static let ours =
        all.filter { client(of: $0) != nil }
        + all.filter { client(of: $0) != nil && $0.cut == "~reset" }.map { Exchange(json: $0.json, cut: "~at-once") }

    private enum OurClient { case chat, azure, responses, anthropic, google }

    private static func client(of exchange: Exchange) -> OurClient? {
        let path = exchange.path
        if path.hasPrefix("/openai/deployments") { return .azure }
        if path.hasSuffix("/chat/completions") { return .chat }
        if path.hasSuffix("/responses") { return .responses }
        if path == "/v1/messages" { return .anthropic }
        return path.hasPrefix("/v1beta/models/") ? .google : nil
    }

    @Test(arguments: all) func `by hand, through a traced HTTP client`(_ exchange: Exchange) async throws {
        let test = try TestClient()
        var request = HTTPClientRequest(url: PythonServer.exchanges.url + "/" + exchange.place + exchange.path)
        request.method = .POST
        for header in exchange.json["request"]?["headers"]?.object ?? [] {
            request.headers.add(name: header.name, value: header.value.string ?? "")
        }
        request.body = .bytes(ByteBuffer(string: exchange.json["request"]?["body"]?.string ?? ""))
        let response = try await test.session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5))
        _ = try? await response.body.collect(upTo: 1 << 24)
        try check(exchange, await test.records())
    }

    @Test(arguments: ours) func `through one of the SDK's own clients`(_ exchange: Exchange) async throws {
        let test = try TestClient()
        let failed = await send(exchange, test.session)
        try check(exchange, await test.records())
        #expect(failed == (exchange.json["expect"]?["status"] == "error"))
    }

    /// Sends it; whether the app saw an error.
    private func send(_ exchange: Exchange, _ session: Session) async -> Bool {
        let base = PythonServer.exchanges.url + "/" + exchange.place
        let once = CallLimits(retries: 0)
        let body = exchange.body
        let streams = body["stream"]?.bool == true
        switch Self.client(of: exchange) {
        case .chat, .azure:
            let client =
                Self.client(of: exchange) == .azure
                ? OpenAIClient(
                    azureEndpoint: base, deployment: "prod-4o", apiVersion: "2024-10-21", apiKey: "x", limits: once)
                : OpenAIClient(
                    apiKey: "x", baseURL: base + exchange.path.dropLast("/chat/completions".count), limits: once)
            let wrapped = session.wrapOpenAI(client)
            return streams
                ? await read { try await wrapped.chat.completions.stream(ChatRequest(body)) }
                : await whole { _ = try await wrapped.chat.completions.create(ChatRequest(body)) }
        case .responses:
            let wrapped = session.wrapOpenAI(OpenAIClient(apiKey: "x", baseURL: base + "/v1", limits: once))
            return streams
                ? await read { try await wrapped.responses.stream(ResponseRequest(body)) }
                : await whole { _ = try await wrapped.responses.create(ResponseRequest(body)) }
        case .anthropic:
            let wrapped = session.wrapAnthropic(AnthropicClient(apiKey: "x", baseURL: base, limits: once))
            return streams
                ? await read { try await wrapped.messages.stream(MessagesRequest(body)) }
                : await whole { _ = try await wrapped.messages.create(MessagesRequest(body)) }
        case .google:
            let name = exchange.path.split(separator: "/").last?.split(separator: ":").first.map(String.init) ?? ""
            let client = GoogleAIClient(apiKey: "x", baseURL: base + "/v1beta", limits: once)
            let wrapped = session.wrapGoogleAI(client.generativeModel(name))
            return exchange.path.contains("streamGenerateContent")
                ? await read { try await wrapped.streamGenerateContent(GenerateRequest(body)) }
                : await whole { _ = try await wrapped.generateContent(GenerateRequest(body)) }
        case nil: return false
        }
    }

    private func read<Stream: AsyncSequence>(_ make: () async throws -> Stream) async -> Bool {
        do {
            for try await _ in try await make() {}
            return false
        } catch {
            return true
        }
    }

    private func whole(_ call: () async throws -> Void) async -> Bool {
        do {
            try await call()
            return false
        } catch {
            return true
        }
    }

    func check(_ exchange: Exchange, _ records: [FallomRecord]) throws {
        let expected = exchange.json["expect"] ?? .null
        guard !expected.isNull else {
            #expect(records.isEmpty)
            return
        }
        try #require(records.count == 1)
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(records[0].encoded(), into: &batch)
        let row = Row(try #require(batch.spans.first?.span), records[0])
        for (name, problem) in row.differences(expected) {
            Issue.record("\(exchange.place): \(name) is \(problem)")
        }
    }
}

/// A span under the names of `spans --json`.
private struct Row {
    private var members: [String: JSON] = [:]

    init(_ span: Span, _ record: FallomRecord) {
        members["kind"] = .string(span.kind.rawValue)
        members["status"] = .string(span.status.rawValue)
        members["is_streaming"] = .bool(span.isStreaming)
        members["error_message"] = span.errorMessage.map(JSON.string)
        members["model"] = span.model.map(JSON.string)
        members["finish_reason"] = span.finishReason.map(JSON.string)
        members["tool_calls"] = .array(span.toolCalls.map(JSON.string))
        members["output_text"] = record.json("fallom.raw.response")?["text"]
        members["cost_usd"] = span.cost.map { .number(Double($0.nanoDollars) / 1e9) }
        members["prompt_tokens"] = span.usage.prompt.map { .number($0) }
        members["completion_tokens"] = span.usage.completion.map { .number($0) }
        members["cached_tokens"] = span.usage.cached.map { .number($0) }
        members["cache_write_tokens"] = span.usage.cacheWrite.map { .number($0) }
        members["reasoning_tokens"] = span.usage.reasoning.map { .number($0) }
    }

    /// What differs from an exchange's `expect`, by the rules of Tests/Support/exchanges.py.
    func differences(_ expected: JSON) -> [(String, String)] {
        (expected.object ?? []).compactMap { member in
            let name = member.name
            if name == "tool_arguments" { return nil }
            let got = members[name.hasSuffix("~") || name.hasSuffix("!") ? String(name.dropLast()) : name]
            let isRight: Bool
            if name == "output_contains" {
                let text = members["output_text"]?.string ?? ""
                isRight = (member.value.array ?? []).allSatisfy { text.contains($0.string ?? "?") }
            } else if name.hasSuffix("~") {
                isRight = got?.string?.contains(member.value.string ?? "?") == true
            } else if name.hasSuffix("!") {
                isRight = got?.string?.contains(member.value.string ?? "?") != true
            } else if let number = member.value.double {
                isRight = got?.double.map { abs($0 - number) < 1e-9 } ?? false
            } else {
                isRight = got ?? .null == member.value
            }
            return isRight ? nil : (name, "\(got?.compactText ?? "nothing"), expected \(member.value.compactText)")
        }
    }
}
