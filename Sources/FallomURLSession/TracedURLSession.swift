public import Fallom
public import Foundation
import URLStreaming

#if canImport(FoundationNetworking)
public import FoundationNetworking
#endif

/// A `URLSession` whose calls of model APIs are spans of a session: those of OpenAI and what is compatible with it,
/// Anthropic, Gemini, Vertex, Bedrock, Ollama and Cohere. It sends, answers, throws and is cancelled as the one inside;
/// all other requests pass through untouched.
///
/// ```swift
/// let urlSession = session.traced(URLSession.shared)      // the one line that changes
/// let (data, response) = try await urlSession.data(for: request)
/// ```
///
/// Delegates, redirects, authentication, cookies, metrics are the session's inside. For code that takes a `URLSession`
/// itself or makes its own tasks there is ``Fallom/Session/urlSession(configuration:delegate:delegateQueue:provider:)``.
public struct TracedURLSession: Sendable {
    /// The session inside.
    public let base: URLSession
    private let source: SessionSource
    private let provider: String?
    private let asksForUsage: Bool

    /// Wraps a `URLSession`.
    ///
    /// - Parameters:
    ///   - provider: who answers, where the address does not tell.
    ///   - asksForUsage: whether streamed chat completions are asked for their tokens (`stream_options`), where the request
    ///     does not say itself what it wants: the one thing that is changed of a request, and only when it is wished for.
    ///     Bodies that are uploaded stay as they are.
    public init(_ base: URLSession, session: Session, provider: String? = nil, asksForUsage: Bool = false) {
        self.init(base, .fixed(session), provider: provider, asksForUsage: asksForUsage)
    }

    init(_ base: URLSession, _ source: SessionSource, provider: String?, asksForUsage: Bool) {
        self.base = base
        self.source = source
        self.provider = provider
        self.asksForUsage = asksForUsage
    }

    /// Sends a request and gives the whole answer.
    public func data(
        for request: URLRequest, delegate: (any URLSessionTaskDelegate)? = nil
    ) async throws -> (Data, URLResponse) {
        try await traced(request, { request.httpBody }) { exchange in
            try await base.data(for: asking(request, exchange), delegate: delegate)
        }
    }

    /// Asks for what is at an address: never a call of a model.
    public func data(
        from url: URL, delegate: (any URLSessionTaskDelegate)? = nil
    ) async throws -> (Data, URLResponse) {
        try await base.data(from: url, delegate: delegate)
    }

    /// Sends a request with that body and gives the whole answer.
    public func upload(
        for request: URLRequest, from body: Data, delegate: (any URLSessionTaskDelegate)? = nil
    ) async throws -> (Data, URLResponse) {
        try await traced(request, { body }) { _ in
            try await base.upload(for: request, from: body, delegate: delegate)
        }
    }

    /// Sends a request with a file as its body and gives the whole answer. A file of at most 64 MB is read for the span.
    public func upload(
        for request: URLRequest, fromFile file: URL, delegate: (any URLSessionTaskDelegate)? = nil
    ) async throws -> (Data, URLResponse) {
        try await traced(request, { SentFile.contents(of: file) }) { _ in
            try await base.upload(for: request, fromFile: file, delegate: delegate)
        }
    }

    /// Sends a request and gives the answer byte by byte as it comes.
    ///
    /// The span ends when the answer has come, or is let go. A session with the configuration of the one inside makes the
    /// call (on Linux `URLSession` has no such function); challenges and redirects are asked of its delegate.
    public func bytes(for request: URLRequest) async throws -> (TracedBytes, URLResponse) {
        let exchange = source.exchange(request, provider: provider) { request.httpBody }
        let streaming = StreamingSessions.shared.session(like: base)
        guard let exchange else {
            let (pieces, response) = try await streaming.stream(request)
            return (TracedBytes(pieces: pieces), response)
        }
        do {
            let (pieces, response) = try await exchange.run {
                try await streaming.stream(asking(request, exchange), ExchangeListener(exchange: exchange))
            }
            return (TracedBytes(pieces: pieces), response)
        } catch {
            exchange.failed(error, request)
            throw error
        }
    }

    /// The request as it is sent.
    private func asking(_ request: URLRequest, _ exchange: TracedExchange?) -> URLRequest {
        guard asksForUsage, request.httpBody != nil, let body = exchange?.bodyAskingForUsage else { return request }
        var request = request
        request.httpBody = Data(body)
        return request
    }

    private nonisolated(nonsending) func traced(
        _ request: URLRequest, _ body: () -> Data?,
        _ send: nonisolated(nonsending) (TracedExchange?) async throws -> (Data, URLResponse)
    ) async throws -> (Data, URLResponse) {
        guard let exchange = source.exchange(request, provider: provider, body: body) else {
            return try await send(nil)
        }
        do {
            let (data, response) = try await exchange.run { try await send(exchange) }
            exchange.head(response)
            exchange.take(data)
            exchange.end()
            return (data, response)
        } catch {
            exchange.failed(error, request)
            throw error
        }
    }
}

extension Session {
    /// A `URLSession` that sends as `urlSession` does, and whose calls of model APIs are spans of this session.
    ///
    /// - Parameters:
    ///   - provider: who answers, where the address does not tell (a server of one's own).
    ///   - asksForUsage: whether streamed chat completions are asked for their tokens, where the request says nothing of it.
    public func traced(
        _ urlSession: URLSession, provider: String? = nil, asksForUsage: Bool = false
    ) -> TracedURLSession {
        TracedURLSession(urlSession, session: self, provider: provider, asksForUsage: asksForUsage)
    }
}

extension FallomClient {
    /// A `URLSession` that sends as `urlSession` does, and whose calls of model APIs are spans of the session that the task
    /// works for when they begin: made once, used in any session.
    ///
    /// - Parameters:
    ///   - provider: who answers, where the address does not tell (a server of one's own).
    ///   - asksForUsage: whether streamed chat completions are asked for their tokens, where the request says nothing of it.
    public func traced(
        _ urlSession: URLSession, provider: String? = nil, asksForUsage: Bool = false
    ) -> TracedURLSession {
        TracedURLSession(urlSession, source, provider: provider, asksForUsage: asksForUsage)
    }
}

/// A file that is sent as a body.
enum SentFile {
    private static let limit = 64 << 20

    /// What it holds; `nil` when it cannot be read or is too long.
    static func contents(of file: URL) -> Data? {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: limit + 1), data.count <= limit else { return nil }
        return data
    }
}
