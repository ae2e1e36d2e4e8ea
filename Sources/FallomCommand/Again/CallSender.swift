import AsyncHTTPClient
import Experiments
import NIOCore
import NIOHTTP1
import OrderedJSON
import ProviderCalls
import Synchronization

/// Sends calls of models, and reads their answers along as the SDK's clients and the proxy do.
final class CallSender: Sendable {
    /// A call that is over.
    struct Sent: Sendable {
        /// What it says.
        let call: ProviderCall
        /// Nanoseconds it took.
        let duration: Int64
        /// Seconds after which to ask again, where that was said.
        let retryAfter: Int?
        /// Why there was no connection.
        let trouble: String?
    }

    /// Made for the first call: a console in which nothing is tried again starts no loop for it.
    private let made = Mutex<HTTPClient?>(nil)

    private var http: HTTPClient {
        made.withLock { made in
            if let made { return made }
            let client = Self.client()
            made = client
            return client
        }
    }

    private static func client() -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        // A key would go along.
        configuration.redirectConfiguration = .disallow
        configuration.decompression = .disabled
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .seconds(300)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    deinit {
        // A client that is let go without a shutdown traps: closing goes on by itself.
        made.withLock { $0?.shutdown { _ in } }
    }

    /// More bytes are no answer of a model, however long it thinks.
    private static let mostBytes = 64 << 20
    /// Nor does one take longer than this.
    private static let longest = TimeAmount.hours(1)

    /// Sends a request and waits for the end of its answer.
    ///
    /// - Parameter progress: takes the text so far, with the nanoseconds to its first piece.
    func send(
        _ prepared: PreparedRequest, _ access: ProviderAccess, once: String,
        progress: @Sendable (String, Int64?) -> Void
    ) async -> Sent? {
        let body = prepared.body.compactBytes
        var request = HTTPClientRequest(url: access.base + prepared.path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "fallom")
        // A provider that knows it does not answer, and charge, the same call twice.
        request.headers.add(name: "Idempotency-Key", value: once)
        for header in access.headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let start = MonotonicClock.nanoseconds
        let headers = request.headers.map { (name: $0.name, value: $0.value) }
        guard var exchange = ProviderExchange(method: "POST", url: request.url, headers: headers, body: body) else {
            return nil
        }
        var retryAfter: Int?
        var trouble: (any Error)?
        var answer = AnswerText(prepared.shape)
        do {
            let response = try await http.execute(request, deadline: .now() + Self.longest)
            exchange.head(status: Int(response.status.code), headers: response.headers.map { ($0.name, $0.value) })
            retryAfter = response.headers.first(name: "retry-after").flatMap { Int($0) }
            var pieces = AnswerPieces(
                exchange.request.dialect, contentEncoding: response.headers.first(name: "content-encoding"))
            let isAnswer = (200..<300).contains(response.status.code)
            var room = Self.mostBytes
            for try await buffer in response.body {
                room -= buffer.readableBytes
                guard room >= 0 else {
                    throw Trouble(description: "the answer is larger than \(Self.mostBytes >> 20) MB")
                }
                let moment = MonotonicClock.nanoseconds - start
                let bytes = Array(buffer.readableBytesView)
                exchange.take(bytes, at: moment)
                guard isAnswer else { continue }
                var hasSaid = false
                for step in bytes.withUnsafeBytes({ pieces.take($0) }) {
                    if case .piece(let json) = step, answer.add(json) { hasSaid = true }
                }
                if hasSaid { progress(answer.text, exchange.firstToken) }
            }
        } catch {
            trouble = error
        }
        let duration = MonotonicClock.nanoseconds - start
        let call: ProviderCall
        let isCancelled = Task.isCancelled
        if let trouble {
            if isCancelled {
                call = exchange.cancel()
            } else {
                call = exchange.fail(Trouble(description: ConnectionTrouble.words(trouble)))
            }
        } else {
            call = exchange.end()
        }
        return Sent(
            call: call, duration: duration, retryAfter: retryAfter,
            trouble: isCancelled ? nil : trouble.map { ConnectionTrouble.words($0) })
    }

    private struct Trouble: Error, CustomStringConvertible {
        let description: String
    }
}
