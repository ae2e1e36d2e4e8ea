import Synchronization

/// The providers' clients that a ``FallomClient`` makes once, when they are asked for.
final class ProviderClients: Sendable {
    private struct State {
        var openAI: OpenAIClient?
        var anthropic: AnthropicClient?
        var google: GoogleAIClient?
    }

    private let state = Mutex(State())
    /// What is played in the place of all providers; `nil` to ask them.
    private let tape: ExchangeTape?

    init(tape: ExchangeTape? = nil) { self.tape = tape }

    var openAI: OpenAIClient {
        state.withLock { state in
            if let client = state.openAI { return client }
            let client = tape.map { OpenAIClient.testing.playing($0) } ?? OpenAIClient()
            state.openAI = client
            return client
        }
    }

    var anthropic: AnthropicClient {
        state.withLock { state in
            if let client = state.anthropic { return client }
            let client = tape.map { AnthropicClient.testing.playing($0) } ?? AnthropicClient()
            state.anthropic = client
            return client
        }
    }

    var google: GoogleAIClient {
        state.withLock { state in
            if let client = state.google { return client }
            let client = tape.map { GoogleAIClient.testing.playing($0) } ?? GoogleAIClient()
            state.google = client
            return client
        }
    }
}

// A client made once whose calls are spans of the session that the task works for (``Session/current``). Outside of any
// session they stand in one named `outside-any-session`, with a warning.

extension FallomClient {
    /// OpenAI's API with the key of `OPENAI_API_KEY`: each call is a span of the task's session.
    ///
    /// ```swift
    /// try await fallom.withSession(configKey: "my-app", sessionID: id) {
    ///     let answer = try await fallom.openAI.chat.completions.create(request)
    /// }
    /// ```
    public var openAI: TracedOpenAI<OpenAIClient> { wrapOpenAI(providers.openAI) }

    /// Anthropic's API with the key of `ANTHROPIC_API_KEY`: each call is a span of the task's session.
    public var anthropic: TracedAnthropic<AnthropicClient> { wrapAnthropic(providers.anthropic) }

    /// Google's API with the key of `GOOGLE_API_KEY` or `GEMINI_API_KEY`: each call is a span of the task's session.
    public var google: TracedGoogleAI { TracedGoogleAI(base: providers.google, source: source) }

    /// A client whose chat completions are spans of the session that the task works for.
    public func wrapOpenAI<Client: ChatCompletionsClient>(_ client: Client) -> TracedOpenAI<Client> {
        TracedOpenAI(client, source)
    }

    /// A client whose responses are spans of the session that the task works for.
    public func wrapOpenAI<Client: ResponsesClient>(_ client: Client) -> TracedOpenAI<Client> {
        TracedOpenAI(client, source)
    }

    /// A client whose chat completions and responses are spans of the session that the task works for.
    public func wrapOpenAI<Client: ChatCompletionsClient & ResponsesClient>(_ client: Client) -> TracedOpenAI<Client> {
        TracedOpenAI(client, source)
    }

    /// A client whose embeddings are spans of the session that the task works for.
    public func wrapOpenAI<Client: EmbeddingsClient>(_ client: Client) -> TracedOpenAI<Client> {
        TracedOpenAI(client, source)
    }

    /// A client whose chat completions and embeddings are spans of the session that the task works for.
    public func wrapOpenAI<Client: ChatCompletionsClient & EmbeddingsClient>(
        _ client: Client
    ) -> TracedOpenAI<Client> {
        TracedOpenAI(client, source)
    }

    /// A client whose chat completions, responses and embeddings are spans of the session that the task works for.
    public func wrapOpenAI<Client: ChatCompletionsClient & ResponsesClient & EmbeddingsClient>(
        _ client: Client
    ) -> TracedOpenAI<Client> {
        TracedOpenAI(client, source)
    }

    /// A client whose messages are spans of the session that the task works for.
    public func wrapAnthropic<Client: MessagesClient>(_ client: Client) -> TracedAnthropic<Client> {
        TracedAnthropic(client, source)
    }

    /// A generative model whose calls are spans of the session that the task works for.
    public func wrapGoogleAI<Client: GenerativeModelClient>(_ model: Client) -> TracedGenerativeModel<Client> {
        TracedGenerativeModel(model, source)
    }

    /// Runs whose text, objects, tools and steps are one span each of the session that the task works for.
    public func wrapAISDK(_ ai: AI = AI()) -> AI { AI(source: source, toolErrors: ai.toolErrors) }

    /// Whatever session the task works for.
    package var source: SessionSource { .current(core) }
}
