import Fallom
import Foundation
import URLStreaming

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The bytes of an answer as they come. They can be read once; letting them go ends the call.
public struct TracedBytes: AsyncSequence, Sendable {
    /// A byte.
    public typealias Element = UInt8
    /// What the connection throws.
    public typealias Failure = any Error

    /// The pieces as they come, for whoever needs no single bytes.
    public let pieces: AsyncThrowingStream<[UInt8], any Error>

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: pieces.makeAsyncIterator()) }

    /// Reads byte after byte.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: AsyncThrowingStream<[UInt8], any Error>.AsyncIterator
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
}

/// Tells an exchange what comes.
struct ExchangeListener: AnswerListener {
    let exchange: TracedExchange

    func head(_ response: URLResponse) { exchange.head(response) }
    func piece(_ data: Data) { exchange.take(data) }
    func end(_ error: (any Error)?, of request: URLRequest?) {
        if let error { exchange.failed(error, request) } else { exchange.end() }
    }
    func letGo() { exchange.letGo() }
}
