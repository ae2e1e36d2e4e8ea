import Fallom
import LocalExport
import OrderedJSON

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension FallomSDKBenchmarks {
    /// Resident memory while spans of ever new sessions go to a file, printed after every quarter
    /// of a million: it must come to rest.
    static func memory(_ path: String, rounds: Int) async throws {
        let file = try FileExporter(path: path, options: .init(rotationBytes: 64 << 20, keptFiles: 1))
        var options = FallomOptions(apiKey: "k")
        options.sendsTraces = false
        options.syncInterval = nil
        options.recordExporters = [file]
        let client = try FallomClient(options, environment: [:], transport: FixedTransport(body: []))
        for round in 0..<rounds {
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
    static func residentKilobytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 128)
        guard fgets(&text, 128, file) != nil else { return 0 }
        let fields = text.prefix { $0 != 0 }.split(separator: 32)
        guard fields.count > 1 else { return 0 }
        return Int(String(decoding: fields[1].map(UInt8.init(bitPattern:)), as: UTF8.self)).map { $0 * 4 } ?? 0
    }
}
