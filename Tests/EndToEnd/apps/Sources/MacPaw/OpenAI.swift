import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A client with MacPaw's names that does what these say.
struct OpenAI: Sendable {
    struct StatusError: Error {
        var statusCode: UInt
    }

    var configuration: Configuration

    func chats(query: ChatQuery) async throws -> ChatResult {
        let body = try await send(query, streams: false).body.collect(upTo: 1 << 24)
        return try JSONDecoder().decode(ChatResult.self, from: Data(body.readableBytesView))
    }

    func chatsStream(query: ChatQuery) -> AsyncThrowingStream<ChatStreamResult, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    var rest: [UInt8] = []
                    for try await bytes in try await send(query, streams: true).body {
                        rest += Array(bytes.readableBytesView)
                        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                            let line = String(decoding: rest[..<end], as: UTF8.self)
                            rest.removeFirst(end + 1)
                            guard line.hasPrefix("data: "), !line.hasPrefix("data: [DONE]") else { continue }
                            continuation.yield(
                                try JSONDecoder().decode(ChatStreamResult.self, from: Data(line.dropFirst(6).utf8)))
                        }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func send(_ query: ChatQuery, streams: Bool) async throws -> HTTPClientResponse {
        struct Streamed: Encodable {
            var query: ChatQuery
            func encode(to encoder: any Encoder) throws {
                enum Key: CodingKey { case stream }
                try query.encode(to: encoder)
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(true, forKey: .stream)
            }
        }
        let place = configuration
        let base = "\(place.scheme)://\(place.host):\(place.port)\(place.basePath)"
        var request = HTTPClientRequest(url: base + "/chat/completions")
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "Authorization": "Bearer " + (place.token ?? "")]
        let encoder = JSONEncoder()
        request.body = .bytes(
            ByteBuffer(bytes: streams ? try encoder.encode(Streamed(query: query)) : try encoder.encode(query)))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        guard response.status.code < 300 else { throw StatusError(statusCode: response.status.code) }
        return response
    }
}
