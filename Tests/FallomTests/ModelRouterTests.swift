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
}
