import ProviderCalls

/// A client of OpenAI's Chat Completions, or of any API compatible with it. To trace a client of one's own, conform it:
/// the two calls, and requests and answers that are ``TraceableJSON``.
public protocol ChatCompletionsClient: Sendable {
    /// A request.
    associatedtype ChatRequest: TraceableJSON
    /// A whole answer.
    associatedtype ChatCompletion: TraceableJSON
    /// A streamed answer.
    associatedtype ChatStream: AsyncSequence & Sendable where ChatStream.Element: TraceableJSON

    /// Makes a call that is answered as a whole.
    func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion
    /// Makes a call that is answered piece by piece.
    func streamChatCompletion(_ request: ChatRequest) async throws -> ChatStream
    /// The model that a request asks for.
    func model(of request: ChatRequest) -> String?
    /// Who answers.
    var endpoint: TracedEndpoint { get }
}

extension ChatCompletionsClient {
    /// Reads it from the request's JSON.
    public func model(of request: ChatRequest) -> String? { request.traceableJSON?["model"]?.string }
    /// Unknown.
    public var endpoint: TracedEndpoint { TracedEndpoint() }
}

/// A client of OpenAI's Responses API.
public protocol ResponsesClient: Sendable {
    /// A request.
    associatedtype ResponseRequest: TraceableJSON
    /// A whole answer.
    associatedtype ModelResponse: TraceableJSON
    /// A streamed answer: its events.
    associatedtype ResponseStream: AsyncSequence & Sendable where ResponseStream.Element: TraceableJSON

    /// Makes a call that is answered as a whole.
    func createResponse(_ request: ResponseRequest) async throws -> ModelResponse
    /// Makes a call that is answered event by event.
    func streamResponse(_ request: ResponseRequest) async throws -> ResponseStream
    /// The model that a request asks for.
    func model(ofResponse request: ResponseRequest) -> String?
    /// Who answers.
    var endpoint: TracedEndpoint { get }
}

extension ResponsesClient {
    /// Reads it from the request's JSON.
    public func model(ofResponse request: ResponseRequest) -> String? { request.traceableJSON?["model"]?.string }
    /// Unknown.
    public var endpoint: TracedEndpoint { TracedEndpoint() }
}

/// An OpenAI client whose calls are spans of a session. It answers, throws and streams as the client inside does.
public struct TracedOpenAI<Client: Sendable>: Sendable {
    /// The client inside.
    public let base: Client
    private let source: SessionSource

    init(_ base: Client, _ source: SessionSource) {
        self.base = base
        self.source = source
    }

    func tracing(_ dialect: CallDialect, _ endpoint: TracedEndpoint) -> ClientTracing {
        ClientTracing(session: source.session, dialect: dialect, endpoint: endpoint)
    }
}

extension TracedOpenAI: ChatCompletionsClient where Client: ChatCompletionsClient {
    /// A request.
    public typealias ChatRequest = Client.ChatRequest

    /// Makes a call that is answered as a whole.
    public func createChatCompletion(_ request: Client.ChatRequest) async throws -> Client.ChatCompletion {
        try await tracing(.openAIChat, base.endpoint).call(request, model: base.model(of: request)) {
            try await base.createChatCompletion($0)
        }
    }

    /// Makes a call that is answered piece by piece.
    public func streamChatCompletion(_ request: Client.ChatRequest) async throws -> TracedStream<Client.ChatStream> {
        try await tracing(.openAIChat, base.endpoint).stream(request, model: base.model(of: request)) {
            try await base.streamChatCompletion($0)
        }
    }

    /// The model that a request asks for.
    public func model(of request: Client.ChatRequest) -> String? { base.model(of: request) }
    /// Who answers.
    public var endpoint: TracedEndpoint { base.endpoint }
}

extension TracedOpenAI: ResponsesClient where Client: ResponsesClient {
    /// A request.
    public typealias ResponseRequest = Client.ResponseRequest

    /// Makes a call that is answered as a whole.
    public func createResponse(_ request: Client.ResponseRequest) async throws -> Client.ModelResponse {
        try await tracing(.openAIResponses, base.endpoint).call(request, model: base.model(ofResponse: request)) {
            try await base.createResponse($0)
        }
    }

    /// Makes a call that is answered event by event.
    public func streamResponse(_ request: Client.ResponseRequest) async throws -> TracedStream<Client.ResponseStream> {
        try await tracing(.openAIResponses, base.endpoint).stream(request, model: base.model(ofResponse: request)) {
            try await base.streamResponse($0)
        }
    }

    /// The model that a request asks for.
    public func model(ofResponse request: Client.ResponseRequest) -> String? { base.model(ofResponse: request) }
    /// Who answers.
    public var endpoint: TracedEndpoint { base.endpoint }
}

extension Session {
    /// A client whose chat completions are spans of this session.
    public func wrapOpenAI<Client: ChatCompletionsClient>(_ client: Client) -> TracedOpenAI<Client> {
        TracedOpenAI(client, .fixed(self))
    }

    /// A client whose responses are spans of this session.
    public func wrapOpenAI<Client: ResponsesClient>(_ client: Client) -> TracedOpenAI<Client> {
        TracedOpenAI(client, .fixed(self))
    }

    /// A client whose chat completions and responses are spans of this session.
    public func wrapOpenAI<Client: ChatCompletionsClient & ResponsesClient>(_ client: Client) -> TracedOpenAI<Client> {
        TracedOpenAI(client, .fixed(self))
    }
}
