import Fallom
import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking

/// The bytes of an answer as they come. They can be read once; letting them go ends the call.
public struct TracedBytes: AsyncSequence, Sendable {
    /// A byte.
    public typealias Element = UInt8
    /// What the connection throws.
    public typealias Failure = any Error

    let pieces: AsyncThrowingStream<[UInt8], any Error>

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: pieces.makeAsyncIterator()) }

    /// Reads byte after byte.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: AsyncThrowingStream<[UInt8], any Error>.AsyncIterator
        private var piece: [UInt8] = []
        private var place = 0

        init(base: AsyncThrowingStream<[UInt8], any Error>.AsyncIterator) { self.base = base }

        /// The next byte; `nil` at the end.
        public mutating func next() async throws -> UInt8? { try await next(isolation: #isolation) }

        /// The next byte; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> UInt8? {
            while place == piece.count {
                guard let more = try await base.next(isolation: actor) else {
                    // A stream that is cancelled just ends.
                    try Task.checkCancellation()
                    return nil
                }
                piece = more
                place = 0
            }
            defer { place += 1 }
            return piece[place]
        }
    }

    static func of(
        _ request: URLRequest, _ base: URLSession, _ exchange: TracedExchange?
    ) async throws -> (TracedBytes, URLResponse) {
        let streaming = StreamingSessions.shared.session(like: base)
        let (pieces, response) = try await streaming.delegate.stream(request, exchange, in: streaming.session)
        return (TracedBytes(pieces: pieces), response)
    }
}
#else
/// The bytes of an answer as they come. They can be read once; letting them go ends the call.
public struct TracedBytes: AsyncSequence, Sendable {
    /// A byte.
    public typealias Element = UInt8
    /// What the connection throws.
    public typealias Failure = any Error

    let base: URLSession.AsyncBytes
    let exchange: TracedExchange?

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), reading: Reading(exchange: exchange))
    }

    /// Ends the span when the bytes are let go before their end.
    final class Reading: Sendable {
        let exchange: TracedExchange?
        init(exchange: TracedExchange?) { self.exchange = exchange }
        deinit { exchange?.letGo() }
    }

    /// Reads byte after byte.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: URLSession.AsyncBytes.AsyncIterator
        let reading: Reading
        private var unread: [UInt8] = []

        init(base: URLSession.AsyncBytes.AsyncIterator, reading: Reading) {
            self.base = base
            self.reading = reading
        }

        /// The next byte; `nil` at the end.
        public mutating func next() async throws -> UInt8? {
            do {
                guard let byte = try await base.next() else {
                    hand()
                    reading.exchange?.end()
                    return nil
                }
                unread.append(byte)
                // Events end with a line: what has come of one is known when it is whole.
                if byte == UInt8(ascii: "\n") || unread.count >= 1024 { hand() }
                return byte
            } catch {
                hand()
                reading.exchange?.failed(error, nil)
                throw error
            }
        }

        private mutating func hand() {
            reading.exchange?.take(unread)
            unread.removeAll(keepingCapacity: true)
        }
    }

    static func of(
        _ request: URLRequest, _ base: URLSession, _ exchange: TracedExchange?
    ) async throws -> (TracedBytes, URLResponse) {
        let (bytes, response) = try await base.bytes(for: request)
        exchange?.head(response)
        return (TracedBytes(base: bytes, exchange: exchange), response)
    }
}
#endif
