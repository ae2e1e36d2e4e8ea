import AsyncHTTPClient
import Fallom
import NIOCore
import OrderedJSON
import Synchronization

/// The time of a client whose service is of no use. Nothing runs by the clock: limits, told apart by their length, end when
/// what they are to cut short has happened, and waits for the next try are over at once.
final class TroubledTime: Sendable {
    /// How long a request may take, a flush, and a shutdown.
    static let request = Duration.seconds(60)
    static let flush = Duration.seconds(70)
    static let shutdown = Duration.seconds(80)

    /// When a request's limit ends.
    enum RequestLimit: Sendable {
        /// The service is heard of before.
        case never
        /// The service has got the request, and leaves it waiting.
        case asked
        /// The service has got another TLS hello than those it had got before, and leaves it waiting.
        case greeted(before: Int)
    }

    private struct State {
        var triesLeft: Int
        var flushes: [AsyncStream<Never>.Continuation] = []
    }

    /// The name under which the service counts a request.
    @TaskLocal static var name = ""

    private let limit: RequestLimit
    private let state: Mutex<State>

    /// A flush's limit ends after so many tries.
    init(_ limit: RequestLimit, tries: Int) {
        self.limit = limit
        state = Mutex(State(triesLeft: tries))
    }

    /// A request is over, whatever became of it.
    func tried() {
        let ended = state.withLock { state in
            state.triesLeft -= 1
            defer { if state.triesLeft <= 0 { state.flushes = [] } }
            return state.triesLeft <= 0 ? state.flushes : []
        }
        for flush in ended { flush.finish() }
    }

    /// The client's source of time. The clock stands still.
    var source: TimeSource {
        var time = ManualTime().instant
        time.sleep = { duration in
            switch duration {
            case Self.request: try await self.requestLimit()
            case Self.flush: await self.flushLimit()
            default: await Task.yield()
            }
            try Task.checkCancellation()
        }
        return time
    }

    private func requestLimit() async throws {
        switch limit {
        case .never: try await untilCancelled()
        case .asked: _ = try await Self.requests(of: Self.name, atLeast: 1)
        case .greeted(let before): _ = try await Self.requests(of: "tls", atLeast: before + 1)
        }
    }

    private func flushLimit() async {
        let (end, continuation) = AsyncStream.makeStream(of: Never.self)
        let isOver = state.withLock { state in
            if state.triesLeft > 0 { state.flushes.append(continuation) }
            return state.triesLeft <= 0
        }
        if isOver { continuation.finish() }
        for await _ in end {}
    }

    /// How many requests of that name the service has got, once there are so many (`_seen` of Tests/Support/fake_backend.py).
    static func requests(of name: String, atLeast count: Int = 0) async throws -> Int {
        let response = try await HTTPClient.patient.execute(
            HTTPClientRequest(url: PythonServer.backend.url + "/_seen/\(count)/\(name)"), timeout: .minutes(5))
        return try JSON(parsing: try await response.body.collect(upTo: 1024).readableBytesView).int ?? 0
    }
}

/// Answers the list of configs from memory where there is one, leaves everything else to the network, and tells of what is
/// over.
struct WatchedTransport: HTTPTransport {
    var configs: JSON?
    let network: AsyncHTTPTransport
    /// The end of the addresses that are told of.
    let suffix: String
    let time: TroubledTime

    func send(_ call: HTTPCall, within limit: Duration, bodyLimit: Int) async throws -> HTTPReply {
        if let configs, call.url.hasSuffix("/configs") { return HTTPReply(status: 200, body: configs.compactBytes) }
        defer { if call.url.hasSuffix(suffix) { time.tried() } }
        var call = call
        let name = "try-\(UInt64.random(in: 0 ... .max))"
        call.headers.append(("X-Name", name))
        return try await TroubledTime.$name.withValue(name) { [call] in
            try await network.send(call, within: limit, bodyLimit: bodyLimit)
        }
    }

    func shutdown() async { await network.shutdown() }
}

extension FallomOptions {
    /// Limits that ``TroubledTime`` knows, and its time.
    mutating func takeLimits(of time: TroubledTime) {
        exportTimeout = TroubledTime.request
        fetchTimeout = TroubledTime.request
        recordTimeout = TroubledTime.request
        shutdownTimeout = TroubledTime.shutdown
        self.time = time.source
    }
}
