import OrderedJSON

/// What a call of the demo gave: an answer or the wish to call a tool, with its tokens, in the provider's shape.
struct DemoResponse {
    /// What the model wrote.
    enum Content {
        case text(String)
        case toolCall(id: String, name: String, arguments: String)
    }

    let model: DemoModel
    let id: String
    let content: Content
    /// `stop`, `length`, `tool_calls` or `content_filter`; each provider has its own word.
    let finish: String
    let promptTokens: Int
    let cachedTokens: Int
    let completionTokens: Int
    let reasoningTokens: Int

    /// The response as the SDKs record it.
    var json: JSONValue {
        var text: JSONValue = .null
        var calls: [JSONValue] = []
        switch content {
        case .text(let answer): text = .string(answer)
        case .toolCall(let id, let name, let arguments):
            calls = [
                model.provider == .openai
                    ? Self.openAICall(id: id, name: name, arguments: arguments)
                    : .object(["id": .string(id), "name": .string(name), "arguments": Self.parsed(arguments)])
            ]
        }
        return .object([
            "text": text, "finishReason": .string(finishReason), "responseId": .string(id),
            "model": .string(model.answeringName), "toolCalls": .array(calls),
        ])
    }

    /// The usage as the provider writes it, with the cost a gateway adds to it.
    var usage: JSONValue {
        switch model.provider {
        case .openai:
            .object([
                "prompt_tokens": .number(promptTokens), "completion_tokens": .number(completionTokens),
                "total_tokens": .number(promptTokens + completionTokens),
                "prompt_tokens_details": .object(["cached_tokens": .number(cachedTokens)]),
                "completion_tokens_details": .object(["reasoning_tokens": .number(reasoningTokens)]),
                "cost": .number(cost),
            ])
        case .anthropic:
            .object([
                "input_tokens": .number(promptTokens - cachedTokens), "cache_creation_input_tokens": .number(0),
                "cache_read_input_tokens": .number(cachedTokens), "output_tokens": .number(completionTokens),
                "cost": .number(cost),
            ])
        case .google:
            .object([
                "promptTokenCount": .number(promptTokens), "candidatesTokenCount": .number(completionTokens),
                "totalTokenCount": .number(promptTokens + completionTokens),
                "cachedContentTokenCount": .number(cachedTokens), "cost": .number(cost),
            ])
        }
    }

    /// US dollars; cached tokens cost a tenth.
    private var cost: Double {
        let fresh = Int64(promptTokens - cachedTokens) * model.promptPrice
        let cached = Int64(cachedTokens) * model.promptPrice / 10
        return Double(fresh + cached + Int64(completionTokens) * model.completionPrice) / 1e9
    }

    private var finishReason: String {
        switch (model.provider, finish) {
        case (.anthropic, "stop"): "end_turn"
        case (.anthropic, "length"): "max_tokens"
        case (.anthropic, "tool_calls"): "tool_use"
        case (.anthropic, "content_filter"): "refusal"
        case (.google, "stop"), (.google, "tool_calls"): "STOP"
        case (.google, "length"): "MAX_TOKENS"
        case (.google, "content_filter"): "SAFETY"
        default: finish
        }
    }

    /// A tool call as OpenAI's API writes it.
    static func openAICall(id: String, name: String, arguments: String) -> JSONValue {
        .object([
            "id": .string(id), "type": .string("function"),
            "function": .object(["name": .string(name), "arguments": .string(arguments)]),
        ])
    }

    /// The JSON in a text; what is not JSON is a string.
    static func parsed(_ text: String) -> JSONValue {
        (try? JSONValue(parsing: text)) ?? .string(text)
    }
}
