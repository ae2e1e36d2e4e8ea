import Foundation
import Logging
import NIOCore
import NIOHTTP1

// What TracedAWSClient needs of soto-core 7, declared by us with its names and types, so that it compiles here. In an app the library
// itself is imported.

protocol AWSHTTPClient: Sendable {
    func execute(request: AWSHTTPRequest, timeout: TimeAmount, logger: Logger) async throws -> AWSHTTPResponse
    func shutdown() async throws
}

struct AWSHTTPRequest: Sendable {
    var url: URL
    let method: HTTPMethod
    var headers: HTTPHeaders
    var body: AWSHTTPBody
}

struct AWSHTTPResponse: Sendable {
    let status: HTTPResponseStatus
    var headers: HTTPHeaders
    var body: AWSHTTPBody
}

struct AWSHTTPBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    let length: Int?
    let isStreaming: Bool
    private let make: @Sendable () -> AsyncThrowingStream<ByteBuffer, any Error>

    init(bytes: some Collection<UInt8>) {
        let buffer = ByteBuffer(bytes: bytes)
        length = buffer.readableBytes
        isStreaming = false
        make = {
            AsyncThrowingStream { continuation in
                continuation.yield(buffer)
                continuation.finish()
            }
        }
    }

    init<Buffers: AsyncSequence & Sendable>(asyncSequence: Buffers, length: Int?)
    where Buffers.Element == ByteBuffer {
        self.length = length
        isStreaming = true
        make = {
            AsyncThrowingStream { continuation in
                let task = Task {
                    do {
                        for try await buffer in asyncSequence { continuation.yield(buffer) }
                        continuation.finish()
                    } catch {
                        continuation.finish(throwing: error)
                    }
                }
                continuation.onTermination = { _ in task.cancel() }
            }
        }
    }

    func collect(upTo length: Int) async throws -> ByteBuffer {
        var whole = ByteBuffer()
        for try await buffer in self { whole.writeImmutableBuffer(buffer) }
        return whole
    }

    func makeAsyncIterator() -> AsyncThrowingStream<ByteBuffer, any Error>.AsyncIterator { make().makeAsyncIterator() }
}
