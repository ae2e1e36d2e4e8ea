import Fallom
import LocalExport
import OrderedJSON
import SpanCodec
import SystemCalls
import TraceModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension FallomSDKBenchmarks {
    /// Records to a listener on loopback that reads as fast as it can.
    static func udp() async throws {
        let socket = Descriptor(owning: socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
        let listener = socket.number
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
        let exporter = try UDPExporter(host: "127.0.0.1", port: port, options: .init(queueBytes: 1 << 30))
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
        withExtendedLifetime(socket) {}
    }
}
