/// An answer's body that is read along with: the same pieces, each asked for only when the app asks, the same errors. Its
/// span ends with it, or when it is let go. See ``TracedExchange/reading(_:)``.
public struct TracedBody<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element: Collection, Base.Element.Element == UInt8 {
    /// A piece of the answer.
    public typealias Element = Base.Element
    /// What reading can throw.
    public typealias Failure = Base.Failure

    let base: Base
    let exchange: TracedExchange

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: base.makeAsyncIterator(), reading: Reading(exchange))
    }

    /// Ends the span when an iterator is let go before its end.
    final class Reading: Sendable {
        let exchange: TracedExchange
        init(_ exchange: TracedExchange) { self.exchange = exchange }
        deinit { exchange.letGo() }
    }

    /// Reads piece after piece.
    public struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        let reading: Reading

        /// The next piece; `nil` at the end.
        public mutating func next() async throws(Base.Failure) -> Base.Element? {
            try await next(isolation: #isolation)
        }

        /// The next piece; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(Base.Failure) -> Base.Element? {
            do throws(Base.Failure) {
                guard let piece = try await base.next(isolation: actor) else {
                    if Task.isCancelled { reading.exchange.cancel() } else { reading.exchange.end() }
                    return nil
                }
                reading.exchange.take(Array(piece))
                return piece
            } catch {
                reading.exchange.fail(error)
                throw error
            }
        }
    }
}

extension TracedExchange {
    /// The answer's body, read along with while the app reads it: in place of ``take(_:at:)`` and ``end()``.
    ///
    /// ```swift
    /// let (response, body) = try await client.send(request)
    /// exchange.head(status: response.status, headers: response.headers)
    /// return (response, exchange.reading(body))
    /// ```
    public func reading<Body: AsyncSequence & Sendable>(_ body: Body) -> TracedBody<Body>
    where Body.Element: Collection, Body.Element.Element == UInt8 {
        TracedBody(base: body, exchange: self)
    }
}
