import Synchronization

/// The providers' clients that a ``FallomClient`` makes once, when they are asked for.
struct ProviderClients: Sendable {
    let openAI: MadeOnce<OpenAIClient>
    let anthropic: MadeOnce<AnthropicClient>
    let google: MadeOnce<GoogleAIClient>

    /// - Parameter tape: what is played in the place of all providers; `nil` to ask them.
    init(tape: ExchangeTape? = nil) {
        openAI = MadeOnce { tape.map { OpenAIClient.testing.playing($0) } ?? OpenAIClient() }
        anthropic = MadeOnce { tape.map { AnthropicClient.testing.playing($0) } ?? AnthropicClient() }
        google = MadeOnce { tape.map { GoogleAIClient.testing.playing($0) } ?? GoogleAIClient() }
    }
}

/// A value that is made when it is first asked for, and kept.
final class MadeOnce<Value: Sendable>: Sendable {
    private let kept = Mutex<Value?>(nil)
    private let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    var value: Value {
        kept.withLock { kept in
            if let kept { return kept }
            let made = make()
            kept = made
            return made
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
    public var openAI: TracedOpenAI<OpenAIClient> { wrapOpenAI(providers.openAI.value) }

    /// Anthropic's API with the key of `ANTHROPIC_API_KEY`: each call is a span of the task's session.
    public var anthropic: TracedAnthropic<AnthropicClient> { wrapAnthropic(providers.anthropic.value) }

    /// Google's API with the key of `GOOGLE_API_KEY` or `GEMINI_API_KEY`: each call is a span of the task's session.
    public var google: TracedGoogleAI { TracedGoogleAI(base: providers.google.value, source: source) }

    /// The clients behind ``openAI``, ``anthropic`` and ``google`` by the names of their models, for the functions of ``AI``. Of a
    /// client for tests it asks nobody: the tape answers.
    ///
    /// ```swift
    /// try await fallom.withSession(configKey: "my-app", sessionID: id) {
    ///     let answer = try await fallom.wrapAISDK().generateText(
    ///         model: fallom.modelRouter.assigned(fallback: "gpt-4o-mini"), prompt: "Hello!")
    /// }
    /// ```
    public var modelRouter: ModelRouter {
        ModelRouter(
            openAI: { [providers] in providers.openAI.value }, anthropic: { [providers] in providers.anthropic.value },
            google: { [providers] in providers.google.value })
    }

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
