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
        Self.reply(try await client.createChatCompletion(request(call)).json)
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

    private func request(_ call: ModelCall) -> ChatRequest {
        var made = ObjectBuilder()
        made.add("model", modelID)
        made.add("messages", .array(call.messages.flatMap(Self.messages)))
        if !call.tools.isEmpty {
            let tools = call.tools.map { tool -> JSONValue in
                let function: JSONValue = [
                    "name": .string(tool.name), "description": .string(tool.description),
                    "parameters": tool.parameters,
                ]
                return ["type": "function", "function": tool.isStrict ? function.setting("strict", true) : function]
            }
            made.add("tools", .array(tools))
        }
        if let schema = call.schema {
            let named: JSONValue = ["name": .string(schema.name), "schema": schema.schema]
            made.add(
                "response_format",
                ["type": "json_schema", "json_schema": schema.isStrict ? named.setting("strict", true) : named])
        }
        made.add("temperature", call.temperature.map { .number($0) })
        made.add(wantsCompletionTokens ? "max_completion_tokens" : "max_tokens", call.maxTokens.map { .number($0) })
        return ChatRequest(made.object)
    }

    /// Whether the model takes its limit as `max_completion_tokens` alone: those that reason (o1, o3, …, gpt-5 and later).
    private var wantsCompletionTokens: Bool {
        let name = modelID.split(separator: "/").last.map(String.init) ?? modelID
        if name.hasPrefix("gpt-") {
            // Azure's name of 3.5 is gpt-35.
            return Int(name.dropFirst(4).prefix { $0.isNumber }).map { $0 >= 5 && $0 != 35 } ?? false
        }
        return name.hasPrefix("o") && name.dropFirst().first?.isNumber == true
    }

    /// Whose words a message may be given back in.
    private static let api = "openai.chat"

    private static func messages(_ message: ModelMessage) -> [JSONValue] {
        switch message {
        case .tool(let results):
            results.map { ["role": "tool", "tool_call_id": .string($0.callID), "content": .string($0.text)] }
        case .assistant(_, _, let original?) where original.api == api: [original.json]
        default: [message.json]
        }
    }

    private static func reply(_ json: JSONValue) -> ModelReply {
        let completion = ChatCompletion(json)
        let read = CallDialect.openAIChat.capture(request: nil, response: json)
        let message = completion.message
        // Signed thoughts (Gemini behind this API, OpenRouter) have to come back in the next step.
        let isSigned =
            message?["reasoning_details"]?.array?.isEmpty == false
            || (message?["tool_calls"]?.array ?? []).contains { $0["extra_content"] != nil }
        var end = ModelEnd(
            finishReason: FinishReason.folded(read.finishReason), usage: ModelUsage(read),
            responseID: json["id"]?.string, modelID: completion.model,
            original: isSigned ? message.map { ProviderContent(api: api, json: $0) } : nil)
        end.answeredBy = read.answeredBy
        return ModelReply(
            text: completion.text ?? "", reasoning: message.map(ChatText.reasoning) ?? "",
            toolCalls: completion.toolCalls, end: end)
    }
}
