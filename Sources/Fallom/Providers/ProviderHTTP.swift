package import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import OrderedJSON
import ProviderCalls

/// Sends requests to a model API.
package struct ProviderHTTP: Sendable {
    /// The connections that clients share unless given others: redirects are not followed, so that no key travels where
    /// nobody sent it. Lives as long as the process.
    package static let sharedClient: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(30)
        // A model's answer holds its connection for as long as it streams: with the default of 8 a host, the ninth call of
        // a busy app would wait for one of them to end, and fail when none does in time.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    private static let largestAnswer = 256 << 20

    var client: HTTPClient
    var headers: [(name: String, value: String)]
    var timeout: Duration

    package init(client: HTTPClient?, headers: [(name: String, value: String)], timeout: Duration) {
        self.client = client ?? Self.sharedClient
        self.headers = headers
        self.timeout = timeout
    }

    /// Posts JSON and reads a JSON answer.
    package func send(_ body: JSONValue, to url: String) async throws -> JSONValue {
        let response = try await execute(body, url)
        let bytes = try await response.body.collect(upTo: Self.largestAnswer)
        return try JSONValue(parsing: bytes.readableBytesView, allowsLoneSurrogates: true)
    }

    /// Posts JSON and reads an answer of server-sent events. An answer that comes as a whole is one piece.
    package func stream(_ body: JSONValue, to url: String) async throws -> JSONEventStream {
        let response = try await execute(body, url)
        return JSONEventStream(body: response.body)
    }

    private func execute(_ body: JSONValue, _ url: String) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(bytes: body.compactBytes))
        let (seconds, fraction) = timeout.components
        let limit = TimeAmount.nanoseconds(Int64(seconds) * 1_000_000_000 + fraction / 1_000_000_000)
        let response = try await client.execute(request, timeout: limit)
        guard !(200..<300).contains(response.status.code) else { return response }
        let answer = try await response.body.collect(upTo: 1 << 20)
        throw ProviderError(
            httpStatus: Int(response.status.code), body: Array(buffer: answer),
            retryAfter: response.headers.first(name: "retry-after"))
    }
}

/// The JSON values of a stream of server-sent events, read only as fast as they are asked for.
public struct JSONEventStream: AsyncSequence, Sendable {
    /// A piece of the answer.
    public typealias Element = JSONValue
    /// What reading can throw.
    public typealias Failure = any Error

    private let body: HTTPClientResponse.Body

    init(body: HTTPClientResponse.Body) { self.body = body }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body.makeAsyncIterator()) }

    /// Reads one value after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var body: HTTPClientResponse.Body.AsyncIterator
        private var parser = ServerSentEventParser()
        private var events: ArraySlice<ServerSentEventParser.Event> = []
        private var isAtEnd = false

        init(body: HTTPClientResponse.Body.AsyncIterator) { self.body = body }

        /// The next value; `nil` at the end.
        ///
        /// - Throws: ``ProviderError`` for an error that the provider sent inside the stream; the connection's errors.
        public mutating func next() async throws -> JSONValue? {
            try await next(isolation: #isolation)
        }

        /// The next value; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> JSONValue? {
            while !isAtEnd {
                if let event = events.popFirst() {
                    if event.isBlank { continue }
                    if event.isDone {
                        isAtEnd = true
                        try await drain(actor)
                        return nil
                    }
                    return try value(of: event)
                }
                guard let bytes = try await body.next(isolation: actor) else {
                    isAtEnd = true
                    return nil
                }
                events = ArraySlice(bytes.withUnsafeReadableBytes { parser.take($0) })
            }
            return nil
        }

        /// What follows the end is nothing to the app, but reading it lets the connection be used again.
        private mutating func drain(_ actor: isolated (any Actor)?) async throws {
            while try await body.next(isolation: actor) != nil {}
        }

        private func value(of event: ServerSentEventParser.Event) throws -> JSONValue {
            let json = try JSONValue(parsing: event.data, allowsLoneSurrogates: true)
            let isError = event.name == "error" || json["type"]?.string == "error"
            if isError
                || (json["error"] != nil && json["error"]?.isNull == false && json["choices"] == nil
                    && json["type"] == nil)
            {
                throw ProviderError(httpStatus: nil, body: event.data, retryAfter: nil)
            }
            return json
        }
    }
}

/// A stream of provider values, each read as the app's type for it.
public struct MappedEventStream<Element: Sendable>: AsyncSequence, Sendable {
    /// What reading can throw.
    public typealias Failure = any Error

    private let base: JSONEventStream
    private let map: @Sendable (JSONValue) -> Element

    init(_ base: JSONEventStream, map: @escaping @Sendable (JSONValue) -> Element) {
        self.base = base
        self.map = map
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator(), map: map) }

    /// Reads one value after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: JSONEventStream.AsyncIterator
        private let map: @Sendable (JSONValue) -> Element

        init(base: JSONEventStream.AsyncIterator, map: @escaping @Sendable (JSONValue) -> Element) {
            self.base = base
            self.map = map
        }

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
