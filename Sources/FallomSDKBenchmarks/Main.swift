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
        // As most callers are: on no actor, where nothing hops between executors.
        try await Task.detached { try await run() }.value
    }

    private static func run() async throws {
        switch CommandLine.arguments.dropFirst().first {
        case "models": try await models()
        case "wrap": try await wrap()
        case "udp": try await udp()
        case "memory": try await memory(CommandLine.arguments.dropFirst(2).first)
        case "ttft": try await ttft(CommandLine.arguments.dropFirst(2).first)
        default:
            print(
                """
                usage: FallomSDKBenchmarks NAME, built with -c release
                  models      models.get with targeting, and one MD5 of the session id by the system's library
                  wrap        what wrapping a chat completion adds to the caller's path
                  udp         spans a second from one process over UDP
                  memory FILE resident memory over two million spans written to FILE, which is rotated
                  ttft URL    time to first token against fake_llm.py at URL
                """)
        }
    }

    /// `models.get` as an app calls it: cached config, targeting that does not match, recording queued.
    private static func models() async throws {
        let config: JSONValue = [
            "key": "bench", "version": 3,
            "variants": [
                ["model": "gpt-4o", "weight": 50], ["model": "claude-sonnet-4-5", "weight": 30],
                ["model": "gemini-2.5-flash", "weight": 20],
            ],
            "targeting": [
                "enabled": true,
                "individualTargets": .array(
                    (0..<3).map { ["field": "customerId", "value": "cust-\($0)", "variantIndex": 1] }),
                "rules": [
                    [
                        "conditions": [
                            ["field": "plan", "operator": "eq", "value": "enterprise"],
                            ["field": "country", "operator": "in", "value": ["US", "CA"]],
                        ], "variantIndex": 2,
                    ],
                    [
                        "conditions": [["field": "email", "operator": "endsWith", "value": "@fallom.com"]],
                        "variantIndex": 0,
                    ],
                ],
            ],
        ]
        let list: JSONValue = ["configs": [config]]
        let transport = FixedTransport(body: list.compactBytes)
        func client(recording: Bool) throws -> FallomClient {
            var options = FallomOptions(apiKey: "k")
            options.sendsTraces = false
            options.syncInterval = nil
            options.recordsAssignments = recording
            return try FallomClient(options, environment: [:], transport: transport)
        }
        let (local, whole) = (try client(recording: false), try client(recording: true))
        let ids = (0..<1000).map { "66d22876-72fd-4202-aa96-" + String(100_000_000_000 + $0) }
        let context: EvaluationContext = ["plan": "pro", "country": "DE", "email": "a@b.c"]
        for client in [local, whole] { _ = try await client.models.get("bench", sessionID: "warm") }
        let get = try await median("models.get, targeting, local work only", 200_000) { index in
            _ = try await local.models.get(
                "bench", sessionID: ids[index % 1000], customerID: "cust-9", context: context)
        }
        _ = try await median("models.get, targeting, recording queued", 20_000, settle: whole.flush) { index in
            _ = try await whole.models.get(
                "bench", sessionID: ids[index % 1000], customerID: "cust-9", context: context)
        }
        let assign = try ModelConfig(record: config)
        let pure = try await median("ModelConfig.assign, targeting", 200_000) { index in
            _ = try assign.assign(sessionID: ids[index % 1000], customerID: "cust-9", context: context)
        }
        print("models.get is \(rounded(get / pure)) times the decision alone")
        if let digest = SystemMD5() {
            let md5 = try await median("MD5 of the session id, libcrypto", 200_000) { digest.hash(ids[$0 % 1000]) }
            print("models.get is \(rounded(get / md5)) times, the decision \(rounded(pure / md5)) times one MD5 in C")
        }
        await local.shutdown()
        await whole.shutdown()
    }

    /// A call through the wrapper less the call itself, on a client without a network.
    private static func wrap() async throws {
        var options = FallomOptions(apiKey: "k")
        options.sendsTraces = false
        options.syncInterval = nil
        options.exporters = [NullExporter()]
        let client = try FallomClient(options, environment: [:], transport: FixedTransport(body: []))
        let session = client.session(configKey: "bench", sessionID: "s", customerID: "c")
        let chat = InstantChat()
        let wrapped = session.wrapOpenAI(chat)
        let request = ChatRequest(
            model: "gpt-4o", messages: [.system("You are helpful."), .user("What is the capital of France?")])
        let bare = try await median("unwrapped call", 100_000) { _ in _ = try await chat.createChatCompletion(request) }
        let traced = try await median("wrapped call", 50_000, settle: client.flush) { _ in
            _ = try await wrapped.createChatCompletion(request)
        }
        print("wrapping adds \(rounded((traced - bare) / 1000)) us on the caller's path")
        let span = try await median("span with one attribute", 50_000, settle: client.flush) { _ in
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

    /// Resident memory while spans of ever new sessions go to a file, printed eight times: it must not grow.
    private static func memory(_ path: String?) async throws {
        guard let path else {
            print("memory needs a file to write to; it and its rotated ones take up to 150 MB")
            return
        }
        let file = try FileExporter(path: path, options: .init(rotationBytes: 64 << 20, keptFiles: 1))
        var options = FallomOptions(apiKey: "k")
        options.sendsTraces = false
        options.syncInterval = nil
        options.exporters = [file]
        let client = try FallomClient(options, environment: [:], transport: FixedTransport(body: []))
        for round in 0..<8 {
            for number in 0..<250_000 {
                let session = client.session(configKey: "bench", sessionID: "session-\(round)-\(number / 10)")
                let span = session.startSpan("s", attributes: ["number": .number(number)])
                span.set("text", "a value of some length, as prompts are")
                span.end()
                if number % 4096 == 4095 { await client.flush() }
            }
            await client.flush()
            print("after \((round + 1) * 250_000) spans: \(residentKilobytes()) KB, dropped \(client.counters.dropped)")
        }
        await client.shutdown()
    }

    /// What the process holds in memory now, in KB, by `/proc/self/statm`; 0 where there is none.
    private static func residentKilobytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 128)
        guard fgets(&text, 128, file) != nil else { return 0 }
        let fields = text.prefix { $0 != 0 }.split(separator: 32)
        guard fields.count > 1 else { return 0 }
        return Int(String(decoding: fields[1].map(UInt8.init(bitPattern:)), as: UTF8.self)).map { $0 * 4 } ?? 0
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

    /// The median of nine rounds in nanoseconds of the calling thread's CPU time: on a busy machine the wall clock
    /// counts other people's work. `settle` runs untimed after every thousand.
    private static func median(
        _ name: String, _ count: Int, settle: () async -> Void = {}, _ body: (Int) async throws -> Void
    ) async throws -> Double {
        var rounds: [Double] = []
        for _ in 0..<9 {
            var total: Int64 = 0
            for start in stride(from: 0, to: count, by: 1000) {
                let before = threadTime()
                for index in start..<start + 1000 { try await body(index) }
                total += threadTime() - before
                await settle()
            }
            rounds.append(Double(total) / Double(count))
        }
        rounds.sort()
        print("\(name): \(rounded(rounds[4])) ns (\(rounded(rounds[0]))-\(rounded(rounds[8])))")
        return rounds[4]
    }

    private static func threadTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func now() -> Int64 { TimeSource.system.monotonicNanoseconds() }
    private static func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}

/// MD5 of the system's libcrypto, where it is installed.
struct SystemMD5 {
    private typealias Function =
        @convention(c) (UnsafeRawPointer?, Int, UnsafeMutablePointer<UInt8>?) -> UnsafeMutablePointer<UInt8>?
    private let function: Function

    init?() {
        guard let library = dlopen("libcrypto.so.3", RTLD_NOW), let symbol = dlsym(library, "MD5") else { return nil }
        // MD5(const unsigned char *, size_t, unsigned char *), as openssl/md5.h declares it.
        function = unsafeBitCast(symbol, to: Function.self)
    }

    func hash(_ text: String) {
        var text = text
        var digest = [UInt8](repeating: 0, count: 16)
        text.withUTF8 { bytes in _ = function(bytes.baseAddress, bytes.count, &digest) }
    }
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
