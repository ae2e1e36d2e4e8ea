package import OrderedJSON
import ProviderCalls

/// The JSON values of a streamed answer: server-sent events, lines, or the elements of a list. It is read a little ahead
/// of the app, and once: whoever begins a second time gets an error.
package struct JSONEventStream: AsyncSequence, Sendable {
    /// A piece of the answer.
    package typealias Element = JSONValue
    /// What reading can throw.
    package typealias Failure = any Error

    private let contentEncoding: String?
    private let dialect: CallDialect
    private let idle: Duration
    private let url: String
    private let credentials: Credentials
    private let reading: ReadOnce<[UInt8]>

    init(
        _ opened: OpenedAnswer, dialect: CallDialect, idle: Duration, url: String, credentials: Credentials
    ) {
        contentEncoding = opened.header("content-encoding")
        reading = ReadOnce(opened.ahead)
        self.dialect = dialect
        self.idle = idle
        self.url = url
        self.credentials = credentials
    }

    /// Begins to read.
    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(self, ahead: reading.begin())
    }

    /// The connection's error as the app gets it; the end of its own task stays what it is.
    static func failure(
        _ error: any Error, _ url: String, _ moment: ProviderError.Moment, _ limit: Duration
    ) -> any Error {
        if error is ProviderError || error is CancellationError { return error }
        if Task.isCancelled || ProviderError.isCancellation(error) { return CancellationError() }
        return ProviderError(connection: error, url: url, moment, limit: limit)
    }

    /// Reads one value after the other.
    package struct AsyncIterator: AsyncIteratorProtocol, ArrivalReporting {
        private let stream: JSONEventStream
        private let ahead: LetGo?
        private let pieces: PieceReader
        private var steps: ArraySlice<AnswerPieces.Step> = []
        private var isAtEnd = false
        package private(set) var lastArrival: Int64?

        /// Lets the connection go with the iterator.
        private final class LetGo: Sendable {
            let ahead: ReadAhead<[UInt8]>
            init(_ ahead: ReadAhead<[UInt8]>) { self.ahead = ahead }
            deinit { ahead.letGo() }
        }

        /// The state of reading, which cannot be copied.
        private final class PieceReader {
            var pieces: AnswerPieces
            init(_ pieces: consuming AnswerPieces) { self.pieces = pieces }
        }

        init(_ stream: JSONEventStream, ahead: ReadAhead<[UInt8]>?) {
            self.stream = stream
            self.ahead = ahead.map(LetGo.init)
            pieces = PieceReader(AnswerPieces(stream.dialect, contentEncoding: stream.contentEncoding))
        }

        /// The next value; `nil` at the end.
        ///
        /// - Throws: ``ProviderError``, for an error that the provider sent inside the stream, for a connection that broke,
        ///   for a stream that ended early.
        package mutating func next() async throws -> JSONValue? {
            try await next(isolation: #isolation)
        }

        /// The next value; `nil` at the end.
        package mutating func next(isolation actor: isolated (any Actor)?) async throws -> JSONValue? {
            guard let ahead else {
                throw ProviderError(
                    kind: .readTwice, message: "a stream can be read once: keep what it gave", url: stream.url)
            }
            while !isAtEnd || !steps.isEmpty {
                if let step = steps.popFirst() {
                    switch step {
                    case .piece(let json): return json
                    case .failure(let failure): throw end(ProviderError(failure, url: stream.url))
                    case .done:
                        // What follows is nothing to the app, but reading it lets the connection be used again.
                        isAtEnd = true
                        steps = []
                        ahead.ahead.leave()
                        return nil
                    }
                }
                do {
                    if let arrival = try await ahead.ahead.next() {
                        lastArrival = arrival.nanoseconds
                        steps = ArraySlice(arrival.element.withUnsafeBytes { pieces.pieces.take($0) })
                    } else {
                        isAtEnd = true
                        lastArrival = ahead.ahead.endedAt
                        steps = ArraySlice(pieces.pieces.finish())
                    }
                } catch {
                    throw end(JSONEventStream.failure(error, stream.url, .insideAnswer, stream.idle))
                }
            }
            return nil
        }

        private mutating func end(_ error: any Error) -> any Error {
            isAtEnd = true
            steps = []
            guard let error = error as? ProviderError else { return error }
            return stream.credentials.cleaned(error)
        }
    }
}

/// A stream of provider values, each read as the app's type for it.
public struct MappedEventStream<Element: Sendable>: AsyncSequence, Sendable {
    /// What reading can throw.
    public typealias Failure = any Error

    /// The values as the provider sent them.
    let json: JSONEventStream
    private let map: @Sendable (JSONValue) -> Element

    init(_ base: JSONEventStream, map: @escaping @Sendable (JSONValue) -> Element) {
        json = base
        self.map = map
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: json.makeAsyncIterator(), map: map) }

    /// Reads one value after the other.
    public struct AsyncIterator: AsyncIteratorProtocol, ArrivalReporting {
        private var base: JSONEventStream.AsyncIterator
        private let map: @Sendable (JSONValue) -> Element

        init(base: JSONEventStream.AsyncIterator, map: @escaping @Sendable (JSONValue) -> Element) {
            self.base = base
            self.map = map
        }

        package var lastArrival: Int64? { base.lastArrival }

        /// The next value; `nil` at the end.
        public mutating func next() async throws -> Element? {
            try await next(isolation: #isolation)
        }

        /// The next value; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
            try await base.next(isolation: actor).map(map)
        }
    }
}
