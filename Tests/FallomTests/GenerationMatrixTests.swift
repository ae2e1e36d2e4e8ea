import Fallom
import OrderedJSON
import SpanCodec
import Testing
import TraceModel

/// Text, objects, single calls and agents through every provider in every situation: the app sees what it would see
/// untraced, and the span says what happened.
@Suite struct GenerationMatrixTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var generation: Generation
        var provider: String
        var situation: Situation
        var testDescription: String { "\(generation) \(provider) \(situation)" }
    }

    static let cases = Generation.allCases.flatMap { generation in
        Clients.providers.flatMap { provider in
            Situation.allCases.map { Case(generation: generation, provider: provider, situation: $0) }
        }
    }

    static let tools = [
        Tool("get_weather", parameters: GenerationTests.schema) { $0["city"] ?? .null },
        Tool("get_time", parameters: ["type": "object", "properties": ["tz": ["type": "string"]]]) {
            $0["tz"] ?? .null
        },
    ]

    @Test(arguments: cases) func `the app sees what it would see untraced, and the span is right`(_ item: Case)
        async throws
    {
        let model = Clients(item.situation == .cut ? .pacedLLM : .llm, key: item.situation.key).model(item.provider)
        let test = try TestClient()
        let prompt = item.situation.text + (item.generation.isObject && item.situation.status == nil ? " [json]" : "")
        let tools = item.situation.hasTools ? Self.tools : []
        let bare = await item.generation.outcome(model, prompt, tools: tools, session: nil)
        let traced = await item.generation.outcome(model, prompt, tools: tools, session: test.session)
        if item.situation == .cut {
            // How many pieces arrive before the connection's end is the network's affair.
            #expect(traced.error == bare.error)
            #expect(zip(traced.values, bare.values).allSatisfy { $0 == $1 })
        } else {
            #expect(traced == bare)
        }
        let records = await test.records()
        let record = try #require(records.first)
        #expect(records.count == 1 && record["fallom.method"]?.string == item.generation.method)
        #expect(record.isStreaming == (item.generation.isStreaming ? true : nil))
        if let status = item.situation.status {
            try checkFailure(record, item.provider == "google" && status == 401 ? 400 : status)
        } else if item.situation == .cut && item.generation.isStreaming {
            #expect(record.isError && bare.error != nil)
        } else {
            #expect(!record.isError && bare.error == nil && !bare.values.isEmpty)
            try checkAnswer(record, item)
        }
    }

    private func checkFailure(_ record: FallomRecord, _ status: Int) throws {
        #expect(record.isError && record.errorMessage?.hasPrefix("\(status) ") == true)
        #expect(record["http.response.status_code"]?.int == status && record["error.type"] == "ProviderError")
        #expect(record.json("fallom.raw.request") != nil)
    }

    private func checkAnswer(_ record: FallomRecord, _ item: Case) throws {
        let generation = item.generation
        var batch = DecodedBatch()
        SpanDecoder().decodeLine(record.encoded(), into: &batch)
        let span = try #require(batch.spans.first?.span)
        #expect(span.status == .ok && (span.usage.prompt ?? 0) > 0 && (span.usage.completion ?? 0) > 0)
        let takesTools = !generation.isObject
        let asked = takesTools ? ["tools": 1, "twoTools": 2][item.situation.rawValue] ?? 0 : 0
        let response = try #require(record.json("fallom.raw.response"))
        switch generation {
        case .generateText, .streamText:
            #expect(span.toolCalls.count == asked)
            #expect(response["steps"]?.array?.count == (asked > 0 ? 2 : 1))
            #expect(response["text"]?.string?.contains("Echo(") == true)
        case .generateObject, .streamObject: #expect(response["object"]?["score"]?.double == 0.8)
        case .doGenerate, .doStream: #expect((response["toolCalls"]?.array?.count ?? 0) == asked)
        case .agent:
            #expect(span.kind == .agent && response["steps"]?.array?.count == (asked > 0 ? 2 : 1))
        }
        if generation.isStreaming {
            let first = try #require(span.timeToFirstTokenNanoseconds)
            #expect(first > 0 && first <= span.durationNanoseconds ?? 0)
        }
        if generation != .agent { #expect(span.responseModel?.isEmpty == false) }
        if item.situation == .cached { #expect((span.usage.cached ?? 0) > 0) }
    }

    @Test(arguments: Generation.allCases, Clients.providers)
    func `a cancelled task sees what it would see untraced`(_ generation: Generation, provider: String) async throws {
        let model = Clients(.slowLLM, key: "good-key").model(provider)
        let test = try TestClient()
        func run(_ session: Session?) async -> Outcome {
            await Task {
                if !generation.isStreaming { withUnsafeCurrentTask { $0?.cancel() } }
                // The first word of a verdict makes no state of an object yet.
                let prompt = generation.isObject ? "[json]" : "one two three"
                return await generation.outcome(model, prompt, session: session) { _ in
                    withUnsafeCurrentTask { $0?.cancel() }
                    return true
                }
            }.value
        }
        let bare = await run(nil)
        let traced = await run(test.session)
        #expect(traced == bare)
        let record = try #require(await test.records().first)
        #expect(await test.records().count == 1 && record.isError)
    }

    @Test(arguments: Generation.allCases) func `a task cancelled while it waits is told so, and so is the span`(
        _ generation: Generation
    ) async throws {
        for session in [nil, try TestClient()] {
            let entered = Gate()
            let task = Task { await generation.outcome(StuckModel(entered: entered), "x", session: session?.session) }
            await entered.wait()
            task.cancel()
            let outcome = await task.value
            #expect(outcome.values.isEmpty && outcome.error?.hasPrefix("CancellationError") == true)
            guard let session else { continue }
            let record = try #require(await session.records().first)
            #expect(record.isError && record["fallom.cancelled"] == true)
        }
    }

    @Test(arguments: Generation.allCases.filter(\.isStreaming), Clients.providers)
    func `an abandoned stream yields its span at once`(_ generation: Generation, provider: String) async throws {
        let model = Clients(.llm, key: "good-key").model(provider)
        let test = try TestClient()
        let prompt = generation.isObject ? "[json] now" : "one two three"
        let outcome = await generation.outcome(model, prompt, session: test.session) { $0 < 2 }
        #expect(outcome.values.count == 2)
        let record = try #require(await test.records().first)
        #expect(record["fallom.abandoned"] == true && !record.isError)
        #expect(record.json("fallom.raw.response") != nil)
    }

    @Test(arguments: Generation.allCases.filter(\.isStreaming))
    func `a stream that fails shows what came until then`(_ generation: Generation) async throws {
        let test = try TestClient()
        let model = FixedModel(text: #"{"score": 1}"#, failure: EchoChat.Down())
        let bare = await generation.outcome(model, "x", session: nil)
        let traced = await generation.outcome(model, "x", session: test.session)
        #expect(traced == bare && bare.error == "Down: Down()" && !bare.values.isEmpty)
        let record = try #require(await test.records().first)
        let response = record.json("fallom.raw.response")
        #expect(record.isError && record.timeToFirstTokenMilliseconds != nil)
        #expect((response?["object"]?["score"] ?? response?["text"]) != nil)
    }

    @Test(arguments: [Generation.generateText, .streamText, .agent])
    func `a tool's error is the app's where it wishes, and the span shows the call it came from`(
        _ generation: Generation
    ) async throws {
        struct Exploded: Error {}
        let test = try TestClient()
        let tool = Tool("get_weather", parameters: GenerationTests.schema) { _ in throw Exploded() }
        let model = Clients(.llm, key: "good-key").model("openai")
        let ai = AI(toolErrors: .throwError)
        let bare = await generation.outcome(model, "w", tools: [tool], session: nil, ai: ai)
        let traced = await generation.outcome(model, "w", tools: [tool], session: test.session, ai: ai)
        #expect(traced == bare && bare.error == "ToolError: the tool 'get_weather' failed: Exploded()")
        let record = try #require(await test.records().first)
        #expect(record.isError && record["error.type"] == "ToolError")
        if generation != .agent {
            #expect(record.json("fallom.raw.response")?["toolCalls"]?[0]?["toolName"] == "get_weather")
        }
    }

    @Test func `a streamed object that is none is an error for the app and on the span`() async throws {
        let test = try TestClient()
        let model = FixedModel(text: "no json")
        let bare = await Generation.streamObject.outcome(model, "x", session: nil)
        let traced = await Generation.streamObject.outcome(model, "x", session: test.session)
        #expect(traced == bare && bare.error?.hasPrefix("GenerationError") == true)
        #expect(await test.records().first?.isError == true)
    }
}

/// A model that never answers, and says when it has been asked.
struct StuckModel: LanguageModel {
    let entered: Gate
    var provider: String { "stuck" }
    var modelID: String { "stuck-1" }

    func generate(_ call: ModelCall) async throws -> ModelReply {
        entered.open()
        try await untilCancelled()
    }

    func stream(_ call: ModelCall) async throws -> ModelStream {
        _ = try await generate(call)
        return ModelStream(AsyncStream { $0.finish() })
    }
}
