import OrderedJSON
import ProviderCalls

extension OpenAIClient {
    /// One of the models, for ``AI`` and ``Session/traceModel(_:)``.
    public func languageModel(_ modelID: String) -> OpenAIChatModel { OpenAIChatModel(client: self, modelID: modelID) }
}

extension LanguageModel {
    /// Who answers as far as that is known: that a server speaks OpenAI's API says nothing of whose it is.
    var knownProvider: String? {
        if let model = self as? OpenAIChatModel { return model.client.endpoint.provider }
        return provider
    }
}

/// A model behind OpenAI's Chat Completions.
public struct OpenAIChatModel: LanguageModel {
    let client: OpenAIClient
    /// The model's id.
    public let modelID: String
    /// The provider's name; of a server that is not known the API's.
    public var provider: String { client.endpoint.provider ?? "openai" }
    /// The API's address.
    public var baseURL: String? { client.endpoint.baseURL }

    /// Answers as a whole.
    public func generate(_ call: ModelCall) async throws -> ModelReply {
        Self.reply(try await client.createChatCompletion(request(call)).json.value)
    }

    /// Answers piece by piece.
    public func stream(_ call: ModelCall) async throws -> ModelStream {
        let chunks = try await client.streamChatCompletion(request(call))
        return ModelStream(
            FoldedParts(base: chunks.json, dialect: .openAIChat, reply: Self.reply) { chunk in
                guard let choice = chunk.firstAnswer("choices"), let said = choice["delta"] ?? choice["message"] else {
                    return []
                }
                let reasoning = ChatText.reasoning(said)
                let text = ChatText.text(said) ?? ""
                return (reasoning.isEmpty ? [] : [.reasoning(reasoning)]) + (text.isEmpty ? [] : [.text(text)])
            })
    }

    /// Whose words a message may be given back in.
    static let api = "openai.chat"

    private static func reply(_ json: JSONValue) -> ModelReply {
        let completion = ChatCompletion(JSON(json))
        let read = CallDialect.openAIChat.capture(request: nil, response: json)
        let message = completion.message?.value
        // Signed thoughts (Gemini behind this API, OpenRouter) have to come back in the next step.
        let isSigned =
            message?["reasoning_details"]?.array?.isEmpty == false
            || (message?["tool_calls"]?.array ?? []).contains { $0["extra_content"] != nil }
        var end = ModelEnd(
            finishReason: FinishReason.folded(read.finishReason), usage: ModelUsage(read),
            responseID: json["id"]?.string, modelID: completion.model,
            original: isSigned ? message.map { ProviderContent(api: api, json: JSON($0)) } : nil)
        end.answeredBy = read.answeredBy
        return ModelReply(
            text: completion.text, reasoning: message.map(ChatText.reasoning) ?? "",
            toolCalls: completion.toolCalls, end: end)
    }
}
