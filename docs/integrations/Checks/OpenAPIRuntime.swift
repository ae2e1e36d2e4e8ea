import Foundation

// What FallomMiddleware needs of swift-openapi-runtime and swift-http-types, declared by us with their names and types, so that it
// compiles here. In an app the libraries themselves are imported.

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
