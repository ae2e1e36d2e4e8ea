import Assignment
import Dispatch
import Fallom
import LocalExport
import OrderedJSON
import SpanCodec
import TraceModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The SDK's own costs. Medians of several rounds in one run; figures beside a peer's are to be taken in one sitting.
@main
enum FallomSDKBenchmarks {
    static func main() async throws {
        switch CommandLine.arguments.dropFirst().first {
        case "models": try await models()
        case "wrap": try await wrap()
        case "udp": try await udp()
        case "ttft": try await ttft(CommandLine.arguments.dropFirst(2).first)
        default:
            print(
                """
                usage: FallomSDKBenchmarks NAME, built with -c release
                  models      models.get with targeting, and one MD5 of the session id by the system's library
                  wrap        what wrapping a chat completion adds to the caller's path
                  udp         spans a second from one process over UDP
                  ttft URL    time to first token against fake_llm.py at URL
                """)
        }
    }

    /// `models.get` as an app calls it: cached config, targeting that does not match, recording queued.
    private static func models() async throws {
        let config: JSONValue = [
            "key": "bench", "version": 1,
            "variants": [["model": "a", "weight": 50], ["model": "b", "weight": 50]],
            "targeting": [
                "individualTargets": [["field": "customerId", "value": "vip", "variantIndex": 1]],
                "rules": [
                    ["conditions": [["field": "plan", "operator": "eq", "value": "enterprise"]], "variantIndex": 1]
                ],
            ],
        ]
        let list: JSONValue = ["configs": [config]]
        var options = FallomOptions(apiKey: "k")
        options.sendsTraces = false
        options.syncInterval = nil
        let client = try FallomClient(options, environment: [:], transport: FixedTransport(body: list.compactBytes))
        let ids = (0..<1000).map { "session-\($0)-0123456789abcdef0123" }
        let context: EvaluationContext = ["plan": "free"]
        _ = try await client.models.get("bench", sessionID: "warm")
        let get = try await median("models.get, targeting and recording", 200_000) { index in
            _ = try await client.models.get("bench", sessionID: ids[index % 1000], customerID: "c-1", context: context)
        }
        let assign = try ModelConfig(record: config)
        let pure = try await median("ModelConfig.assign, targeting", 200_000) { index in
            _ = try assign.assign(sessionID: ids[index % 1000], customerID: "c-1", context: context)
        }
        print("models.get is \(rounded(get / pure)) times the decision alone")
        await client.shutdown()
    }

    /// A call through the wrapper less the call itself, on a client without a network.
    private static func wrap() async throws {
        var options = FallomOptions(apiKey: "k")
        options.sendsTraces = false
        options.syncInterval = nil
        options.exporters = [NullExporter()]
        options.queueCapacity = 10_000_000
        let client = try FallomClient(options, environment: [:], transport: FixedTransport(body: []))
        let session = client.session(configKey: "bench", sessionID: "s", customerID: "c")
        let chat = InstantChat()
        let wrapped = session.wrapOpenAI(chat)
        let request = ChatRequest(
            model: "gpt-4o", messages: [.system("You are helpful."), .user("What is the capital of France?")])
        let bare = try await median("unwrapped call", 100_000) { _ in _ = try await chat.createChatCompletion(request) }
        let traced = try await median("wrapped call", 100_000) { _ in
            _ = try await wrapped.createChatCompletion(request)
        }
        print("wrapping adds \(rounded((traced - bare) / 1000)) us on the caller's path")
        let span = try await median("span with one attribute", 100_000) { _ in
            let span = session.startSpan("s")
            span.set("a", 1)
            span.end()
        }
        print("a span costs \(rounded(span / 1000)) us on the caller's path")
        await client.shutdown()
    }

