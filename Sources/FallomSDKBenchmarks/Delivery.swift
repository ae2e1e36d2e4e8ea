import Fallom
import OrderedJSON
import Synchronization
import SystemCalls

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension FallomSDKBenchmarks {
    /// A hundred thousand calls, each with a prompt of 64 KB of its own: without tracing, with an exporter that takes all at
    /// once, and with a service that takes connections and never answers. What the last needs more of memory, and how long
    /// a call takes.
    static func hanging() async throws {
        let (socket, port) = try listening()
        let listener = Descriptor(owning: socket)
        var options = FallomOptions(apiKey: "k")
        options.tracesURL = "http://127.0.0.1:\(port)"
        options.recordsAssignments = false
        options.syncInterval = nil
        let away = options
        options.sendsTraces = false
        options.exporters = [NullExporter()]
        let well = options
        let plain = try await resident("no tracing") { nil }
        _ = try await resident("all is taken") { try FallomClient(well, environment: [:]) }
        let traced = try await resident("a service that hangs") { try FallomClient(away, environment: [:]) }
        print("\((traced - plain) / 1024) MB above the app's own")
        withExtendedLifetime(listener) {}
    }

    private static func resident(_ name: String, _ make: () throws -> FallomClient?) async throws -> Int {
        let client = try make()
        let chat = InstantChat()
        let wrapped = client.map { $0.session(configKey: "bench", sessionID: "s").wrapOpenAI(chat) }
        let filling = Array(String(repeating: "What the user says, in words. ", count: 2185).utf8)
        var (most, times) = (0, [Int64]())
        for number in 0..<100_000 {
            let prompt = String(number) + String(decoding: filling, as: UTF8.self)
            let request = ChatRequest(model: "gpt-4o", messages: [.user(prompt)])
            let start = now()
            if let wrapped {
                _ = try await wrapped.createChatCompletion(request)
            } else {
                _ = try await chat.createChatCompletion(request)
            }
            times.append(now() - start)
            if number % 500 == 0 { most = max(most, residentKilobytes()) }
        }
        times.sort()
        print(
            """
            \(name): \(most / 1024) MB at most; call p50 \(rounded(Double(times[50_000]) / 1000)) us, \
            p99 \(rounded(Double(times[99_000]) / 1000)) us
            """)
        let start = now()
        await client?.shutdown()
        if let client {
            let counters = client.counters
            print(
                """
                shutdown \(rounded(Double(now() - start) / 1e9)) s; spans without content \
                \(counters.spans.contentsGivenUp + counters.exporters.reduce(0) { $0 + $1.contentsGivenUp }), \
                dropped \(counters.dropped)
                """)
        }
        return most
    }

    /// A socket that takes connections and never reads.
    private static func listening() throws -> (descriptor: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(listener, pointer, length)
                _ = listen(listener, 64)
                getsockname(listener, pointer, &length)
            }
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Spans a second from eight tasks into a service at `url`, each acknowledged.
    static func http(_ url: String, count: Int) async throws {
        var options = FallomOptions(apiKey: "k")
        options.tracesURL = url
        options.syncInterval = nil
        let client = try FallomClient(options, environment: [:])
        client.session(configKey: "bench", sessionID: "warm").startSpan("warm").end()
        await client.flush()
        let before = client.counters.exporters.first?.delivered ?? 0
        let start = now()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let session = client.session(configKey: "bench", sessionID: "task-\(task)")
                    for number in 0..<count / 8 {
                        let span = session.startSpan("s", attributes: ["number": .number(number)])
                        span.set("note", "a value of some length, as prompts are")
                        span.end()
                    }
                }
            }
        }
        await client.flush(timeout: .seconds(300))
        let taken = Double(now() - start) / 1e9
        let counters = client.counters
        let delivered = (counters.exporters.first?.delivered ?? 0) - before
        print(
            "\(Int(Double(delivered) / taken)) spans/s acknowledged, \(delivered) in \(rounded(taken)) s, dropped \(counters.dropped)"
        )
        await client.shutdown()
    }
}
