import Fallom
import Testing

/// The assigned model finds its provider.
@Suite struct ModelRouterTests {
    @Test(arguments: [
        ("gpt-4o", "openai", "gpt-4o"), ("o3-mini", "openai", "o3-mini"),
        ("claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"),
        ("gemini-2.0-flash", "gcp.gemini", "gemini-2.0-flash"), ("anthropic/claude-3", "anthropic", "claude-3"),
        ("gpt-house", "openrouter", "gpt-house"), ("gpt-4o-special", "groq", "gpt-4o-special"),
    ]) func `a name goes to its provider`(_ name: String, _ provider: String, _ id: String) throws {
        var router = ModelRouter.usual(
            openAI: OpenAIClient(apiKey: "k"), anthropic: AnthropicClient(apiKey: "k"),
            google: GoogleAIClient(apiKey: "k"))
        router.route(prefix: "anthropic/", stripping: true) { AnthropicClient(apiKey: "k").languageModel($0) }
        router.route("gpt-house") {
            OpenAIClient(apiKey: "k", baseURL: "https://openrouter.ai/api/v1").languageModel($0)
        }
        router.route(prefix: "gpt-4o-special") {
            OpenAIClient(apiKey: "k", baseURL: "https://api.groq.com/openai/v1", provider: "groq").languageModel($0)
        }
        let model = try router.model(name)
        #expect(model.provider == provider && model.modelID == id)
    }

    @Test func `a name that nothing was said of is an error that names it`() async throws {
        let fallom = try FallomClient.testing(assignments: ["app": "mystery-1"])
        await #expect {
            try await fallom.session(configKey: "app", sessionID: "s").languageModel(ModelRouter.usual())
        } throws: { error in
            (error as? UnroutedModelError)?.model == "mystery-1" && "\(error)".contains("gpt-…")
        }
        await fallom.shutdown()
    }

    @Test func `a session gets the model it is assigned`() async throws {
        let fallom = try FallomClient.testing(assignments: ["app": "claude-sonnet-4-5"])
        let session = fallom.session(configKey: "app", sessionID: "s")
        let model = try await session.languageModel(.usual(anthropic: AnthropicClient(apiKey: "k")))
        #expect(model.provider == "anthropic" && model.modelID == "claude-sonnet-4-5")
        await fallom.shutdown()
    }

    private static let answers: JSON = [
        [
            "request": ["path": "/chat/completions", "body": ["model": "gpt-4o"]],
            "response": ["body": ["choices": [["message": ["content": "{\"a\":1}"], "finish_reason": "stop"]]]],
            "repeats": true,
        ],
        [
            "request": ["path": "/messages", "body": ["model": "claude-sonnet-4-5"]],
            "response": ["body": ["content": [["type": "text", "text": "{\"a\":1}"]], "stop_reason": "end_turn"]],
            "repeats": true,
        ],
    ]

    @Test(arguments: ["gpt-4o", "claude-sonnet-4-5"]) func `a router stands in a model's place, in any session`(
        _ assigned: String
    ) async throws {
        let tape = try ExchangeTape(Self.answers)
        let router = ModelRouter.usual(
            openAI: OpenAIClient(apiKey: "k", baseURL: "https://api.openai.com/v1").playing(tape),
            anthropic: AnthropicClient(apiKey: "k", baseURL: "https://api.anthropic.com").playing(tape))
        let fallom = try FallomClient.testing(assignments: ["app": assigned, "other": "gpt-4o"])
        let ai = fallom.wrapAISDK()
        try await fallom.withSession(configKey: "app", sessionID: "s") {
            #expect(try await ai.generateText(model: router, prompt: "Hello").text == "{\"a\":1}")
            let schema = NamedSchema(schema: ["type": "object"])
            let object = try await ai.generateObject(
                [String: Int].self, model: router.assigned(fallback: "gpt-4o"), prompt: "Hello", schema: schema)
            #expect(object.object == ["a": 1])
            _ = try await ai.generateText(model: router.assigned("other"), prompt: "Hello")
        }
        let spans = await fallom.finishedSpans()
        #expect(spans.map(\.requestedModel) == [assigned, assigned, "gpt-4o"])
        #expect(spans.allSatisfy { $0.record.sessionID == "s" && !$0.isError })
    }

    @Test func `a router asks for a session, or takes the fallback`() async throws {
        let tape = try ExchangeTape(Self.answers)
        let router = ModelRouter.usual(
            openAI: OpenAIClient(apiKey: "k", baseURL: "https://api.openai.com/v1").playing(tape))
        await #expect {
            try await AI().generateText(model: router, prompt: "Hello")
        } throws: { error in
            "\(error)".contains("session.wrapAISDK()")
        }
        let answer = try await AI().generateText(model: router.assigned(fallback: "gpt-4o"), prompt: "Hello")
        #expect(answer.text == "{\"a\":1}")
        let fallom = try FallomClient.testing()
        await #expect(throws: AssignmentFailure.self) {
            try await fallom.session(configKey: "app", sessionID: "s").wrapAISDK()
                .generateText(model: router, prompt: "Hello")
        }
    }

    @Test(arguments: ["gpt-4o", "claude-sonnet-4-5"]) func `the client's router plays a test's exchanges`(
        _ assigned: String
    ) async throws {
        let fallom = try FallomClient.testing(assignments: ["app": assigned], exchanges: try ExchangeTape(Self.answers))
        try await fallom.withSession(configKey: "app", sessionID: "s") {
            let said = try await fallom.wrapAISDK().generateText(
                model: fallom.modelRouter.assigned(fallback: "gemini-2.0-flash"), prompt: "Hello")
            #expect(said.text == "{\"a\":1}")
        }
        let call = try #require(await fallom.finishedSpans().first { $0.requestedModel != nil })
        #expect(call.requestedModel == assigned && call.sessionID == "s")
    }
}
