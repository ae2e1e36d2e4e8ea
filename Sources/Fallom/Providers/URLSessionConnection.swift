#if !AsyncHTTPClient
import Foundation
import URLStreaming

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Connections by URLSession, where AsyncHTTPClient is switched off. Redirects are not followed, so that no key travels where
/// nobody sent it; nothing is kept of cookies and answers.
struct URLSessionConnection: ModelConnection {
    static let shared = URLSessionConnection()

    private let session = StreamingSession(.plain, followsRedirects: false)

    func open(
        _ body: [UInt8], _ url: String, _ headers: [(name: String, value: String)], head: Duration, idle: Duration,
        _ time: TimeSource
    ) async throws -> OpenedAnswer {
        guard let address = URL(string: url) else { throw URLError(.badURL) }
        var request = URLRequest(url: address)
        request.httpMethod = "POST"
        for header in headers { request.addValue(header.value, forHTTPHeaderField: header.name) }
        request.httpBody = Data(body)
        // What takes too long is decided here: URLSession's own limit is not to come first.
        request.timeoutInterval = max(head, idle) / .seconds(1) + 60
        let (pieces, response) = try await withTimeout(head, time) { [session, request] in
            try await session.stream(request)
        }
        let answer = response as? HTTPURLResponse
        return OpenedAnswer(
            status: answer?.statusCode ?? 0, headers: answer?.inflatedHeaders ?? [],
            ahead: ReadAhead(
                pieces, room: AnswerRoom.bytes, weight: AnswerRoom.weight, idle: idle, time: time))
    }
}

extension URLSessionConfiguration {
    /// Keeps nothing.
    static var plain: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.httpMaximumConnectionsPerHost = 1000
        return configuration
    }
}

extension HTTPURLResponse {
    /// The headers, but for the coding, which URLSession has undone.
    var inflatedHeaders: [(name: String, value: String)] {
        allHeaderFields.compactMap { name, value in
            guard let name = name as? String, name.lowercased() != "content-encoding" else { return nil }
            return (name, "\(value)")
        }
    }
}
#endif
