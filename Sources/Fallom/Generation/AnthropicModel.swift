import OrderedJSON
import ProviderCalls

extension AnthropicClient {
    /// One of the models, for ``AI`` and ``Session/traceModel(_:)``.
    public func languageModel(_ modelID: String) -> AnthropicModel { AnthropicModel(client: self, modelID: modelID) }
}

/// A model behind Anthropic's Messages.
public struct AnthropicModel: LanguageModel {
    let client: AnthropicClient
    /// The model's id.
    public let modelID: String
    /// The provider's name.
    public var provider: String { client.endpoint.provider ?? "anthropic" }
    /// The API's address.
    public var baseURL: String? { client.endpoint.baseURL }

    /// Answers as a whole.
    public func generate(_ call: ModelCall) async throws -> ModelReply {
        Self.reply(try await client.createMessage(request(call)).json.value)
    }

    /// Answers piece by piece.
    public func stream(_ call: ModelCall) async throws -> ModelStream {
        let events = try await client.streamMessage(request(call))
        return ModelStream(
            FoldedParts(base: events.json, dialect: .anthropicMessages, reply: Self.reply) { event in
                let delta = event["delta"]
                if let text = delta?["text"]?.string, !text.isEmpty { return [.text(text)] }
                if let text = delta?["thinking"]?.string, !text.isEmpty { return [.reasoning(text)] }
                return []
            })
    }

    /// Whose words a message may be given back in.
    static let api = "anthropic.messages"

    private static func reply(_ json: JSONValue) -> ModelReply {
        let answer = MessagesAnswer(JSON(json))
        let read = CallDialect.anthropicMessages.capture(request: nil, response: json)
        let content = json["content"]?.array ?? []
        // Thinking and its signatures have to come back in the next step; without them the plain form will do.
        let hasMore = content.contains { block in
            block["type"]?.string != "text" && block["type"]?.string != "tool_use"
        }
        return ModelReply(
            text: answer.text, reasoning: content.compactMap { $0["thinking"]?.string }.joined(),
            toolCalls: answer.toolCalls,
            end: ModelEnd(
                finishReason: FinishReason.folded(read.finishReason), usage: ModelUsage(read),
                responseID: json["id"]?.string, modelID: json["model"]?.string,
                original: hasMore ? ProviderContent(api: api, json: JSON(.array(content))) : nil))
    }
}
