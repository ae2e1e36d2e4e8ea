import OrderedJSON
import ProviderCalls

extension OpenAIClient {
    /// One of the models, for ``AI`` and ``Session/traceModel(_:)``.
    public func languageModel(_ modelID: String) -> OpenAIChatModel { OpenAIChatModel(client: self, modelID: modelID) }
}

/// A model behind OpenAI's Chat Completions.
public struct OpenAIChatModel: LanguageModel {
    let client: OpenAIClient
    /// The model's id.
    public let modelID: String
    /// The provider's name.
    public var provider: String { client.endpoint.provider ?? "openai" }
    /// The API's address.
    public var baseURL: String? { client.endpoint.baseURL }

    /// Answers as a whole.
    public func generate(_ call: ModelCall) async throws -> ModelReply {
        Self.reply(try await client.createChatCompletion(request(call)).json)
    }

    /// Answers piece by piece.
    public func stream(_ call: ModelCall) async throws -> ModelStream {
        var request = request(call)
        request.json = request.json.setting("stream_options", ["include_usage": true])
        let chunks = try await client.streamChatCompletion(request)
        return ModelStream(
            FoldedParts(base: chunks.json, dialect: .openAIChat, reply: Self.reply) { chunk in
                let delta = chunk["choices"]?[0]?["delta"]
                var parts: [ModelPart] = []
                if let text = delta?["reasoning_content"]?.string, !text.isEmpty { parts.append(.reasoning(text)) }
                if let text = delta?["content"]?.string, !text.isEmpty { parts.append(.text(text)) }
                return parts
            })
    }

    private func request(_ call: ModelCall) -> ChatRequest {
        var made = ObjectBuilder()
        made.add("model", modelID)
        made.add("messages", .array(call.messages.flatMap(Self.messages)))
        if !call.tools.isEmpty {
            let tools = call.tools.map { tool -> JSONValue in
                [
                    "type": "function",
                    "function": [
                        "name": .string(tool.name), "description": .string(tool.description),
                        "parameters": tool.parameters,
                    ],
                ]
            }
            made.add("tools", .array(tools))
        }
        if let schema = call.schema {
            made.add(
                "response_format",
                ["type": "json_schema", "json_schema": ["name": .string(schema.name), "schema": schema.schema]])
        }
        made.add("temperature", call.temperature.map { .number($0) })
        made.add("max_tokens", call.maxTokens.map { .number($0) })
        return ChatRequest(made.object)
    }

    private static func messages(_ message: ModelMessage) -> [JSONValue] {
        guard case .tool(let results) = message else { return [message.json] }
        return results.map { ["role": "tool", "tool_call_id": .string($0.callID), "content": .string($0.text)] }
    }

    private static func reply(_ json: JSONValue) -> ModelReply {
        let completion = ChatCompletion(json)
        let usage = json["usage"]
        return ModelReply(
            text: completion.text ?? "", reasoning: completion.message?["reasoning_content"]?.string ?? "",
            toolCalls: completion.toolCalls,
            end: ModelEnd(
                finishReason: FinishReason.folded(completion.finishReason),
                usage: ModelUsage(
                    inputTokens: usage?["prompt_tokens"]?.int, outputTokens: usage?["completion_tokens"]?.int,
                    totalTokens: usage?["total_tokens"]?.int,
                    reasoningTokens: usage?["completion_tokens_details"]?["reasoning_tokens"]?.int,
                    cachedInputTokens: usage?["prompt_tokens_details"]?["cached_tokens"]?.int),
                responseID: json["id"]?.string, modelID: completion.model))
    }
}
