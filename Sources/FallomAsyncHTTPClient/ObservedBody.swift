import Fallom
import NIOCore

/// An answer's body, read along, and a little ahead of the app: the time at which bytes came counts, not that at which the
/// app asked for them.
struct ObservedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    private let exchange: TracedExchange
    private let reading: ReadOnce<ByteBuffer>

    init(_ ahead: ReadAhead<ByteBuffer>, _ exchange: TracedExchange) {
        self.exchange = exchange
        reading = ReadOnce(ahead)
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(token: reading.begin().map { ReadingToken($0, exchange, reading) })
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        /// `nil` for whoever reads a second time.
        let token: ReadingToken?

        mutating func next() async throws -> ByteBuffer? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> ByteBuffer? {
            guard let token else {
                throw ProviderError(kind: .readTwice, message: "an answer can be read once: keep what it gave")
            }
            do {
                guard let arrival = try await token.ahead.next() else {
                    token.exchange.end(atMonotonic: token.ahead.endedAt)
                    return nil
                }
                arrival.element.withUnsafeReadableBytes {
                    token.exchange.take($0, atMonotonic: arrival.nanoseconds)
                }
                return arrival.element
            } catch {
                token.exchange.fail(error)
                throw error
            }
        }
    }
}

/// Ends the span, and the reading, when the body is let go before its end.
final class ReadingToken: Sendable {
    let ahead: ReadAhead<ByteBuffer>
    let exchange: TracedExchange
    private let once: ReadOnce<ByteBuffer>

    init(_ ahead: ReadAhead<ByteBuffer>, _ exchange: TracedExchange, _ once: ReadOnce<ByteBuffer>) {
        self.ahead = ahead
        self.exchange = exchange
        self.once = once
    }

    deinit {
        ahead.letGo()
        exchange.letGo()
    }
}
