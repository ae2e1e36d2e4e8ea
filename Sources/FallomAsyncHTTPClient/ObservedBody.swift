import AsyncHTTPClient
import Fallom
import NIOCore

/// An answer's body, read along. A part is asked for only when the app asks for one.
struct ObservedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    let base: HTTPClientResponse.Body
    let exchange: TracedExchange

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), token: ReadingToken(exchange))
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: HTTPClientResponse.Body.AsyncIterator
        let token: ReadingToken

        mutating func next() async throws -> ByteBuffer? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> ByteBuffer? {
            do {
                guard let buffer = try await base.next(isolation: actor) else {
                    token.exchange.end()
                    return nil
                }
                buffer.withUnsafeReadableBytes { token.exchange.take($0) }
                return buffer
            } catch {
                token.exchange.fail(error)
                throw error
            }
        }
    }
}

/// Ends the span when the body is let go before its end.
final class ReadingToken: Sendable {
    let exchange: TracedExchange
    init(_ exchange: TracedExchange) { self.exchange = exchange }
    deinit { exchange.letGo() }
}
