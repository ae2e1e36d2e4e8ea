import Fallom
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Each adapter makes the same span of the same call, field by field.
@Suite struct AdapterTests {
    private static let query = ChatQuery(messages: [.init(role: "user", content: "Hello")], model: "gpt-4o")
    private static let stream =
        ["H", "i"].map {
            "data: {\"id\":\"c1\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\($0)\"}}]}\n\n"
        } + ["data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"]

    private func check(_ fallom: FallomClient, streams: Bool) async throws {
        let spans = await fallom.finishedSpans()
        let span = try #require(spans.first)
        #expect(spans.count == 1 && !span.isError)
        #expect(span.name == "chat.completions.create" && span.requestedModel == "gpt-4o" && span.model == "gpt-4o")
        #expect(span.input == ["Hello"] && span.output == ["Hi"])
        #expect(span.record.isStreaming == streams)
        if streams { #expect(span.finishReason == "stop") }
    }

    @Test func `MacPaw's client`() async throws {
        for streams in [false, true] {
            let fallom = try FallomClient.testing()
            let client = fallom.session(configKey: "app", sessionID: "s").wrapOpenAI(MacPawClient(OpenAI()))
            if streams {
                for try await _ in try await client.chat.completions.stream(Self.query) {}
            } else {
                #expect(try await client.chat.completions.create(Self.query).choices.first?.message.content == "Hi")
            }
            try await check(fallom, streams: streams)
        }
    }

    @Test func `a generated client`() async throws {
        let fallom = try FallomClient.testing()
        let middleware = FallomMiddleware(session: fallom.session(configKey: "app", sessionID: "s"))
        var asked = try JSON(encoding: Self.query)
        asked["stream"] = true
        let request = HTTPRequest(
            method: .init(rawValue: "POST"), path: "/chat/completions",
            headerFields: [HTTPField(name: .init(rawName: "Content-Type"), value: "application/json")])
        let base = try #require(URL(string: "https://api.openai.com/v1"))
        let (response, body) = try await middleware.intercept(
            request, body: HTTPBody(asked.compactBytes), baseURL: base, operationID: "createChatCompletion"
        ) { _, sent, _ in
            var bytes: [UInt8] = []
            if let sent { for try await piece in sent { bytes += piece } }
            #expect(try JSON(parsing: bytes)["stream"] == true)
            let pieces = AsyncStream { continuation in
                for event in Self.stream { continuation.yield(ArraySlice(event.utf8)) }
                continuation.finish()
            }
            return (
                HTTPResponse(status: .init(code: 200), headerFields: []),
                HTTPBody(pieces, length: .unknown, iterationBehavior: .single)
            )
        }
        var read = ""
        if let body { for try await piece in body { read += String(decoding: piece, as: UTF8.self) } }
        #expect(response.status.code == 200 && read == Self.stream.joined())
        try await check(fallom, streams: true)
    }

    @Test func `a fetch function tells what fails to app and span`() async throws {
        let fallom = try FallomClient.testing()
        let fetch = fallom.session(configKey: "app", sessionID: "s").fetch()
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:1/v1/chat/completions")))
        request.httpMethod = "POST"
        request.httpBody = Data(try JSON(encoding: Self.query).compactBytes)
        await #expect(throws: (any Error).self) { try await fetch(request) }
        let span = try #require(await fallom.finishedSpans().first)
        #expect(span.isError && span.requestedModel == "gpt-4o" && span.input == ["Hello"])
    }

    @Test func `the AI SDK's own telemetry`() async throws {
        struct Broken: Error {}
        let fallom = try FallomClient.testing()
        let tracer = AISDKTracer(session: fallom.session(configKey: "app", sessionID: "s"))
        await #expect(throws: Broken.self) {
            let options = SpanOptions(attributes: ["ai.operationId": .string("ai.generateText")])
            try await tracer.startActiveSpan("ai.generateText", options: options) { run in
                let call = tracer.startSpan(
                    name: "ai.generateText.doGenerate",
                    options: SpanOptions(
                        attributes: ["ai.model.id": .string("gpt-4o"), "ai.model.provider": .string("openai.chat")]))
                call.setAttribute("ai.usage.promptTokens", value: .int(3))
                call.end()
                run.setStatus(SpanStatus(code: .error, message: "broken"))
                run.end()
                throw Broken()
            }
        }
        let spans = await fallom.finishedSpans()
        let call = try #require(spans.first { $0.name == "ai.generateText.doGenerate" })
        let run = try #require(spans.first { $0.name == "ai.generateText" })
        #expect(call.record.parentSpanID == run.record.spanID && call.record.kind == .llm && run.record.kind == .agent)
        #expect(call.requestedModel == "gpt-4o" && call.promptTokens == 3 && run.isError && !call.isError)
    }

