import Fallom
import OrderedJSON
import SpanCodec
import Synchronization

/// Answers the SDK's own requests from memory, and remembers them.
final class StubTransport: HTTPTransport {
    struct Request: Hashable {
        var method: String
        var url: String
        var authorization: String?
        var body: String
    }

    private let requestLog = Mutex<[Request]>([])
    private let answer: @Sendable (HTTPCall) async throws -> HTTPReply

    init(_ answer: @escaping @Sendable (HTTPCall) async throws -> HTTPReply) { self.answer = answer }

    /// Serves lists of records.
    convenience init(configs: [JSON] = [], prompts: [JSON] = [], tests: [JSON] = []) {
        self.init { call in
            let lists: [(String, JSON)] = [
                ("/configs", ["configs": .array(configs)]), ("/prompts", ["prompts": .array(prompts)]),
                ("/prompt-ab-tests", ["prompt_ab_tests": .array(tests)]), ("/sessions", [:]), ("/v1/traces", [:]),
            ]
            for (path, json) in lists where call.url.hasSuffix(path) {
                return HTTPReply(status: 200, body: json.compactBytes)
            }
            return HTTPReply(status: 404)
        }
    }

    var requests: [Request] { requestLog.withLock { $0 } }
    func requests(_ method: String, _ suffix: String) -> [Request] {
        requests.filter { $0.method == method && $0.url.hasSuffix(suffix) }
    }

    func send(_ call: HTTPCall, within limit: Duration, bodyLimit: Int) async throws -> HTTPReply {
        let request = Request(
            method: call.method, url: call.url,
            authorization: call.headers.first { $0.name == "Authorization" }?.value,
            body: String(decoding: call.body, as: UTF8.self))
        requestLog.withLock { $0.append(request) }
        return try await answer(call)
    }

    func shutdown() async {}
}

/// A clock that stands still unless told, and waits only for cancellation or ``release()``.
final class ManualTime: Sendable {
    private let nanoseconds = Mutex<Int64>(1_000_000_000)
    private let sleeps = Mutex<[Duration]>([])

    /// Every sleep returns at once.
    var instant: TimeSource {
        TimeSource(
            unixNanoseconds: { 1_700_000_000_000_000_000 },
            monotonicNanoseconds: { self.nanoseconds.withLock { $0 } },
            sleep: { duration in self.sleeps.withLock { $0.append(duration) } })
    }

    /// Every sleep lasts until the task is cancelled.
    var frozen: TimeSource {
        TimeSource(
            unixNanoseconds: { 1_700_000_000_000_000_000 },
            monotonicNanoseconds: { self.nanoseconds.withLock { $0 } },
            sleep: { duration in
                self.sleeps.withLock { $0.append(duration) }
                try await untilCancelled()
            })
    }

    /// Every sleep moves the clock on and returns at once.
    var advancing: TimeSource {
        var time = instant
        time.sleep = { duration in
            self.sleeps.withLock { $0.append(duration) }
            self.advance(duration)
        }
        return time
    }

    /// How long the clock has gone.
    var elapsed: Duration { .nanoseconds(nanoseconds.withLock { $0 } - 1_000_000_000) }
    var slept: [Duration] { sleeps.withLock { $0 } }
    func advance(_ duration: Duration) {
        let (seconds, fraction) = duration.components
        nanoseconds.withLock { $0 += seconds * 1_000_000_000 + fraction / 1_000_000_000 }
    }
}

/// A client whose spans stay in memory and whose service is a stub.
struct TestClient {
    let client: FallomClient
    let spans = InMemoryExporter()
    let transport: StubTransport

    init(
        _ transport: StubTransport = StubTransport(), capturesContent: Bool = true, time: TimeSource? = nil,
        change: (inout FallomOptions) -> Void = { _ in }
    ) throws {
        var options = FallomOptions(apiKey: "test-key", captureContent: capturesContent)
        options.sendsTraces = false
        options.exporters = [spans]
        options.syncInterval = nil
        options.time = time ?? .system
        // By the machine's clock a limit would measure how busy the machine is.
        if time == nil { options.fetchTimeout = .seconds(300) }
        change(&options)
        self.transport = transport
        client = try FallomClient(options, environment: [:], transport: transport)
    }

    var session: Session { client.session(configKey: "app", sessionID: "session-1", customerID: "customer-1") }

    /// Every record so far.
    func records() async -> [FallomRecord] {
        await client.flush()
        return spans.records
    }
}

extension FinishedSpan {
    init(_ record: FallomRecord) { self.init(SpanRecord(record)) }
}

extension FallomRecord {
    subscript(_ attribute: String) -> JSON? { attributes.last { $0.name == attribute }.map { JSON($0.value) } }

    /// An attribute that is JSON in a string.
    func json(_ attribute: String) -> JSON? { self[attribute]?.string.flatMap { try? JSON(parsing: $0) } }
}
