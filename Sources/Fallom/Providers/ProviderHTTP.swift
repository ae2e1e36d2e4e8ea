package import OrderedJSON
package import ProviderCalls
import Synchronization

/// Sends requests to a model API: tries again where that may help, and tells every failure as a ``ProviderError``.
package struct ProviderHTTP: Sendable {
    private static let largestAnswer = 256 << 20
    private static let largestErrorBody = 1 << 20
    private static let longestExplanation = Duration.seconds(10)

    var connection: any ModelConnection
    private var credentials: Credentials
    private var limits: CallLimits
    var time = TimeSource.system
    var chance: @Sendable () -> Double = { Double.random(in: 0...1) }

    init(credentials: Credentials, limits: CallLimits) {
        #if AsyncHTTPClient
        connection = AsyncHTTPConnection.shared
        #else
        connection = URLSessionConnection.shared
        #endif
        self.credentials = credentials
        self.limits = limits
    }

    /// Posts JSON and reads a JSON answer.
    package func send(_ body: JSONValue, to url: String, _ dialect: CallDialect) async throws -> JSONValue {
        try await trying(url) { url, credentials throws in
            let opened = try await once(body, url, credentials)
            let place = ProviderError.safe(url)
            let bytes = try await whole(opened, url)
            var pieces = AnswerPieces(dialect, contentEncoding: opened.header("content-encoding"))
            let steps = bytes.withUnsafeBytes { pieces.take($0) } + pieces.finish()
            let headers = Self.headers(opened.headers)
            var answer: JSONValue?
            for step in steps {
                switch step {
                case .piece(let json): answer = answer ?? json
                case .failure(let failure):
                    throw ProviderError(failure, headers: headers, url: place, body: answer.map { JSON($0) })
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
        let (opened, credentials) = try await trying(url) { url, credentials throws in
            (try await once(body, url, credentials), credentials)
        }
        return JSONEventStream(
            opened, dialect: dialect, idle: limits.idle, url: ProviderError.safe(url), credentials: credentials)
    }

    /// Tries until it goes well or trying again is of no use.
    private func trying<Answer: Sendable>(
        _ url: String, _ operation: @Sendable (String, Credentials) async throws -> Answer
    ) async throws -> Answer {
        if let fault = credentials.fault { throw fault }
        var attempts = CallAttempts()
        while true {
            attempts.begin()
            var asked = credentials
            do {
                asked = try await credentials.current()
                let answer = try await operation(url, asked)
                attempts.succeeded()
                return answer
            } catch let error as ProviderError {
                var error = asked.cleaned(error)
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

    private func once(_ body: JSONValue, _ url: String, _ credentials: Credentials) async throws -> OpenedAnswer {
        let opened: OpenedAnswer
        do {
            opened = try await connection.open(
                body.compactBytes, url, [("Content-Type", "application/json")] + credentials.headers,
                head: limits.head, idle: limits.idle, time)
        } catch {
            throw failure(error, url, .beforeAnswer)
        }
        guard !(200..<300).contains(opened.status) else {
            TracedCall.current?.note(AnswerHeaders(opened.headers))
            return opened
        }
        throw ProviderError(
            status: opened.status, body: await said(opened), headers: Self.headers(opened.headers),
            url: ProviderError.safe(url))
    }

    /// What the server says with an error. It is worth having, but that it fails is known without it.
    private func said(_ opened: OpenedAnswer) async -> [UInt8] {
        let pieces = Mutex<[[UInt8]]>([])
        try? await withTimeout(min(limits.idle, Self.longestExplanation), time) {
            var left = Self.largestErrorBody
            while left > 0, let arrival = try await opened.ahead.next() {
                left -= arrival.element.count
                pieces.withLock { $0.append(arrival.element) }
            }
        }
        opened.ahead.letGo()
        return ErrorBody(
            pieces.withLock(\.self), contentEncoding: opened.header("content-encoding")
        ).bytes
    }

    private func whole(_ opened: OpenedAnswer, _ url: String) async throws -> [UInt8] {
        var whole: [UInt8] = []
        defer { opened.ahead.letGo() }
        do {
            while let arrival = try await opened.ahead.next() {
                guard whole.count + arrival.element.count <= Self.largestAnswer else {
                    throw ProviderError(
                        kind: .malformedAnswer, message: "the answer is longer than \(Self.largestAnswer) bytes",
                        url: ProviderError.safe(url))
                }
                whole += arrival.element
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
    private static func headers(_ headers: [(name: String, value: String)]) -> [String: String] {
        Dictionary(headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
    }
}

extension CallFailure {
    fileprivate static func malformed(_ dialect: CallDialect) -> CallFailure {
        malformed("the answer is not one of \(dialect.method)")
    }
}
