import Fallom
import Foundation
import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct GenerationTests {
    static let schema: JSON = [
        "type": "object", "properties": ["city": ["type": "string"], "days": ["type": "integer"]],
    ]

    struct Weather: Codable, Sendable { var city: String; var days: Int }

    static let weather = Tool("get_weather", parameters: schema, arguments: Weather.self) { asked in
        ["temp": "\(asked.days) in \(asked.city)"]
    }

    static func model(_ name: String) -> any LanguageModel {
        let url = PythonServer.llm.url
        switch name {
        case "openai": return OpenAIClient(apiKey: "k", baseURL: url + "/v1").languageModel("gpt-4o")
        case "anthropic": return AnthropicClient(apiKey: "k", baseURL: url).languageModel("claude-3-5-sonnet")
        default: return GoogleAIClient(apiKey: "k", baseURL: url + "/v1beta").languageModel("gemini-1.5-flash")
        }
    }

    @Test(arguments: ["openai", "anthropic", "google"])
    func `a run with tools takes its steps and is one span`(_ provider: String) async throws {
        let test = try TestClient()
        let bare = try await AI().generateText(
            model: Self.model(provider), prompt: "weather?", tools: [Self.weather], maxSteps: 3)
        let result = try await test.session.wrapAISDK().generateText(
            model: Self.model(provider), prompt: "weather?", tools: [Self.weather], maxSteps: 3)
        #expect(result == bare)
        #expect(result.steps.count == 2 && result.text.hasPrefix("Echo(3)"))
        #expect(result.steps.first?.toolResults.first?.result["temp"] == "7 in sample-city")
        let records = await test.records()
        let record = try #require(records.first)
        #expect(records.count == 1 && record.name == "generateText" && record["fallom.method"] == "generateText")
        let sum = (result.usage.inputTokens, result.usage.outputTokens)
        #expect(record.json("fallom.raw.usage")?["inputTokens"]?.int == sum.0)
        #expect(record.json("fallom.raw.usage")?["outputTokens"]?.int == sum.1)
        #expect(record.json("fallom.raw.response")?["steps"]?.array?.count == 2)
        let phases = record.json("fallom.raw.timings")?["phases"]?.array ?? []
        #expect(phases.map { $0["type"] } == ["llm", "tool", "response"])
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(record.encoded(), into: &batch)
        let span = try #require(batch.spans.first?.span)
        #expect(span.usage.prompt == sum.0 && span.finishReason == "stop" && span.toolCalls == ["get_weather"])
    }

    @Test(arguments: ["openai", "anthropic", "google"])
    func `a streamed run gives the same as a whole one`(_ provider: String) async throws {
        let test = try TestClient()
        let whole = try await AI().generateText(
            model: Self.model(provider), prompt: "weather?", tools: [Self.weather], maxSteps: 3)
        var text = ""
        var last: TextResult?
        let stream = try await test.session.wrapAISDK().streamText(
            model: Self.model(provider), prompt: "weather?", tools: [Self.weather], maxSteps: 3)
        for try await part in stream {
            if case .text(let more) = part { text += more }
            if case .finished(let result) = part { last = result }
        }
        #expect(text == whole.text)
        #expect(last?.steps.map(\.reply.toolCalls.count) == whole.steps.map(\.reply.toolCalls.count))
        #expect(last?.steps.first?.toolResults.map(\.result) == whole.steps.first?.toolResults.map(\.result))
        let record = try #require(await test.records().first)
        #expect(record.isStreaming == true && record.timeToFirstTokenMilliseconds != nil)
        #expect(record.json("fallom.raw.response")?["text"]?.string == text)
    }

    @Test func `an object is read as the app's type`() async throws {
        struct Verdict: Decodable, Sendable, Equatable { var score: Double }
        let test = try TestClient()
        let model = FixedModel(text: #"{"score": 0.8, "why": "x"}"#)
        let schema = NamedSchema(schema: ["type": "object"])
        let result = try await test.session.wrapAISDK().generateObject(
            Verdict.self, model: model, prompt: "judge", schema: schema)
        #expect(result.object == Verdict(score: 0.8))
        await #expect(throws: GenerationError.self) {
            try await test.session.wrapAISDK().generateObject(
                Verdict.self, model: FixedModel(text: "no json"), prompt: "judge", schema: schema)
        }
        let records = await test.records()
        #expect(records.first?.json("fallom.raw.response")?["object"]?["score"]?.double == 0.8)
        #expect(records.last?.isError == true)
    }

    @Test func `a streamed object grows`() async throws {
        let test = try TestClient()
        let model = FixedModel(text: #"{"a": [1, 2], "b": "x\"y"}"#)
        var states: [JSON] = []
        let stream = try await test.session.wrapAISDK().streamObject(
            model: model, prompt: "go", schema: NamedSchema(schema: ["type": "object"]))
        for try await state in stream { states.append(state) }
        #expect(states.last == ["a": [1, 2], "b": "x\"y"])
        #expect(states.count > 3)
        #expect(await test.records().first?.name == "streamObject")
    }

    @Test func `a tool that fails is told to the model, which goes on`() async throws {
        struct Exploded: Error {}
        let test = try TestClient()
        let tool = Tool("get_weather", parameters: Self.schema) { _ in throw Exploded() }
        let result = try await test.session.wrapAISDK().generateText(
            model: Self.model("openai"), prompt: "weather?", tools: [tool], maxSteps: 3)
        #expect(result.steps.count == 2 && result.steps[0].toolResults.first?.isError == true)
        #expect(result.steps[0].toolResults.first?.result["error"] == "Exploded()")
        #expect(await test.records().first?.isError == false)
    }

    @Test func `a tool that fails ends the run where that is wished for`() async throws {
        struct Exploded: Error {}
        let test = try TestClient()
        let tool = Tool("get_weather", parameters: Self.schema) { _ in throw Exploded() }
        let error = await #expect(throws: ToolError.self) {
            try await test.session.wrapAISDK(AI(toolErrors: .throwError)).generateText(
                model: Self.model("openai"), prompt: "weather?", tools: [tool], maxSteps: 3)
        }
        #expect(error?.call.name == "get_weather" && error?.cause is Exploded && error?.steps.count == 1)
        #expect(await test.records().first?.isError == true)
    }

    @Test func `arguments that do not decode and a tool that is not there are told to the model`() async throws {
        let asked = ToolCall(id: "1", name: "get_weather", argumentsText: #"{"city": "Oslo"}"#)
        let cases = [
            (asked, "'days' is missing"),
            (ToolCall(id: "1", name: "get_weather", argumentsText: "{"), "not JSON"),
            (ToolCall(id: "1", name: "get_whether", argumentsText: "{}"), "the tools are: get_weather"),
        ]
        for (call, said) in cases {
            let model = AskingModel(call: call)
            let result = try await AI().generateText(model: model, prompt: "x", tools: [Self.weather], maxSteps: 2)
            let told = result.steps[0].toolResults.first
            #expect(told?.isError == true && told?.text.contains(said) == true)
            #expect(result.steps.count == 2)
        }
    }

    @Test func `one step executes the tools it asked for`() async throws {
        let model = AskingModel(
            call: ToolCall(id: "1", name: "get_weather", argumentsText: #"{"city": "Oslo", "days": 2}"#))
        let result = try await AI().generateText(model: model, prompt: "x", tools: [Self.weather])
        #expect(result.steps.count == 1 && result.toolResults.first?.result["temp"] == "2 in Oslo")
    }

    @Test func `a traced model inside a traced run is one call`() async throws {
        let test = try TestClient()
        let model = test.session.traceModel(FixedModel(text: "hi"))
        _ = try await test.session.wrapAISDK().generateText(model: model, prompt: "x")
        for try await _ in try await test.session.wrapAISDK().streamText(model: model, prompt: "x") {}
        #expect(await test.records().map(\.name) == ["generateText", "streamText"])
    }

    @Test func `dates are ISO 8601 both ways`() async throws {
        struct Day: Codable, Sendable, Equatable { var date: Date }
        let result = try await AI().generateObject(
            Day.self, model: FixedModel(text: #"{"date": "2026-11-29T10:00:00Z"}"#), prompt: "when?",
            schema: NamedSchema(schema: ["type": "object"]))
        #expect(result.object == Day(date: Date(timeIntervalSince1970: 1_795_946_400)))
        let tool = Tool("day", parameters: ["type": "object"], arguments: Day.self) { $0 }
        #expect(try await tool.execute?(["date": "2026-11-29"])["date"] == "2026-11-29T00:00:00Z")
    }

    @Test func `an object that is none comes with what the model wrote`() async throws {
        let test = try TestClient()
        let error = await #expect(throws: GenerationError.self) {
            try await test.session.wrapAISDK().generateObject(
                Weather.self, model: FixedModel(text: "I cannot"), prompt: "x",
                schema: NamedSchema(schema: ["type": "object"]))
        }
        guard case .malformedObject(let written)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(written.text == "I cannot" && written.end.usage == FixedModel.usage)
        let record = try #require(await test.records().first)
        #expect(record.isError && record.json("fallom.raw.response")?["text"] == "I cannot")
        #expect(record["gen_ai.usage.output_tokens"] == 2)
    }

    @Test func `a tool without a function ends the run with its call`() async throws {
        let result = try await AI().generateText(
            model: Self.model("openai"), prompt: "weather?", tools: [Tool("get_weather", parameters: Self.schema)],
            maxSteps: 3)
        #expect(result.steps.count == 1 && result.toolCalls.first?.name == "get_weather")
    }

    @Test func `spans made by a tool are children of the run`() async throws {
        let test = try TestClient()
        let tool = Tool("get_weather", parameters: Self.schema) { _ in
            test.session.startSpan("inside", kind: .tool).end()
            return "ok"
        }
        _ = try await test.session.wrapAISDK().generateText(
            model: Self.model("openai"), prompt: "w", tools: [tool], maxSteps: 2)
        let records = await test.records()
        #expect(
            records.first { $0.name == "inside" }?.parentSpanID == records.first { $0.name == "generateText" }?.spanID)
    }

    @Test func `a traced model is the model, with a span for each call`() async throws {
        let test = try TestClient()
        let model = FixedModel(text: "hello there")
        let traced = test.session.traceModel(model)
        let call = ModelCall(messages: [.user("hi")])
        #expect(try await traced.generate(call) == model.generate(call))
        var parts: [ModelPart] = []
        for try await part in try await traced.stream(call) { parts.append(part) }
        #expect(parts.last == .finish(ModelEnd(finishReason: "stop", usage: FixedModel.usage)))
        do { _ = try await traced.stream(call) }
        let records = await test.records()
        #expect(
            records.map { $0["fallom.method"]?.string } == [
                "traceModel.doGenerate", "traceModel.doStream", "traceModel.doStream",
            ])
        #expect(records[1].timeToFirstTokenMilliseconds != nil)
        #expect(records[1].json("fallom.raw.usage")?["totalTokens"] == 3)
        #expect(records[2]["fallom.abandoned"] == true)
    }

    @Test func `an agent's run is a span, its calls are children`() async throws {
        struct Helper: Agent {
            let session: Session
            var name: String { "helper" }
            func generate(_ input: String) async throws -> TextResult {
                if input == "fail" { throw EchoChat.Down() }
                return try await session.wrapAISDK().generateText(model: FixedModel(text: "done"), prompt: input)
            }
        }
        let test = try TestClient()
        let agent = test.session.wrapMastraAgent(Helper(session: test.session))
        #expect(try await agent.generate("go").text == "done")
        await #expect(throws: EchoChat.Down.self) { try await agent.generate("fail") }
        let records = await test.records()
        let run = try #require(records.first { $0.kind == .agent })
        #expect(run.name == "agent.helper.generate" && run["fallom.agent_name"] == "helper")
        #expect(run.json("fallom.raw.request") == "go" && run.json("fallom.raw.response")?["text"] == "done")
        #expect(records.first { $0.name == "generateText" }?.parentSpanID == run.spanID)
        #expect(records.last?.isError == true)
    }
}

/// A model that asks for a tool once.
struct AskingModel: LanguageModel {
    let call: ToolCall
    var provider: String { "asking" }
    var modelID: String { "asking-1" }

    func generate(_ call: ModelCall) async throws -> ModelReply {
        let hasResult = call.messages.contains { $0.role == .tool }
        return hasResult
            ? ModelReply(text: "done", end: ModelEnd(finishReason: "stop"))
            : ModelReply(text: "", toolCalls: [self.call], end: ModelEnd(finishReason: "tool-calls"))
    }

    func stream(_ call: ModelCall) async throws -> ModelStream {
        let reply = try await generate(call)
        return ModelStream(
            AsyncStream { continuation in
                for call in reply.toolCalls { continuation.yield(.toolCall(call)) }
                continuation.yield(.text(reply.text))
                continuation.yield(.finish(reply.end))
                continuation.finish()
            })
    }
}

/// A model that always says the same.
struct FixedModel: LanguageModel {
    static let usage = ModelUsage(inputTokens: 1, outputTokens: 2, totalTokens: 3)
    let text: String
    /// What a stream ends with in place of its end.
    var failure: (any Error)?
    var provider: String { "fixed" }
    var modelID: String { "fixed-1" }

    func generate(_ call: ModelCall) async throws -> ModelReply {
        ModelReply(text: text, end: ModelEnd(finishReason: "stop", usage: Self.usage))
    }

    func stream(_ call: ModelCall) async throws -> ModelStream {
        ModelStream(
            AsyncThrowingStream<ModelPart, any Error> { continuation in
                for character in text { continuation.yield(.text(String(character))) }
                if let failure {
                    continuation.finish(throwing: failure)
                    return
                }
                continuation.yield(.finish(ModelEnd(finishReason: "stop", usage: Self.usage)))
                continuation.finish()
            })
    }
}