    #if !canImport(FoundationModels)
    @Test(arguments: [false, true]) func `a model of FoundationModels`(capturesContent: Bool) async throws {
        struct Unwell: Error {}
        struct Parrot: SystemModel {
            struct Executor: LanguageModelExecutor {
                typealias Model = Parrot
                init(configuration: String) throws {}
                func prewarm(model: Parrot, transcript: Transcript) {}
                nonisolated(nonsending) func respond(
                    to request: LanguageModelExecutorGenerationRequest, model: Parrot,
                    streamingInto channel: LanguageModelExecutorGenerationChannel
                ) async throws {
                    if request.transcript.entries.last == "fail" { throw Unwell() }
                }
            }
            var capabilities: LanguageModelCapabilities { LanguageModelCapabilities() }
            var executorConfiguration: String { "parrot" }
        }
        let fallom = try FallomClient.testing(captureContent: capturesContent)
        let model = TracedLanguageModel(
            Parrot(), name: "parrot-1", session: fallom.session(configKey: "app", sessionID: "s"))
        let executor = try TracedLanguageModel<Parrot>.Executor(configuration: model.executorConfiguration)
        func ask(_ text: String) async throws {
            try await executor.respond(
                to: LanguageModelExecutorGenerationRequest(transcript: Transcript(entries: [text])), model: model,
                streamingInto: LanguageModelExecutorGenerationChannel())
        }
        try await ask("Hello")
        await #expect(throws: Unwell.self) { try await ask("fail") }
        let spans = await fallom.finishedSpans()
        #expect(spans.map(\.isError) == [false, true] && spans.allSatisfy { $0.record.kind == .llm })
        #expect(spans.first?.requestedModel == "parrot-1")
        #expect((spans.first?.record.attributes["input"] != nil) == capturesContent)
    }
    #endif

    @Test func `Bedrock by soto`() async throws {
        struct Bedrock: AWSHTTPClient {
            func execute(request: AWSHTTPRequest, timeout: TimeAmount, logger: Logger) async throws -> AWSHTTPResponse {
                let answer = """
                    {"output":{"message":{"role":"assistant","content":[{"text":"Hi"}]}},"stopReason":"end_turn",\
                    "usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5}}
                    """
                return AWSHTTPResponse(
                    status: .ok, headers: ["content-type": "application/json"], body: AWSHTTPBody(bytes: answer.utf8))
            }
            func shutdown() async throws {}
        }
        let fallom = try FallomClient.testing()
        let client = TracedAWSClient(Bedrock(), session: fallom.session(configKey: "app", sessionID: "s"))
        let asked: JSON = ["messages": [["role": "user", "content": [["text": "Hello"]]]]]
        let host = "https://bedrock-runtime.eu-central-1.amazonaws.com"
        for path in ["/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse", "/guardrail/1"] {
            let response = try await client.execute(
                request: AWSHTTPRequest(
                    url: try #require(URL(string: host + path)), method: .POST, headers: [:],
                    body: AWSHTTPBody(bytes: asked.compactBytes)),
                timeout: .seconds(60), logger: Logger(label: "test"))
            #expect(try await response.body.collect(upTo: 1 << 20).readableBytes > 100)
        }
        let spans = await fallom.finishedSpans()
        let span = try #require(spans.first)
        #expect(spans.count == 1 && span.name == "converse" && span.input == ["Hello"] && span.output == ["Hi"])
        #expect(span.promptTokens == 3 && span.requestedModel == "anthropic.claude-3-5-sonnet-20241022-v2:0")
        try await client.shutdown()
    }
}
