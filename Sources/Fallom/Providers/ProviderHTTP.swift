package import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import OrderedJSON
package import ProviderCalls
import Synchronization

/// Sends requests to a model API: tries again where that may help, and tells every failure as a ``ProviderError``.
package struct ProviderHTTP: Sendable {
    /// The connections that clients share unless given others: redirects are not followed, so that no key travels where
    /// nobody sent it. Lives as long as the process, on the loop that reads its answers (see LoopExecutor): a connection
    /// of HTTP/2 serves all calls of a host on one loop anyway.
    package static let sharedClient: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        // A server that is not there is known at once; when to try again is decided here.
        configuration.connectionPool.retryConnectionEstablishment = false
        // A model's answer holds its connection for as long as it streams: with the default of 8 a host, the ninth call of
        // a busy app would wait for one of them to end, and fail when none does in time.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1000
        // What is there when a connection breaks comes in one turn of the loop, and so all of it or nothing: AsyncHTTPClient
        // drops what comes in a later one.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(.maxMessagesPerRead, value: 128)
        }
        return HTTPClient(eventLoopGroup: LoopExecutor.shared.loop, configuration: configuration)
    }()

    private static let largestAnswer = 256 << 20
    private static let largestErrorBody = 1 << 20
    private static let longestExplanation = Duration.seconds(10)

    private var client: HTTPClient
    private var loop: LoopExecutor
    private var credentials: Credentials
    private var limits: CallLimits
    var time = TimeSource.system
    var chance: @Sendable () -> Double = { Double.random(in: 0...1) }

    init(client: HTTPClient?, credentials: Credentials, limits: CallLimits) {
        self.client = client ?? Self.sharedClient
        loop = client == nil ? .shared : .any()
        self.credentials = credentials
        self.limits = limits
    }

    /// Posts JSON and reads a JSON answer.
    package func send(_ body: JSONValue, to url: String, _ dialect: CallDialect) async throws -> JSONValue {
        try await trying(url) { url throws in
            let opened = try await once(body, url)
            let place = ProviderError.safe(url)
            let bytes = try await whole(opened, url)
            var pieces = AnswerPieces(dialect, contentEncoding: opened.headers.first(name: "content-encoding"))
            let steps = bytes.withUnsafeReadableBytes { pieces.take($0) } + pieces.finish()
            let headers = Self.headers(opened.headers)
            var answer: JSONValue?
            for step in steps {
                switch step {
                case .piece(let json): answer = answer ?? json
                case .failure(let failure):
                    throw ProviderError(failure, headers: headers, url: place, body: answer)
                case .done: break
                }
            }
            guard let answer else {
                throw ProviderError(.malformed(dialect), headers: headers, url: place)
            }
            return answer
        }
    }

    /// Posts JSON and reads an answer in pieces. One that comes as a whole is one piece.
    package func stream(_ body: JSONValue, to url: String, _ dialect: CallDialect) async throws -> JSONEventStream {
        let opened = try await trying(url) { url throws in try await once(body, url) }
        return JSONEventStream(
            opened, dialect: dialect, idle: limits.idle, url: ProviderError.safe(url), credentials: credentials)
    }

    /// Tries until it goes well or trying again is of no use.
    private func trying<Answer: Sendable>(
        _ url: String, _ operation: @Sendable (String) async throws -> Answer
    ) async throws -> Answer {
        if let fault = credentials.fault { throw fault }
        var attempts = CallAttempts()
        while true {
            attempts.begin()
            do {
                let answer = try await operation(url)
                attempts.succeeded()
                return answer
            } catch let error as ProviderError {
                var error = credentials.cleaned(error)
                error.attempts = attempts.count
                guard let wait = limits.wait(after: error, failures: attempts.count, chance: chance()) else {
                    attempts.failed(error, isLast: true)
                    throw error
                }
                attempts.failed(error, isLast: false)
                try await time.sleep(wait)
            }
        }
    }

    /// An answer that began, and is read from then on.
    struct Opened: Sendable {
        let headers: HTTPHeaders
        let ahead: ReadAhead<ByteBuffer>
    }

    private func once(_ body: JSONValue, _ url: String) async throws -> Opened {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        for header in credentials.headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(bytes: body.compactBytes))
        let response: HTTPClientResponse
        let ahead: ReadAhead<ByteBuffer>
        do {
            (response, ahead) = try await withTaskExecutorPreference(loop) { [client, limits, loop, time, request] in
                let response = try await client.execute(request, timeout: TimeAmount(limits.head))
                return (response, ReadAhead(response.body, idle: limits.idle, on: loop, time: time))
            }
        } catch {
            throw failure(error, url, .beforeAnswer)
        }
        let opened = Opened(headers: response.headers, ahead: ahead)
        guard !(200..<300).contains(response.status.code) else {
            TracedCall.current?.note(AnswerHeaders(response.headers.lazy.map { (name: $0.name, value: $0.value) }))
            return opened
        }
        throw ProviderError(
            status: Int(response.status.code), body: await said(opened), headers: Self.headers(response.headers),
            url: ProviderError.safe(url))
    }

    /// What the server says with an error. It is worth having, but that it fails is known without it.
    private func said(_ opened: Opened) async -> [UInt8] {
        let pieces = Mutex<[[UInt8]]>([])
        try? await withTimeout(min(limits.idle, Self.longestExplanation), time) {
            var left = Self.largestErrorBody
            while left > 0, let arrival = try await opened.ahead.next() {
                let piece = Array(buffer: arrival.element)
                left -= piece.count
                pieces.withLock { $0.append(piece) }
            }
        }
        opened.ahead.letGo()
        return ErrorBody(
            pieces.withLock(\.self), contentEncoding: opened.headers.first(name: "content-encoding")
        ).bytes
    }

    private func whole(_ opened: Opened, _ url: String) async throws -> ByteBuffer {
        var whole = ByteBuffer()
        defer { opened.ahead.letGo() }
        do {
            while let arrival = try await opened.ahead.next() {
                guard whole.readableBytes + arrival.element.readableBytes <= Self.largestAnswer else {
                    throw ProviderError(
                        kind: .malformedAnswer, message: "the answer is longer than \(Self.largestAnswer) bytes",
                        url: ProviderError.safe(url))
                }
                whole.writeImmutableBuffer(arrival.element)
            }
            return whole
        } catch {
            throw failure(error, url, .insideAnswer)
        }
    }

    private func failure(_ error: any Error, _ url: String, _ moment: ProviderError.Moment) -> any Error {
        JSONEventStream.failure(error, ProviderError.safe(url), moment, limits.head)
    }

    /// The answer's headers, names in lower case.
    private static func headers(_ headers: HTTPHeaders) -> [String: String] {
        Dictionary(headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
    }
}

extension CallFailure {
    fileprivate static func malformed(_ dialect: CallDialect) -> CallFailure {
        CallFailure(kind: .malformed, message: "the answer is not one of \(dialect.method)")
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, fraction) = duration.components
        self = .nanoseconds(Int64(seconds) * 1_000_000_000 + fraction / 1_000_000_000)
    }
}
