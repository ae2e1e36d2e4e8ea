/// `chat.completions`, as OpenAI's own libraries spell it.
public struct ChatNamespace<Client: ChatCompletionsClient>: Sendable {
    let client: Client

    /// The completions.
    public var completions: Completions { Completions(client: client) }

    /// Chat completions.
    public struct Completions: Sendable {
        let client: Client

        /// Makes a call that is answered as a whole.
        public func create(_ request: Client.ChatRequest) async throws -> Client.ChatCompletion {
            try await client.createChatCompletion(request)
        }

        /// Makes a call that is answered piece by piece.
        public func stream(_ request: Client.ChatRequest) async throws -> Client.ChatStream {
            try await client.streamChatCompletion(request)
        }
    }
}

extension ChatCompletionsClient {
    /// `chat.completions.create(…)` and `.stream(…)`.
    public var chat: ChatNamespace<Self> { ChatNamespace(client: self) }
}

/// `responses`, as OpenAI's own libraries spell it.
public struct ResponsesNamespace<Client: ResponsesClient>: Sendable {
    let client: Client

    /// Makes a call that is answered as a whole.
    public func create(_ request: Client.ResponseRequest) async throws -> Client.ModelResponse {
        try await client.createResponse(request)
    }

    /// Makes a call that is answered event by event.
    public func stream(_ request: Client.ResponseRequest) async throws -> Client.ResponseStream {
        try await client.streamResponse(request)
    }
}

extension ResponsesClient {
    /// `responses.create(…)` and `.stream(…)`.
    public var responses: ResponsesNamespace<Self> { ResponsesNamespace(client: self) }
}

/// `messages`, as Anthropic's own libraries spell it.
public struct MessagesNamespace<Client: MessagesClient>: Sendable {
    let client: Client

    /// Makes a call that is answered as a whole.
    public func create(_ request: Client.MessagesRequest) async throws -> Client.MessagesAnswer {
        try await client.createMessage(request)
    }

    /// Makes a call that is answered event by event.
    public func stream(_ request: Client.MessagesRequest) async throws -> Client.MessagesStream {
        try await client.streamMessage(request)
    }
}

extension MessagesClient {
    /// `messages.create(…)` and `.stream(…)`.
    public var messages: MessagesNamespace<Self> { MessagesNamespace(client: self) }
}
