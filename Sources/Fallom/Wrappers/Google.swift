import ProviderCalls

/// One of Google's generative models, as its API's clients show it.
public protocol GenerativeModelClient: Sendable {
    /// A request.
    associatedtype GenerateRequest: TraceableJSON
    /// A whole answer.
    associatedtype GenerateAnswer: TraceableJSON
    /// A streamed answer.
    associatedtype GenerateStream: AsyncSequence & Sendable where GenerateStream.Element: TraceableJSON

    /// The model's name, as in `gemini-2.0-flash`.
    var modelName: String { get }
    /// Makes a call that is answered as a whole.
    func generateContent(_ request: GenerateRequest) async throws -> GenerateAnswer
    /// Makes a call that is answered piece by piece.
    func streamGenerateContent(_ request: GenerateRequest) async throws -> GenerateStream
    /// Who answers.
    var endpoint: TracedEndpoint { get }
}

extension GenerativeModelClient {
    /// Google, at an address that is not known.
    public var endpoint: TracedEndpoint { TracedEndpoint(provider: "gcp.gemini") }
}

/// A generative model whose calls are spans of a session. It answers, throws and streams as the model inside does.
public struct TracedGenerativeModel<Client: GenerativeModelClient>: GenerativeModelClient {
    /// The model inside.
    public let base: Client
    private let source: SessionSource

    init(_ base: Client, _ source: SessionSource) {
        self.base = base
        self.source = source
    }

    func tracing(_ dialect: CallDialect = .googleGenerate) -> ClientTracing {
        ClientTracing(session: source.session, dialect: dialect, endpoint: base.endpoint)
    }

    /// The model's name.
    public var modelName: String { base.modelName }
    /// Who answers.
    public var endpoint: TracedEndpoint { base.endpoint }

    /// Makes a call that is answered as a whole.
    public func generateContent(_ request: Client.GenerateRequest) async throws -> Client.GenerateAnswer {
        try await tracing().call(request, model: base.modelName) { try await base.generateContent($0) }
    }

    /// Makes a call that is answered piece by piece.
    public func streamGenerateContent(
        _ request: Client.GenerateRequest
    ) async throws -> TracedStream<Client.GenerateStream> {
        try await tracing().stream(request, model: base.modelName) { try await base.streamGenerateContent($0) }
    }
}

extension Session {
    /// A generative model whose calls are spans of this session.
    public func wrapGoogleAI<Client: GenerativeModelClient>(_ model: Client) -> TracedGenerativeModel<Client> {
        TracedGenerativeModel(model, .fixed(self))
    }
}

/// Google's generative models, whose calls are spans of the session that the task works for.
public struct TracedGoogleAI: Sendable {
    /// The client inside.
    public let base: GoogleAIClient
    let source: SessionSource

    /// One of the models.
    public func generativeModel(_ name: String) -> TracedGenerativeModel<GoogleGenerativeModel> {
        TracedGenerativeModel(base.generativeModel(name), source)
    }
}