    /// Records to a listener on loopback that reads as fast as it can.
    private static func udp() async throws {
        let listener = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var size: Int32 = 64 << 20
        setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(listener, pointer, length)
                getsockname(listener, pointer, &length)
            }
        }
        let port = Int(UInt16(bigEndian: address.sin_port))
        let count = 300_000
        let exporter = try UDPExporter(host: "127.0.0.1", port: port, options: .init(queueCapacity: count))
        var record = FallomRecord(
            configKey: "bench", sessionID: "session-1", traceID: String(repeating: "a", count: 32),
            spanID: String(repeating: "b", count: 16), name: "chat.completions.create", kind: .llm, model: "gpt-4o",
            startTime: Timestamp(unixMilliseconds: 1_700_000_000_000),
            endTime: Timestamp(unixMilliseconds: 1_700_000_000_250))
        let text = String(repeating: "lorem ipsum dolor ", count: 45)
        record.attributes = [
            JSONMember("fallom.raw.request", .string(#"{"messages":[{"role":"user","content":"hello"}]}"#)),
            JSONMember("fallom.raw.response", .string(text)),
        ]
        print("record of \(record.encoded().count) bytes")
        for _ in 0..<5 {
            let before = exporter.counters.delivered
            let start = now()
            for _ in 0..<count { exporter.export(record) }
            let queued = now()
            await exporter.flush()
            let end = now()
            let sent = exporter.counters.delivered - before
            print(
                "\(Int(Double(sent) / Double(end - start) * 1e9)) spans/s sent, \(rounded(Double(queued - start) / Double(count))) ns a span for the caller, dropped \(exporter.counters.dropped)"
            )
        }
        await exporter.shutdown()
        close(listener)
    }

    /// First tokens as the span says them, beside when the server sent them.
    private static func ttft(_ url: String?) async throws {
        guard let url else {
            print("ttft needs the address that fake_llm.py printed; start it with --first-token-ms 80 --chunk-ms 0")
            return
        }
        let spans = InMemoryExporter()
        var options = FallomOptions(apiKey: "k")
        options.sendsTraces = false
        options.syncInterval = nil
        options.exporters = [spans]
        let client = try FallomClient(options, environment: [:], transport: FixedTransport(body: []))
        let session = client.session(configKey: "bench", sessionID: "s")
        let openAI = session.wrapOpenAI(OpenAIClient(apiKey: "k", baseURL: url + "/v1"))
        let request = ChatRequest(model: "gpt-4o", messages: [.user("one two three four")])
        for _ in 0..<41 { for try await _ in try await openAI.chat.completions.stream(request) {} }
        await client.flush()
        let times = spans.records.compactMap(\.timeToFirstTokenMilliseconds).sorted()
        print(
            "first token after \(times[times.count / 2]) ms (median of \(times.count)); subtract what the server waits")
        await client.shutdown()
    }

    /// The median of five rounds, in nanoseconds each.
    private static func median(
        _ name: String, _ count: Int, _ body: (Int) async throws -> Void
    ) async throws -> Double {
        var rounds: [Double] = []
        for _ in 0..<5 {
            let start = now()
            for index in 0..<count { try await body(index) }
            rounds.append(Double(now() - start) / Double(count))
        }
        rounds.sort()
        print("\(name): \(rounded(rounds[2])) ns (\(rounded(rounds[0]))-\(rounded(rounds[4])))")
        return rounds[2]
    }

    private static func now() -> Int64 { TimeSource.system.monotonicNanoseconds() }
    private static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}

/// Answers every request alike.
struct FixedTransport: HTTPTransport {
    let body: [UInt8]
    func send(_ call: HTTPCall, within limit: Duration, bodyLimit: Int) async throws -> HTTPReply {
        HTTPReply(status: 200, body: body)
    }
    func shutdown() async {}
}

/// Takes records and forgets them.
struct NullExporter: RecordExporter {
    func export(_ record: FallomRecord) {}
    func flush() async {}
    func shutdown() async {}
    var counters: ExportCounters { ExportCounters() }
}

/// A chat client without a network.
struct InstantChat: ChatCompletionsClient {
    static let answer = ChatCompletion([
        "id": "1", "model": "gpt-4o", "choices": [["message": ["content": "Paris"], "finish_reason": "stop"]],
        "usage": ["prompt_tokens": 14, "completion_tokens": 1, "total_tokens": 15],
    ])
    func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion { Self.answer }
    func streamChatCompletion(_ request: ChatRequest) async throws -> AsyncStream<ChatChunk> {
        AsyncStream { $0.finish() }
    }
}
