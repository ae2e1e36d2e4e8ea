import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

// What the adapters beside this folder need of other people's libraries, declared by us with the names and types that those
// have, so that the adapters compile here. In an app the library itself is imported.

// swift-openapi-runtime 1.x and swift-http-types 1.x

protocol ClientMiddleware: Sendable {
    func intercept(
        _ request: HTTPRequest, body: HTTPBody?, baseURL: URL, operationID: String,
        next: @Sendable (HTTPRequest, HTTPBody?, URL) async throws -> (HTTPResponse, HTTPBody?)
    ) async throws -> (HTTPResponse, HTTPBody?)
}

struct HTTPField: Sendable {
    struct Name: Sendable { var rawName: String }
    var name: Name
    var value: String
}

struct HTTPRequest: Sendable {
    struct Method: Sendable { var rawValue: String }
    var method: Method
    var path: String?
    var headerFields: [HTTPField]
}

struct HTTPResponse: Sendable {
    struct Status: Sendable { var code: Int }
    var status: Status
    var headerFields: [HTTPField]
}

final class HTTPBody: AsyncSequence, Sendable {
    typealias Element = ArraySlice<UInt8>
    typealias Failure = any Error
    enum Length: Sendable { case unknown, known(Int64) }
    enum IterationBehavior: Sendable { case single, multiple }

    let length: Length
    private let pieces: AsyncThrowingStream<ArraySlice<UInt8>, any Error>

    init(_ bytes: [UInt8]) {
        length = .known(Int64(bytes.count))
        pieces = AsyncThrowingStream { continuation in
            continuation.yield(ArraySlice(bytes))
            continuation.finish()
        }
    }

    init<Bytes: AsyncSequence & Sendable>(_ sequence: Bytes, length: Length, iterationBehavior: IterationBehavior)
    where Bytes.Element == ArraySlice<UInt8> {
        self.length = length
        pieces = AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    for try await piece in sequence { continuation.yield(piece) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    func makeAsyncIterator() -> AsyncThrowingStream<ArraySlice<UInt8>, any Error>.AsyncIterator {
        pieces.makeAsyncIterator()
    }
}

// swift-ai-sdk

enum ProviderHTTPResponseBody: Sendable {
    case none
    case data(Data)
    case stream(AsyncThrowingStream<Data, any Error>)
}

struct FetchResponse: Sendable {
    let body: ProviderHTTPResponseBody
    let urlResponse: URLResponse
}

typealias FetchFunction = @Sendable (URLRequest) async throws -> FetchResponse

// MacPaw/OpenAI 0.5

struct ChatQuery: Codable, Sendable {
    struct Message: Codable, Sendable {
        var role: String
        var content: String
    }
    var messages: [Message]
    var model: String
}

struct ChatResult: Codable, Sendable {
    struct Choice: Codable, Sendable { var message: ChatQuery.Message }
    var id: String
    var model: String
    var choices: [Choice]
}

struct ChatStreamResult: Codable, Sendable {
    struct Choice: Codable, Sendable {
        struct Delta: Codable, Sendable { var content: String? }
        var index: Int
        var delta: Delta
        var finish_reason: String?
    }
    var id: String
    var model: String
    var choices: [Choice]
}

/// Answers without a network.
struct OpenAI: Sendable {
    func chats(query: ChatQuery) async throws -> ChatResult {
        ChatResult(
            id: "c1", model: query.model, choices: [.init(message: .init(role: "assistant", content: "Hi"))])
    }

    func chatsStream(query: ChatQuery) -> AsyncThrowingStream<ChatStreamResult, any Error> {
        AsyncThrowingStream { continuation in
            for (text, reason) in [("H", nil), ("i", nil), ("", "stop")] as [(String, String?)] {
                continuation.yield(
                    ChatStreamResult(
                        id: "c1", model: query.model,
                        choices: [.init(index: 0, delta: .init(content: text), finish_reason: reason)]))
            }
            continuation.finish()
        }
    }
}
