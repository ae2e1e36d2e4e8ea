import Fallom
import FallomTracing
import OrderedJSON

// The Swift column of "Coming from TypeScript or Python". A test compares the two, so that what is shown there compiles.

struct Weather: Codable, Sendable { var degrees: Int }

// swift-format-ignore
func sideBySide(
    _ fallom: FallomClient, _ session: Session, _ openAI: TracedOpenAI<OpenAIClient>,
    _ anthropic: TracedAnthropic<AnthropicClient>, _ gemini: TracedGenerativeModel<GoogleGenerativeModel>,
    _ model: OpenAIChatModel, _ agent: WeatherAgent, _ prompt: Prompt, _ request: ChatRequest
) async throws {
    let ai = session.wrapAISDK()
    let schema = NamedSchema(schema: ["type": "object", "properties": ["degrees": ["type": "integer"]]])
    _ = try FallomClient(FallomOptions(apiKey: "key", captureContent: true, debug: false))
    _ = fallom.session(configKey: "my-agent", sessionID: "s-1", customerID: "c-1", metadata: ["turn": 1], tags: ["prod"])
    _ = session.wrapOpenAI(OpenAIClient())
    _ = OpenAIClient(apiKey: "key", baseURL: "https://openrouter.ai/api/v1")
    _ = OpenAIClient(azureEndpoint: "https://my.openai.azure.com", deployment: "gpt-4o", apiVersion: "2024-10-21", apiKey: "key")
    _ = try await openAI.chat.completions.create(ChatRequest(model: "gpt-4o", messages: [.user("Hello!")]))
    _ = try await openAI.chat.completions.stream(ChatRequest(model: "gpt-4o", messages: [.user("Hello!")]))
    _ = try await openAI.responses.create(ResponseRequest(model: "gpt-4o", input: "Hello!"))
    _ = session.wrapAnthropic(AnthropicClient())
    _ = try await anthropic.messages.create(MessagesRequest(model: "claude-3-5-sonnet-20241022", maxTokens: 1024, messages: [("user", "Hello!")]))
    _ = session.wrapGoogleAI(GoogleAIClient().generativeModel("gemini-2.0-flash"))
    _ = try await gemini.generateContent("Hello!")
    _ = session.wrapAISDK()
    _ = try await ai.generateText(model: model, prompt: "Hello!", tools: [weather], maxSteps: 4)
    let stream = try await ai.streamText(model: model, prompt: "Hello!")
    for try await text in stream.text {
        print(text, terminator: "")
    }
    for try await part in stream {
        if case .finished(let whole) = part { print(whole.usage.totalTokens ?? 0) }
    }
    _ = try await ai.generateObject(Weather.self, model: model, prompt: "Hello!", schema: schema)
    _ = try await ai.streamObject(model: model, prompt: "Hello!", schema: schema)
    _ = session.traceModel(OpenAIClient().languageModel("gpt-4o"))
    _ = session.wrapMastraAgent(agent)
    await session.span("rag.retrieve") { span in span.set("rag.topK", 5) }
    _ = session.wrapTraced("double") { (number: Int) in number * 2 }
    _ = try await session.getModel(fallback: "gpt-4o-mini")
    _ = session.context
    _ = try await fallom.models.get("my-config", sessionID: "s-1", fallback: "gpt-4o-mini", version: 2, customerID: "c-1", context: ["plan": "enterprise"])
    _ = try await fallom.models.assignment("my-config", sessionID: "s-1", fallback: "gpt-4o-mini").reason
    _ = try await session.getPrompt("onboarding", variables: ["userName": "John"], version: 2)
    _ = try await session.getPromptAB("onboarding-test", variables: ["userName": "John"])
    _ = try await fallom.prompts.get("onboarding", variables: ["userName": "John"])
    _ = try await prompt.tagging { try await openAI.chat.completions.create(request) }
    _ = try FallomExporter(client: fallom, session: session)
    await fallom.shutdown()
}
