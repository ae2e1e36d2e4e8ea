import Fallom
import Foundation
import Logging
import NIOCore
import NIOHTTP1

#if canImport(SotoCore)
import SotoCore
#endif

/// Makes the calls of Bedrock that soto sends spans of a session:
/// `AWSClient(httpClient: TracedAWSClient(HTTPClient.shared, session: session))`. All other requests pass by.
struct TracedAWSClient: AWSHTTPClient {
    let base: any AWSHTTPClient
    let session: Session

    init(_ base: any AWSHTTPClient, session: Session) {
        self.base = base
        self.session = session
    }

    func execute(request: AWSHTTPRequest, timeout: TimeAmount, logger: Logger) async throws -> AWSHTTPResponse {
        let url = request.url.absoluteString
        guard TracedExchange.mayBeCall(method: request.method.rawValue, url: url), !request.body.isStreaming else {
            return try await base.execute(request: request, timeout: timeout, logger: logger)
        }
        let body = try await request.body.collect(upTo: 1 << 28)
        let exchange = session.exchange(
            method: request.method.rawValue, url: url,
            headers: request.headers.map { (name: $0.name, value: $0.value) }, body: Array(body.readableBytesView))
        guard let exchange else { return try await base.execute(request: request, timeout: timeout, logger: logger) }
        do {
            var response = try await exchange.run {
                try await base.execute(request: request, timeout: timeout, logger: logger)
            }
            exchange.head(
                status: Int(response.status.code), headers: response.headers.map { (name: $0.name, value: $0.value) })
            let length = response.body.length
            let pieces = exchange.reading(response.body.map { $0.readableBytesView })
            response.body = AWSHTTPBody(asyncSequence: pieces.map { ByteBuffer($0) }, length: length)
            return response
        } catch {
            exchange.fail(error)
            throw error
        }
    }

    func shutdown() async throws { try await base.shutdown() }
}
