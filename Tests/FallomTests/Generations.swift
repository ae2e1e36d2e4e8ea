import Fallom
import OrderedJSON

/// The ways to ask a model through the provider-neutral API.
enum Generation: String, CaseIterable, Sendable {
    case generateText, streamText, generateObject, streamObject, doGenerate, doStream, agent

    var isStreaming: Bool { self == .streamText || self == .streamObject || self == .doStream }
    var isObject: Bool { self == .generateObject || self == .streamObject }
    /// What the span says was called.
    var method: String {
        switch self {
        case .doGenerate, .doStream: "traceModel.\(rawValue)"
        case .agent: "agent.generate"
        default: rawValue
        }
    }

    struct Verdict: Codable, Hashable, Sendable { var score: Double }

    struct Helper: Agent {
        let model: any LanguageModel
        let tools: [Tool]
        var ai = AI()
        var name: String { "helper" }
        func generate(_ input: String) async throws -> TextResult {
            try await ai.generateText(model: model, prompt: input, tools: tools, maxSteps: 3)
        }
    }

    private static let schema = NamedSchema(schema: ["type": "object"])

    /// What an app sees, traced by a session or not.
    func outcome(
        _ model: any LanguageModel, _ prompt: String, tools: [Tool] = [], session: Session?, ai plain: AI = AI(),
        onValue: (Int) -> Bool = { _ in true }
    ) async -> Outcome {
        let ai = session?.wrapAISDK(plain) ?? plain
        let call = ModelCall(messages: [.user(prompt)], tools: tools.map(\.definition))
        switch self {
        case .generateText:
            return await Outcome.describing {
                try await ai.generateText(model: model, prompt: prompt, tools: tools, maxSteps: 3)
            }
        case .streamText:
            return await Outcome.describingStream(onValue: onValue) {
                try await ai.streamText(model: model, prompt: prompt, tools: tools, maxSteps: 3)
            }
        case .generateObject:
            return await Outcome.describing {
                try await ai.generateObject(Verdict.self, model: model, prompt: prompt, schema: Self.schema)
            }
        case .streamObject:
            return await Outcome.describingStream(onValue: onValue) {
                try await ai.streamObject(model: model, prompt: prompt, schema: Self.schema)
            }
        case .doGenerate: return await Self.whole(model, call, session)
        case .doStream: return await Self.streamed(model, call, session, onValue)
        case .agent:
            let agent = Helper(model: model, tools: tools, ai: plain)
            guard let session else { return await Outcome.describing { try await agent.generate(prompt) } }
            return await Outcome.describing { try await session.wrapMastraAgent(agent).generate(prompt) }
        }
    }

    private static func whole<Model: LanguageModel>(
        _ model: Model, _ call: ModelCall, _ session: Session?
    ) async -> Outcome {
        guard let session else { return await Outcome.describing { try await model.generate(call) } }
        return await Outcome.describing { try await session.traceModel(model).generate(call) }
    }

    private static func streamed<Model: LanguageModel>(
        _ model: Model, _ call: ModelCall, _ session: Session?, _ onValue: (Int) -> Bool
    ) async -> Outcome {
        guard let session else {
            return await Outcome.describingStream(onValue: onValue) { try await model.stream(call) }
        }
        return await Outcome.describingStream(onValue: onValue) { try await session.traceModel(model).stream(call) }
    }
}

extension Clients {
    static let providers = ["openai", "azure", "anthropic", "google"]

    /// A provider's model, for the provider-neutral API.
    func model(_ provider: String) -> any LanguageModel {
        switch provider {
        case "openai": openAI.languageModel("gpt-4o")
        case "azure": azure.languageModel("gpt-4o")
        case "anthropic": anthropic.languageModel("claude-3-5-sonnet")
        default: googleAI.languageModel("gemini-1.5-flash")
        }
    }
}
