public import AsyncHTTPClient
public import Fallom
public import Logging
public import NIOCore
import NIOHTTP1
import OrderedJSON

/// An `HTTPClient` whose calls of OpenAI's, Anthropic's and Google's model APIs are spans of a session. It sends,
/// answers and throws as the client inside does; all other requests pass through untouched.
///
/// ```swift
/// let client = session.traced(HTTPClient.shared)      // the one line that changes
/// let response = try await client.execute(request, timeout: .seconds(60))
/// ```
///
/// A call is recognised by its path, host, headers and body, so that compatible servers at other addresses are too. The
/// span ends when the answer's body has been read, or is let go. Give the request's body as a `ByteBuffer`: other bodies
/// cannot be looked into, and their spans show the answer only.
public struct TracedHTTPClient: Sendable {
    /// The client inside.
    public let base: HTTPClient
    private let session: Session

    /// Wraps a client.
    public init(_ base: HTTPClient, session: Session) {
        self.base = base
        self.session = session
    }

    /// Executes a request.
    public func execute(
        _ request: HTTPClientRequest, deadline: NIODeadline, logger: Logger? = nil
    ) async throws -> HTTPClientResponse {
        try await traced(request) { try await base.execute($0, deadline: deadline, logger: logger) }
    }

    /// Executes a request.
    public func execute(
        _ request: HTTPClientRequest, timeout: TimeAmount, logger: Logger? = nil
    ) async throws -> HTTPClientResponse {
        try await traced(request) { try await base.execute($0, timeout: timeout, logger: logger) }
    }

    private nonisolated(nonsending) func traced(
        _ request: HTTPClientRequest,
        _ execute: nonisolated(nonsending) (HTTPClientRequest) async throws -> HTTPClientResponse
    ) async throws -> HTTPClientResponse {
        guard Self.mayBeCall(request) else { return try await execute(request) }
        let body = RequestBody.bytes(of: request)
        let json = body.flatMap { try? JSONValue(parsing: $0.readableBytesView) }
        guard body == nil || json != nil,
            let recognised = ProviderRequest(
                method: request.method.rawValue, url: request.url,
                isAnthropic: request.headers.contains(name: "anthropic-version"), body: json)
        else {
            return try await execute(request)
        }
        let call = TracedCall(
            session: session,
            TracedCall.Description(
                name: recognised.dialect.method, method: recognised.dialect.method, model: recognised.model,
                isStreaming: recognised.isStreaming, provider: recognised.endpoint.provider,
                baseURL: recognised.endpoint.baseURL))
        do {
            var response = try await SpanContext.$current.withValue(call.context) { try await execute(request) }
            let observer = AnswerObserver(call: call, request: recognised, response: response)
            response.body = .stream(ObservedBody(base: response.body, observer: observer))
            return response
        } catch {
            call.end(.failed(error)) { recognised.dialect.capture(request: recognised.body) }
            throw error
        }
    }

    /// Whether it is worth looking into: a path that one of the APIs has.
    private static func mayBeCall(_ request: HTTPClientRequest) -> Bool {
        guard request.method == .POST else { return false }
        let path = request.url.prefix { $0 != "?" && $0 != "#" }
        return path.hasSuffix("/chat/completions") || path.hasSuffix("/responses") || path.hasSuffix("/messages")
            || path.hasSuffix("enerateContent")
    }
}

extension Session {
    /// A client that sends as `client` does, and whose calls of model APIs are spans of this session.
    public func traced(_ client: HTTPClient) -> TracedHTTPClient {
        TracedHTTPClient(client, session: self)
    }
}
