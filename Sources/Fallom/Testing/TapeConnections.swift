import OrderedJSON
import ProviderCalls

/// Answers from a tape.
struct PlayedConnection: ModelConnection {
    let tape: ExchangeTape

    /// The connection broke.
    private struct Cut: Error {}

    func open(
        _ body: [UInt8], _ url: String, _ headers: [(name: String, value: String)], head: Duration, idle: Duration,
        _ time: TimeSource
    ) async throws -> OpenedAnswer {
        let json = try? JSONValue(parsing: body, allowsLoneSurrogates: true)
        let response = try tape.next(path: Self.path(url), body: json)
        let (pieces, isCut) = (response.bytes, response.isCut)
        let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
            for piece in pieces { continuation.yield(piece) }
            continuation.finish(throwing: isCut ? Cut() : nil)
        }
        return OpenedAnswer(
            status: response.status, headers: response.headers,
            ahead: ReadAhead(stream, room: AnswerRoom.bytes, weight: AnswerRoom.weight, time: time))
    }

    /// The path of a URL, as an exchange names it.
    static func path(_ url: String) -> String {
        let whole = ProviderError.safe(url)
        guard let scheme = whole.firstRange(of: "://") else { return whole }
        return String(whole[scheme.upperBound...].drop { $0 != "/" })
    }
}

/// Passes on to another connection and writes down what is said, without what lets in.
struct RecordingConnection: ModelConnection {
    let base: any ModelConnection
    let tape: ExchangeTape

    private static let kept: Set<String> = [
        "content-type", "retry-after", "retry-after-ms", "request-id", "x-request-id",
        "apim-request-id", "x-should-retry", "x-litellm-response-cost", "x-litellm-version",
    ]

    func open(
        _ body: [UInt8], _ url: String, _ headers: [(name: String, value: String)], head: Duration, idle: Duration,
        _ time: TimeSource
    ) async throws -> OpenedAnswer {
        let opened = try await base.open(body, url, headers, head: head, idle: idle, time)
        let secrets = RequestSecrets(url: url, headers: headers)
        let json = (try? JSONValue(parsing: body, allowsLoneSurrogates: true)).map(secrets.cleaned)
        let copy = RecordedPieces(ahead: opened.ahead) { [tape] pieces, isCut in
            var response = TapedExchange.Response(content: Self.content(pieces, opened, secrets))
            response.status = opened.status
            response.headers = opened.headers.filter { Self.kept.contains($0.name.lowercased()) }
                .map { (name: $0.name.lowercased(), value: secrets.cleaned($0.value)) }
            response.isCut = isCut
            tape.add(TapedExchange(path: PlayedConnection.path(url), body: json, response: response))
        }
        return OpenedAnswer(
            status: opened.status, headers: opened.headers,
            ahead: ReadAhead(copy, room: AnswerRoom.bytes, weight: AnswerRoom.weight, time: time))
    }

    /// What came, in the form that is read best.
    private static func content(
        _ pieces: [[UInt8]], _ opened: OpenedAnswer, _ secrets: RequestSecrets
    ) -> TapedExchange.Response.Content {
        // Inflated, so that no key that a server repeated stays in it unseen.
        let inflated = AnswerInflater.inflated(pieces, contentEncoding: opened.header("content-encoding"))
        guard let bytes = inflated, let text = String(validating: bytes, as: UTF8.self) else { return .pieces(pieces) }
        if let json = try? JSONValue(parsing: bytes) { return .body(secrets.cleaned(json)) }
        return events(bytes).map { .events($0.map(secrets.cleaned)) } ?? .text(secrets.cleaned(text))
    }

    /// The events of a stream; `nil` where they say more than their data does.
    private static func events(_ bytes: [UInt8]) -> [JSONValue]? {
        guard bytes.starts(with: "data:".utf8) || bytes.starts(with: "event:".utf8) else { return nil }
        var parser = ServerSentEventParser()
        let events = parser.take(bytes) + (parser.finish().map { [$0] } ?? [])
        let values = events.map { event -> JSONValue in
            let json = try? JSONValue(parsing: event.data, allowsLoneSurrogates: true)
            return json ?? .string(String(decoding: event.data, as: UTF8.self))
        }
        // A name that the data does not repeat would be lost.
        let isTold = zip(events, values).allSatisfy { $0.name == nil || $1["type"]?.string == $0.name }
        return isTold ? values : nil
    }
}

/// The pieces of an answer, told together when they are over.
private struct RecordedPieces: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let ahead: ReadAhead<[UInt8]>
    let onEnd: @Sendable (_ pieces: [[UInt8]], _ isCut: Bool) -> Void

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(ahead: ahead, onEnd: onEnd) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let ahead: ReadAhead<[UInt8]>
        let onEnd: @Sendable (_ pieces: [[UInt8]], _ isCut: Bool) -> Void
        private var pieces: [[UInt8]] = []

        init(ahead: ReadAhead<[UInt8]>, onEnd: @escaping @Sendable (_ pieces: [[UInt8]], _ isCut: Bool) -> Void) {
            self.ahead = ahead
            self.onEnd = onEnd
        }

        mutating func next() async throws -> [UInt8]? {
            do {
                guard let arrival = try await ahead.next() else {
                    onEnd(pieces, false)
                    return nil
                }
                pieces.append(arrival.element)
                return arrival.element
            } catch {
                ahead.letGo()
                onEnd(pieces, true)
                throw error
            }
        }
    }
}

/// One of the SDK's own clients.
protocol HTTPProviderClient {
    var http: ProviderHTTP { get set }
}

extension HTTPProviderClient {
    /// The same client over another connection.
    func over(_ connection: any ModelConnection) -> Self {
        var client = self
        client.http.connection = connection
        return client
    }
}

extension OpenAIClient: HTTPProviderClient {
    static var testing: OpenAIClient {
        OpenAIClient(apiKey: "no-key", baseURL: "https://api.openai.com/v1", limits: .once)
    }

    /// The same client answered by a tape: it asks nobody.
    public func playing(_ tape: ExchangeTape) -> OpenAIClient { over(PlayedConnection(tape: tape)) }

    /// The same client, whose exchanges are written down on a tape as they end; keys and the headers of requests are not.
    public func recording(on tape: ExchangeTape) -> OpenAIClient {
        over(RecordingConnection(base: http.connection, tape: tape))
    }
}

extension AnthropicClient: HTTPProviderClient {
    static var testing: AnthropicClient {
        AnthropicClient(apiKey: "no-key", baseURL: "https://api.anthropic.com", limits: .once)
    }

    /// The same client answered by a tape: it asks nobody.
    public func playing(_ tape: ExchangeTape) -> AnthropicClient { over(PlayedConnection(tape: tape)) }

    /// The same client, whose exchanges are written down on a tape as they end; keys and the headers of requests are not.
    public func recording(on tape: ExchangeTape) -> AnthropicClient {
        over(RecordingConnection(base: http.connection, tape: tape))
    }
}

extension GoogleAIClient: HTTPProviderClient {
    static var testing: GoogleAIClient { GoogleAIClient(apiKey: "no-key", limits: .once) }

    /// The same client answered by a tape: it asks nobody.
    public func playing(_ tape: ExchangeTape) -> GoogleAIClient { over(PlayedConnection(tape: tape)) }

    /// The same client, whose exchanges are written down on a tape as they end; keys and the headers of requests are not.
    public func recording(on tape: ExchangeTape) -> GoogleAIClient {
        over(RecordingConnection(base: http.connection, tape: tape))
    }
}

extension CallLimits {
    /// A test that plays an error wants to see it.
    fileprivate static let once = CallLimits(retries: 0)
}
