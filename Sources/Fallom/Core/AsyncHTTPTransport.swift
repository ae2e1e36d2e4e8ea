#if AsyncHTTPClient
import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// ``HTTPTransport`` over AsyncHTTPClient, with connections of its own on the shared event loops.
package final class AsyncHTTPTransport: HTTPTransport {
    private let client: HTTPClient
    private let time: TimeSource

    package init(time: TimeSource = .system) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        // A service that is not there is known at once; when to try again is decided above.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Delivering a span must not make another one.
        configuration.tracing.tracer = nil
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
        self.time = time
    }

    deinit {
        // A client that is let go without a shutdown must not trap: closing goes on by itself.
        client.shutdown { _ in }
    }

    package func send(_ call: HTTPCall, within limit: Duration, bodyLimit: Int) async throws -> HTTPReply {
        var request = HTTPClientRequest(url: call.url)
        request.method = HTTPMethod(rawValue: call.method)
        for header in call.headers { request.headers.add(name: header.name, value: header.value) }
        if !call.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: call.body)) }
        return try await withTimeout(limit, time) { [client, request] in
            let response = try await client.execute(request, deadline: .distantFuture)
            let body = try await response.body.collect(upTo: bodyLimit)
            return HTTPReply(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"),
                acceptPost: response.headers.first(name: "accept-post"), body: Array(buffer: body))
        }
    }

    package func shutdown() async {
        try? await client.shutdown()
    }
}
#endif
