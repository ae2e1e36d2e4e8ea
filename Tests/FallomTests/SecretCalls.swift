import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import FallomTracing
import Foundation
import NIOCore
import NIOHTTP1
import OrderedJSON
import Tracing

/// Every wrapper, streamed and not, with a secret in every field that takes one, answered well and badly: by errors that
/// repeat what was asked, too.
struct SecretCalls {
    static let secret = "PLANTED-SECRET-77"

    struct Leaky: Error, CustomStringConvertible { var description: String { SecretCalls.secret } }

    let client: FallomClient
    private let session: Session

    init(client: FallomClient) {
        self.client = client
        session = client.session(configKey: "app", sessionID: "s")
    }

    func make() async throws {
        for mark in ["", " [two tools]", " [error:429]", " [error:500]", " [cut]"] {
            await wrappers(Clients(.llm, key: "sk-" + Self.secret), SecretRequests(mark: mark))
        }
        let echo = Clients(url: PythonServer.backend.url + "/echo-400", key: "sk-" + Self.secret)
        await wrappers(echo, SecretRequests(mark: ""))
        for generation in Generation.allCases {
            for clients in [Clients(.llm, key: "k"), echo] {
                for provider in Clients.providers {
                    let tools = generation.isObject ? [] : [SecretRequests.tool]
                    _ = await generation.outcome(
                        clients.model(provider), Self.secret + (generation.isObject ? " [json]" : ""), tools: tools,
                        session: session)
                }
            }
        }
        try await byHand()
        try await ownSpans()
        await tracing()
    }

    private func wrappers(_ clients: Clients, _ requests: SecretRequests) async {
        for client in [clients.openAI, clients.azure] {
            let openAI = session.wrapOpenAI(client)
            _ = await Outcome.of { try await openAI.chat.completions.create(requests.chat) }
            _ = await Outcome.ofStream { try await openAI.chat.completions.stream(requests.chat) }
            _ = await Outcome.ofStream(onValue: { _ in false }) {
                try await openAI.chat.completions.stream(requests.chat)
            }
            _ = await Outcome.of { try await openAI.responses.create(requests.response) }
            _ = await Outcome.ofStream { try await openAI.responses.stream(requests.response) }
        }
        let anthropic = session.wrapAnthropic(clients.anthropic)
        let google = session.wrapGoogleAI(clients.google)
        _ = await Outcome.of { try await anthropic.messages.create(requests.message) }
        _ = await Outcome.ofStream { try await anthropic.messages.stream(requests.message) }
        _ = await Outcome.of { try await google.generateContent(requests.content) }
        _ = await Outcome.ofStream { try await google.streamGenerateContent(requests.content) }
    }

