import OrderedJSON
import ProviderCalls

// A streamed answer put together, and what every answer says of tokens.

extension ChatCompletion {
    /// The completion that the pieces of a stream add up to, tool calls included; `nil` when there are none.
    public init?(folding chunks: [ChatChunk]) {
        guard let whole = CallDialect.openAIChat.fold(chunks.map(\.json.value)) else { return nil }
        self.init(JSON(whole))
    }

    /// Tokens and cost, as far as the provider tells.
    public var usage: ModelUsage { ModelUsage(CallDialect.openAIChat.capture(request: nil, response: json.value)) }
}

extension ModelResponse {
    /// The response that the events of a stream add up to; `nil` when there are none.
    public init?(folding events: [ResponseEvent]) {
        guard let whole = CallDialect.openAIResponses.fold(events.map(\.json.value)) else { return nil }
        self.init(JSON(whole))
    }

    /// Tokens and cost, as far as the provider tells.
    public var usage: ModelUsage { ModelUsage(CallDialect.openAIResponses.capture(request: nil, response: json.value)) }
}

extension MessagesAnswer {
    /// The message that the events of a stream add up to, tool calls included; `nil` when there are none.
    public init?(folding events: [MessagesEvent]) {
        guard let whole = CallDialect.anthropicMessages.fold(events.map(\.json.value)) else { return nil }
        self.init(JSON(whole))
    }

    /// Tokens and cost, as far as the provider tells.
    public var usage: ModelUsage {
        ModelUsage(CallDialect.anthropicMessages.capture(request: nil, response: json.value))
    }
}

extension GenerateAnswer {
    /// The answer that the pieces of a stream add up to; `nil` when there are none.
    public init?(folding pieces: [GenerateAnswer]) {
        guard let whole = CallDialect.googleGenerate.fold(pieces.map(\.json.value)) else { return nil }
        self.init(JSON(whole))
    }

    /// Tokens, as far as the provider tells.
    public var usage: ModelUsage { ModelUsage(CallDialect.googleGenerate.capture(request: nil, response: json.value)) }
}
