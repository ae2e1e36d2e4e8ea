import AsyncHTTPClient
import Fallom
import FallomAsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import OrderedJSON
import SpanCodec
import Synchronization
import Testing

/// A secret in every place where content can be, and content off: it leaves the process by no path.
@Suite struct PrivacyTests {
    /// Spans of ``SecretCalls/make()``, at least.
    private static let leastSpans = 90

    @Test func `content off means that no content leaves`() async throws {
        let secret = SecretCalls.secret
        let folder = FileManager.default.temporaryDirectory
        let path = folder.appendingPathComponent("fallom-privacy-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = LogLines()
        let transport = StubTransport()
        let datagrams = try DatagramListener()
        var options = FallomOptions(apiKey: "key-\(secret)", captureContent: false, debug: true)
        options.tracesURL = "https://traces.example,file://\(path),udp://127.0.0.1:\(datagrams.port)"
        let memory = InMemoryExporter()
        options.exporters = [memory]
        options.logger = Logger(label: "t") { _ in LineHandler(lines: log) }
        let client = try FallomClient(options, environment: [:], transport: transport)
        try await SecretCalls(client: client).make()
        await client.shutdown()
        #expect(client.counters.dropped == 0 && memory.records.count >= Self.leastSpans)
        for record in memory.records {
            let text = String(decoding: record.encoded(), as: UTF8.self)
            #expect(!text.contains(secret), "\(text)")
        }
        let file = try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        #expect(!file.contains(secret) && file.contains("chat.completions.create"))
        let received = datagrams.drain()
        #expect(received.count >= memory.records.count)
        for datagram in received { #expect(!String(decoding: datagram, as: UTF8.self).contains(secret)) }
        #expect(transport.requests.count > memory.records.count)
        for request in transport.requests {
            #expect(!request.body.contains(secret) && !request.url.contains(secret), "\(request)")
        }
        #expect(!log.all.contains(secret))
        #expect(client.counters.exporters.allSatisfy { $0.lastFailure?.contains(secret) != true })
    }

    @Test func `content on means that it is there`() async throws {
        let test = try TestClient { $0.sendsTraces = true }
        try await SecretCalls(client: test.client).make()
        let texts = await test.records().map { String(decoding: $0.encoded(), as: UTF8.self) }
        #expect(texts.count >= Self.leastSpans)
        for text in texts { #expect(text.contains(SecretCalls.secret), "\(text)") }
        let otlp = test.transport.requests("POST", "/v1/traces").filter { $0.body.contains("resourceSpans") }
        #expect(otlp.count == 1 && otlp.allSatisfy { $0.body.contains(SecretCalls.secret) })
    }

    @Test func `keys are in no span, whatever is captured`() async throws {
        let test = try TestClient()
        let key = "sk-THE-KEY"
        let clients = Clients(.llm, key: key)
        for api in Clients.all {
            for streaming in [false, true] {
                _ = await clients.outcome(api, .plain, streaming: streaming, session: test.session)
                _ = await clients.outcome(api, .limited, streaming: streaming, session: test.session)
            }
        }
        var request = HTTPClientRequest(
            url: PythonServer.llm.url + "/v1beta/models/gemini-1.5-flash:generateContent?key=\(key)")
        request.method = .POST
        request.body = .bytes(Requests.generate(.plain).json.compactBytes)
        let response = try await test.session.traced(HTTPClient.patient).execute(request, timeout: .minutes(5))
        _ = try await response.body.collect(upTo: 1 << 20)
        let records = await test.records()
        #expect(records.count == Clients.all.count * 4 + 1)
        for record in records { #expect(!String(decoding: record.encoded(), as: UTF8.self).contains(key)) }
    }
}

/// A UDP socket on a free loopback port.
final class DatagramListener: Sendable {
    private let descriptor: Int32
    let port: Int

    struct Failure: Error {}

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var size: Int32 = 16 << 20
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { throw Failure() }
    }

    deinit { close(descriptor) }

    /// What has come so far: over loopback, all that was sent.
    func drain() -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count >= 0 else { return datagrams }
            datagrams.append(Array(buffer[..<count]))
        }
    }
}

final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: String { lines.withLock { $0.joined(separator: "\n") } }
}

struct LineHandler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.add("\(event.message) \(event.metadata ?? [:])") }
}