    /// The same requests through the HTTP stand-in, answered well and by an error that repeats them.
    private func byHand() async throws {
        let requests = SecretRequests(mark: "")
        let calls: [(path: String, body: JSON)] = [
            ("/v1/chat/completions", requests.chat.json), ("/v1/responses", requests.response.json),
            ("/v1/messages", requests.message.json),
            ("/v1beta/models/gemini:generateContent", requests.content.json),
            ("/v1beta/models/gemini:streamGenerateContent?alt=sse", requests.content.json),
        ]
        for (path, body) in calls {
            for server in [PythonServer.llm.url, PythonServer.backend.url + "/echo-400"] {
                for kind in [BodyKind.buffer, .stream] {
                    var request = HTTPClientRequest(url: server + path + (path.contains("?") ? "&" : "?") + "x=y")
                    request.method = .POST
                    request.headers.add(name: "anthropic-version", value: "2023-06-01")
                    request.body = kind.body(body.compactBytes)
                    let response = try await session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5))
                    _ = try await response.body.collect(upTo: 1 << 22)
                }
            }
        }
    }

    private func ownSpans() async throws {
        let secret = JSON.string(Self.secret)
        _ = try? await session.span("span", attributes: ["input": secret]) { span throws(Leaky) in
            span.set("output", secret)
            throw Leaky()
        }
        let traced = session.wrapTraced("traced") { (text: String) in text + Self.secret }
        _ = try await traced(Self.secret)
        let failing = session.wrapTraced("failing") { (_: String) -> String in throw Leaky() }
        _ = try? await failing(Self.secret)
        let tool = Tool("t", parameters: SecretRequests.schema) { _ in throw Leaky() }
        for generation in [Generation.generateText, .streamText] {
            let model = Clients(.llm, key: "k").model("openai")
            _ = await generation.outcome(model, Self.secret, tools: [tool], session: session)
        }
    }

    private func tracing() async {
        let tracer = FallomTracer(session: session)
        _ = try? await tracer.withSpan("chat") { span async throws in
            await Task.yield()
            span.attributes["gen_ai.input.messages"] = Self.secret
            span.attributes["gen_ai.output.messages"] = Self.secret
            span.attributes["exception.message"] = Self.secret
            span.addEvent(SpanEvent(name: "e", attributes: ["exception.message": .string(Self.secret)]))
            span.setStatus(SpanStatus(code: .error, message: Self.secret))
            throw Leaky()
        }
        let attributes: [String: JSON] = [
            "gen_ai.prompt.0.content": .string(Self.secret), "gen_ai.completion.0.content": .string(Self.secret),
        ]
        let span = OTelSpan(
            context: SpanContext(traceID: String(repeating: "a", count: 32), spanID: String(repeating: "b", count: 16)),
            name: "chat", startUnixNanoseconds: 1_000_000, endUnixNanoseconds: 2_000_000,
            attributes: attributes,
            events: [
                .init(name: "gen_ai.content.prompt", unixNanoseconds: 1_000_000, attributes: attributes)
            ], isOK: false, message: Self.secret)
        _ = await (try? FallomExporter(client: client, session: session))?.export([span])
    }
}

/// Requests with the secret wherever text can be. `mark` tells the double how to answer.
struct SecretRequests {
    private static let secret = JSON.string(SecretCalls.secret)
    static let schema: JSON = ["type": "object", "properties": ["x": ["type": "string", "enum": [secret]]]]
    static let tool = Tool("t", description: SecretCalls.secret, parameters: schema) { _ in secret }

    let mark: String
    private var text: JSON { .string(SecretCalls.secret + mark) }
    private var hasTools: Bool { mark.isEmpty || mark == " [two tools]" }
    private var names: [JSON] { hasTools ? ["t", "u"] : [] }

    var chat: ChatRequest {
        let secret = Self.secret
        return ChatRequest([
            "model": "gpt-4o",
            "messages": [["role": "system", "content": secret], ["role": "user", "content": text]],
            "user": secret, "metadata": ["a": secret], "stop": [secret],
            "tools": .array(
                names.map {
                    ["type": "function", "function": ["name": $0, "description": secret, "parameters": Self.schema]]
                }),
        ])
    }

    var response: ResponseRequest {
        let secret = Self.secret
        return ResponseRequest([
            "model": "gpt-4o", "input": text, "instructions": secret, "metadata": ["a": secret],
            "tools": .array(
                names.map { ["type": "function", "name": $0, "description": secret, "parameters": Self.schema] }),
        ])
    }

    var message: MessagesRequest {
        let secret = Self.secret
        return MessagesRequest([
            "model": "claude", "max_tokens": 5, "system": secret, "messages": [["role": "user", "content": text]],
            "metadata": ["user_id": secret], "stop_sequences": [secret],
            "tools": .array(names.map { ["name": $0, "description": secret, "input_schema": Self.schema] }),
        ])
    }

    var content: GenerateRequest {
        let secret = Self.secret
        let declared = names.map { name -> JSON in
            ["name": name, "description": secret, "parameters": Self.schema]
        }
        return GenerateRequest([
            "contents": [["role": "user", "parts": [["text": text]]]],
            "systemInstruction": ["parts": [["text": secret]]],
            "tools": declared.isEmpty ? [] : [["functionDeclarations": .array(declared)]],
        ])
    }
}
