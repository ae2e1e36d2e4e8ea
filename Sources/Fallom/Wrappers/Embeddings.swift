import ProviderCalls

/// A client of an API of embeddings.
public protocol EmbeddingsClient: Sendable {
    /// A request.
    associatedtype EmbeddingRequest: TraceableJSON
    /// An answer.
    associatedtype EmbeddingAnswer: TraceableJSON

    /// Makes embeddings.
    func createEmbeddings(_ request: EmbeddingRequest) async throws -> EmbeddingAnswer
    /// The model that a request asks for.
    func model(ofEmbedding request: EmbeddingRequest) -> String?
    /// Who answers.
    var endpoint: TracedEndpoint { get }
}

extension EmbeddingsClient {
    /// Reads it from the request's JSON.
    public func model(ofEmbedding request: EmbeddingRequest) -> String? { request.traceableJSON?["model"]?.string }
}

/// `embeddings`, as OpenAI's own libraries spell it.
public struct EmbeddingsNamespace<Client: EmbeddingsClient>: Sendable {
    let client: Client

    /// Makes embeddings.
    public func create(_ request: Client.EmbeddingRequest) async throws -> Client.EmbeddingAnswer {
        try await client.createEmbeddings(request)
    }
}

extension EmbeddingsClient {
    /// `embeddings.create(…)`.
    public var embeddings: EmbeddingsNamespace<Self> { EmbeddingsNamespace(client: self) }
}

extension TracedOpenAI: EmbeddingsClient where Client: EmbeddingsClient {
    /// A request.
    public typealias EmbeddingRequest = Client.EmbeddingRequest

    /// Makes embeddings.
    public func createEmbeddings(_ request: Client.EmbeddingRequest) async throws -> Client.EmbeddingAnswer {
        try await tracing(.openAIEmbeddings, base.endpoint).call(request, model: base.model(ofEmbedding: request)) {
            try await base.createEmbeddings($0)
        }
    }

    /// The model that a request asks for.
    public func model(ofEmbedding request: Client.EmbeddingRequest) -> String? { base.model(ofEmbedding: request) }
    /// Who answers.
    public var endpoint: TracedEndpoint { base.endpoint }
}

extension TracedGenerativeModel: EmbeddingsClient where Client: EmbeddingsClient {
    /// A request.
    public typealias EmbeddingRequest = Client.EmbeddingRequest

    /// Makes embeddings.
    public func createEmbeddings(_ request: Client.EmbeddingRequest) async throws -> Client.EmbeddingAnswer {
        try await tracing(.googleEmbed).call(request, model: base.modelName) { try await base.createEmbeddings($0) }
    }

    /// The model that a request asks for.
    public func model(ofEmbedding request: Client.EmbeddingRequest) -> String? { base.modelName }
}

extension Session {
    /// A client whose embeddings are spans of this session.
    public func wrapOpenAI<Client: EmbeddingsClient>(_ client: Client) -> TracedOpenAI<Client> {
        TracedOpenAI(client, .fixed(self))
    }

    /// A client whose chat completions and embeddings are spans of this session.
    public func wrapOpenAI<Client: ChatCompletionsClient & EmbeddingsClient>(
        _ client: Client
    ) -> TracedOpenAI<Client> {
        TracedOpenAI(client, .fixed(self))
    }

    /// A client whose chat completions, responses and embeddings are spans of this session.
    public func wrapOpenAI<Client: ChatCompletionsClient & ResponsesClient & EmbeddingsClient>(
        _ client: Client
    ) -> TracedOpenAI<Client> {
        TracedOpenAI(client, .fixed(self))
    }
}
