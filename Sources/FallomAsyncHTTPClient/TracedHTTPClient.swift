public import AsyncHTTPClient
public import Fallom
public import Logging
public import NIOCore
import NIOHTTP1

/// An `HTTPClient` whose calls of model APIs are spans of a session: OpenAI's and what is compatible with it, Anthropic's,
/// Gemini's, Vertex', Bedrock's, Ollama's, Cohere's. It sends, answers and throws as the client inside does; all other
/// requests pass through untouched.
///
/// ```swift
/// let client = session.traced(HTTPClient.shared)      // the one line that changes
/// let response = try await client.execute(request, timeout: .seconds(60))
/// ```
///
/// A call is recognised by its path, host, headers and body, so that compatible servers at other addresses are too. The
/// span ends when the answer's body has been read, or is let go. A request's body may be of any kind; a streamed one is
/// copied while the client sends it, up to 64 MB.
///
/// **When a connection breaks in the middle of an answer**, AsyncHTTPClient drops the bytes that nobody had asked for by then
/// (its state machine lets its buffer go when the channel fails, for both of its APIs): app and span lack the same last
/// pieces, in some 1 to 4 of a hundred such answers. The wrapper asks as early as it can, on an event loop; no wrapper of a
/// client that exists can do more. Fewest are lost with a client on `HTTPClient.defaultEventLoopGroup` whose connections
/// read all there is at once:
///
/// ```swift
/// configuration.http1_1ConnectionDebugInitializer = { $0.setOption(.maxMessagesPerRead, value: 128) }
/// ```
///
/// The SDK's own clients do both.
public struct TracedHTTPClient: Sendable {
    /// The client inside.
    public let base: HTTPClient
    private let source: SessionSource
    private let provider: String?
    private let asksForUsage: Bool

    /// Wraps a client.
    ///
    /// - Parameters:
    ///   - provider: who answers, where the address does not tell.
    ///   - asksForUsage: whether streamed chat completions are asked for their tokens (`stream_options`), where the request
    ///     does not say itself what it wants: the one thing that is changed of a request, and only when it is wished for.
    public init(_ base: HTTPClient, session: Session, provider: String? = nil, asksForUsage: Bool = false) {
        self.init(base, .fixed(session), provider: provider, asksForUsage: asksForUsage)
    }

    init(_ base: HTTPClient, _ source: SessionSource, provider: String?, asksForUsage: Bool) {
        self.base = base
        self.source = source
        self.provider = provider
        self.asksForUsage = asksForUsage
    }

    /// Executes a request.
    public func execute(
        _ request: HTTPClientRequest, deadline: NIODeadline, logger: Logger? = nil
    ) async throws -> HTTPClientResponse {
        try await traced(request) { [base] in try await base.execute($0, deadline: deadline, logger: logger) }
    }

    /// Executes a request.
    public func execute(
        _ request: HTTPClientRequest, timeout: TimeAmount, logger: Logger? = nil
    ) async throws -> HTTPClientResponse {
        try await traced(request) { [base] in try await base.execute($0, timeout: timeout, logger: logger) }
    }

    private nonisolated(nonsending) func traced(
        _ request: HTTPClientRequest,
        _ execute: @escaping @Sendable (HTTPClientRequest) async throws -> HTTPClientResponse
    ) async throws -> HTTPClientResponse {
        guard TracedExchange.mayBeCall(method: request.method.rawValue, url: request.url) else {
            return try await execute(request)
        }
        var request = request
        switch await SentBody.of(request) {
        case .whole(let bytes):
            guard let exchange = begin(request, body: Array(buffer: bytes)) else { break }
            if asksForUsage, let body = exchange.bodyAskingForUsage {
                request.headers.remove(name: "Content-Length")
                request.body = .bytes(ByteBuffer(bytes: body))
            }
            return try await traced(request, exchange, execute)
        case .streamed(let length):
            guard let exchange = begin(request, body: nil), let body = request.body else { break }
            let copy = BodyCopy { exchange.read(requestBody: Array(buffer: $0)) }
            request.body = .stream(CopiedBody(base: body, copy: copy), length: length)
            return try await traced(request, exchange, execute)
        case .unreadable:
            guard let exchange = begin(request, body: nil) else { break }
            return try await traced(request, exchange, execute)
        }
        return try await execute(request)
    }

    private func begin(_ request: HTTPClientRequest, body: [UInt8]?) -> TracedExchange? {
        TracedExchange(
            source, method: request.method.rawValue, url: request.url,
            headers: request.headers.map { ($0.name, $0.value) }, body: body, provider: provider)
    }

    private nonisolated(nonsending) func traced(
        _ request: HTTPClientRequest, _ exchange: TracedExchange,
        _ execute: @escaping @Sendable (HTTPClientRequest) async throws -> HTTPClientResponse
    ) async throws -> HTTPClientResponse {
        do {
            let loop = LoopExecutor.any()
            return try await exchange.run {
                try await withTaskExecutorPreference(loop) { @concurrent in
                    var response = try await execute(request)
                    exchange.head(
                        status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) })
                    let ahead = ReadAhead(response.body, on: loop, time: exchange.time)
                    response.body = .stream(ObservedBody(ahead, exchange))
                    return response
                }
            }
        } catch {
            exchange.fail(error)
            throw error
        }
    }
}

extension Session {
    /// A client that sends as `client` does, and whose calls of model APIs are spans of this session.
    ///
    /// - Parameters:
    ///   - provider: who answers, where the address does not tell (a server of one's own).
    ///   - asksForUsage: whether streamed chat completions are asked for their tokens, where the request says nothing of it.
    public func traced(
        _ client: HTTPClient, provider: String? = nil, asksForUsage: Bool = false
    ) -> TracedHTTPClient {
        TracedHTTPClient(client, session: self, provider: provider, asksForUsage: asksForUsage)
    }
}

extension FallomClient {
    /// A client that sends as `client` does, and whose calls of model APIs are spans of the session that the task works for
    /// when they begin: made once, used in any session.
    ///
    /// - Parameters:
    ///   - provider: who answers, where the address does not tell (a server of one's own).
    ///   - asksForUsage: whether streamed chat completions are asked for their tokens, where the request says nothing of it.
    public func traced(
        _ client: HTTPClient, provider: String? = nil, asksForUsage: Bool = false
    ) -> TracedHTTPClient {
        TracedHTTPClient(client, source, provider: provider, asksForUsage: asksForUsage)
    }
}
