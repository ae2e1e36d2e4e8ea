internal import AsyncHTTPClient
internal import NIOCore

/// The connections to providers.
final class UpstreamClient: Sendable {
    /// Follows nothing, retries nothing, inflates nothing: what the provider does is what the app sees.
    let http: HTTPClient

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
        http = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    deinit {
        // A client that is let go without a shutdown traps: closing goes on by itself.
        http.shutdown { _ in }
    }
}
