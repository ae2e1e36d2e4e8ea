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
        Self.reply(try await client.createMessage(request(call)).json)
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

    private func request(_ call: ModelCall) -> MessagesRequest {
        var system: [String] = []
        var messages: [JSONValue] = []
        for message in call.messages {
            switch message {
            case .system(let text): system.append(text)
            case .user(let text): messages.append(["role": "user", "content": .string(text)])
            case .assistant(_, _, let original?) where original.api == Self.api:
                messages.append(["role": "assistant", "content": original.json])
            case .assistant(let text, let calls, _):
                var content: [JSONValue] = text.isEmpty ? [] : [["type": "text", "text": .string(text)]]
                content += calls.map {
                    [
                        "type": "tool_use", "id": .string($0.id), "name": .string($0.name),
                        "input": $0.arguments ?? .object([]),
                    ]
                }
                messages.append(["role": "assistant", "content": .array(content)])
            case .tool(let results):
                let content = results.map { result -> JSONValue in
                    let said: JSONValue = [
                        "type": "tool_result", "tool_use_id": .string(result.callID), "content": .string(result.text),
                    ]
                    return result.isError ? said.setting("is_error", true) : said
                }
                messages.append(["role": "user", "content": .array(content)])
            }
        }
        if let schema = call.schema {
            system.append("Answer with JSON only, following this schema: " + schema.schema.compactText)
        }
        var made = ObjectBuilder()
        made.add("model", modelID)
        made.add("max_tokens", .number(call.maxTokens ?? 4096))
        if !system.isEmpty { made.add("system", system.joined(separator: "\n\n")) }
        made.add("messages", .array(messages))
        if !call.tools.isEmpty {
            let tools = call.tools.map { tool -> JSONValue in
                [
                    "name": .string(tool.name), "description": .string(tool.description),
                    "input_schema": tool.parameters,
                ]
            }
            made.add("tools", .array(tools))
        }
        made.add("temperature", call.temperature.map { .number($0) })
        return MessagesRequest(made.object)
    }

    /// Whose words a message may be given back in.
    private static let api = "anthropic.messages"

    private static func reply(_ json: JSONValue) -> ModelReply {
        let answer = MessagesAnswer(json)
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
                original: hasMore ? ProviderContent(api: api, json: .array(content)) : nil))
    }
}
