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
/// span ends when the answer's body has been read, or is let go. A request's body may be of any kind; a streamed one is
/// copied while the client sends it, up to 64 MB.
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
        var request = request
        let recognised: ProviderRequest?
        switch await RequestBody.of(request) {
        case .whole(let bytes):
            let json = try? JSONValue(parsing: bytes.readableBytesView, allowsLoneSurrogates: true)
            recognised = json.flatMap { ProviderRequest(request, .whole($0)) }
        case .streamed(let length):
            let copy = BodyCopy()
            recognised = ProviderRequest(request, .streamed(copy))
            if recognised != nil, let body = request.body {
                request.body = .stream(CopiedBody(base: body, copy: copy), length: length)
            }
        case .unreadable:
            recognised = ProviderRequest(request, .unreadable)
        }
        guard let recognised else { return try await execute(request) }
        return try await traced(request, recognised, execute)
    }

    private nonisolated(nonsending) func traced(
        _ request: HTTPClientRequest, _ recognised: ProviderRequest,
        _ execute: nonisolated(nonsending) (HTTPClientRequest) async throws -> HTTPClientResponse
    ) async throws -> HTTPClientResponse {
        let call = TracedCall(
            session: session,
            TracedCall.Description(
                name: recognised.dialect.method, method: recognised.dialect.method, model: recognised.model,
                isStreaming: recognised.isStreaming, provider: recognised.endpoint.provider,
                baseURL: recognised.endpoint.baseURL))
        do {
            var response = try await call.place.run { try await execute(request) }
            let observer = AnswerObserver(call: call, request: recognised, response: response)
            response.body = .stream(ObservedBody(base: response.body, observer: observer))
            return response
        } catch {
            call.end(.failed(error)) { recognised.capture(response: nil) }
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
