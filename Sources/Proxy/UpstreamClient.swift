internal import AsyncHTTPClient
internal import Ingest
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The connections to providers.
final class UpstreamClient: Sendable {
    /// Follows nothing, retries nothing, inflates nothing: what the provider does is what the app sees.
    private let http: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        // As many as apps have calls at once: none is to wait for another.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
        // What apps are answered by HTTP/1.1 comes with the headers as the provider writes them.
        configuration.httpVersion = .http1Only
        configuration.tracing.tracer = nil
        // All on one loop: what a connection brings is taken before it can break off.
        http = HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton.next(), configuration: configuration)
    }

    deinit {
        // A client that is let go without a shutdown traps: closing goes on by itself.
        http.shutdown { _ in }
    }

    /// Sends a request; what is answered comes by way of `answer`. Throws where the request is none that can be sent.
    func send(
        _ head: RequestHead, _ headers: HTTPHeaders, _ body: CopiedRequestBody?, to url: String,
        _ answer: UpstreamAnswer
    ) throws -> HTTPClient.Task<Void> {
        let request = try HTTPClient.Request(
            url: url, method: HTTPMethod(rawValue: head.method), headers: headers,
            body: body.map { Self.stream($0, head.framing) })
        return http.execute(request: request, delegate: answer)
    }

    /// Each piece is asked for once the one before it is on its way.
    private static func stream(_ body: CopiedRequestBody, _ framing: RequestHead.Framing) -> HTTPClient.Body {
        var length: Int64?
        if case .length(let bytes) = framing { length = Int64(bytes) }
        return .stream(contentLength: length) { writer in
            let sent = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Void.self)
            sent.completeWithTask {
                for try await piece in body { try await writer.write(.byteBuffer(piece)).get() }
            }
            return sent.futureResult
        }
    }
}
