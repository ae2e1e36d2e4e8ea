#if !AsyncHTTPClient
import Foundation
import URLStreaming

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// ``HTTPTransport`` over URLSession, where AsyncHTTPClient is switched off.
final class URLSessionTransport: HTTPTransport {
    private let session = StreamingSession(.plain, followsRedirects: false)
    private let time: TimeSource

    init(time: TimeSource) { self.time = time }

    deinit { session.finish() }

    func send(_ call: HTTPCall, within limit: Duration, bodyLimit: Int) async throws -> HTTPReply {
        guard let address = URL(string: call.url) else { throw URLError(.badURL) }
        var request = URLRequest(url: address)
        request.httpMethod = call.method
        for header in call.headers { request.addValue(header.value, forHTTPHeaderField: header.name) }
        if !call.body.isEmpty { request.httpBody = Data(call.body) }
        request.timeoutInterval = limit / .seconds(1) + 60
        return try await withTimeout(limit, time) { [session, request] in
            let (pieces, response) = try await session.stream(request)
            var body: [UInt8] = []
            for try await piece in pieces {
                guard body.count + piece.count <= bodyLimit else { throw URLError(.dataLengthExceedsMaximum) }
                body += piece
            }
            let answer = response as? HTTPURLResponse
            return HTTPReply(
                status: answer?.statusCode ?? 0, retryAfter: answer?.value(forHTTPHeaderField: "Retry-After"),
                acceptPost: answer?.value(forHTTPHeaderField: "Accept-Post"), body: body)
        }
    }

    func shutdown() async { session.finish() }
}
#endif
