import ProviderCalls

/// A client of Anthropic's Messages API.
public protocol MessagesClient: Sendable {
    /// A request.
    associatedtype MessagesRequest: TraceableJSON
    /// A whole answer.
    associatedtype MessagesAnswer: TraceableJSON
    /// A streamed answer: its events.
    associatedtype MessagesStream: AsyncSequence & Sendable where MessagesStream.Element: TraceableJSON

    /// Makes a call that is answered as a whole.
    func createMessage(_ request: MessagesRequest) async throws -> MessagesAnswer
    /// Makes a call that is answered event by event.
    func streamMessage(_ request: MessagesRequest) async throws -> MessagesStream
    /// The model that a request asks for.
    func model(of request: MessagesRequest) -> String?
    /// Who answers.
    var endpoint: TracedEndpoint { get }
}

extension MessagesClient {
    /// Reads it from the request's JSON.
    public func model(of request: MessagesRequest) -> String? { request.traceableJSON?["model"]?.string }
    /// Anthropic, at an address that is not known.
    public var endpoint: TracedEndpoint { TracedEndpoint(provider: "anthropic") }
}

/// An Anthropic client whose calls are spans of a session. It answers, throws and streams as the client inside does.
public struct TracedAnthropic<Client: MessagesClient>: MessagesClient {
    /// The client inside.
    public let base: Client
    private let source: SessionSource

    init(_ base: Client, _ source: SessionSource) {
        self.base = base
        self.source = source
    }

    private var tracing: ClientTracing {
        ClientTracing(session: source.session, dialect: .anthropicMessages, endpoint: base.endpoint)
    }

    /// Makes a call that is answered as a whole.
    public func createMessage(_ request: Client.MessagesRequest) async throws -> Client.MessagesAnswer {
        try await tracing.call(request, model: base.model(of: request)) { try await base.createMessage($0) }
    }

    /// Makes a call that is answered event by event.
    public func streamMessage(_ request: Client.MessagesRequest) async throws -> TracedStream<Client.MessagesStream> {
        try await tracing.stream(request, model: base.model(of: request)) { try await base.streamMessage($0) }
    }

    /// The model that a request asks for.
    public func model(of request: Client.MessagesRequest) -> String? { base.model(of: request) }
    /// Who answers.
    public var endpoint: TracedEndpoint { base.endpoint }
}

extension Session {
    /// A client whose messages are spans of this session.
    public func wrapAnthropic<Client: MessagesClient>(_ client: Client) -> TracedAnthropic<Client> {
        TracedAnthropic(client, .fixed(self))
    }
}
