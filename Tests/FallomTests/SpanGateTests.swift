import Fallom
import FallomTracing
import Foundation
import OrderedJSON
import SpanCodec
import Testing

/// What is not to leave does not, by any way out, and is counted.
@Suite struct SpanGateTests {
    private static let iban = "DE89370400440532013000"

    private static func client(_ change: (inout FallomOptions) -> Void) throws -> (FallomClient, InMemoryExporter) {
        let spans = InMemoryExporter()
        var options = FallomOptions(exporters: [spans])
        options.sendsTraces = false
        change(&options)
        return (try FallomClient(options, environment: [:]), spans)
    }

    /// Keeps back spans named `secret`, customers and anything that holds the number.
    private static let redact: @Sendable (SpanRecord) -> SpanRecord? = { record in
        guard record.name != "secret" else { return nil }
        var record = record
        record.customerID = nil
        record.errorMessage = record.errorMessage?.replacing(iban, with: "…")
        for member in record.attributes.object ?? [] {
            let text = member.value.string ?? member.value.compactText
            guard text.contains(iban) else { continue }
            let clean = text.replacing(iban, with: "…")
            record.attributes[member.name] =
                member.value.string == nil ? (try? JSON(parsing: clean)) ?? .null : .string(clean)
        }
        return record
    }

    @Test func `whole sessions are sent or none of their spans, the same ones in every client`() async throws {
        var chosen: [Set<String>] = []
        for _ in 0..<2 {
            let (fallom, spans) = try Self.client { $0.sessionShare = 0.25 }
            for number in 0..<1000 {
                let session = fallom.session(configKey: "c", sessionID: "session-\(number)")
                for name in ["a", "b"] { session.startSpan(name).end() }
            }
            await fallom.flush()
            let counts = Dictionary(grouping: spans.records, by: \.sessionID).mapValues(\.count)
            #expect(counts.values.allSatisfy { $0 == 2 })
            #expect((200...300).contains(counts.count))
            #expect(fallom.counters.withheld == 2000 - spans.records.count && fallom.counters.dropped == 0)
            #expect("\(fallom.counters)".contains("\(fallom.counters.withheld) kept back"))
            chosen.append(Set(counts.keys))
            await fallom.shutdown()
        }
        #expect(chosen[0] == chosen[1])
    }

    @Test(arguments: [(0.0, 0), (1.0, 200), (7.0, 200), (-1.0, 0)]) func `a share is none, all, or something between`(
        share: Double, sent: Int
    ) async throws {
        let (fallom, spans) = try Self.client { $0.sessionShare = share }
        for number in 0..<200 { fallom.session(configKey: "c", sessionID: "\(number)").startSpan("a").end() }
        await fallom.flush()
        #expect(spans.records.count == sent && fallom.counters.withheld == 200 - sent)
    }

    @Test func `what the app takes out leaves by no way`() async throws {
        let folder = FileManager.default.temporaryDirectory
        let path = folder.appendingPathComponent("fallom-gate-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let datagrams = try DatagramListener()
        let test = try TestClient { options in
            options.sendsTraces = true
            options.tracesURL = "https://traces.example,file://\(path),udp://127.0.0.1:\(datagrams.port)"
            options.redact = Self.redact
        }
        struct Refused: Error, CustomStringConvertible {
            var description: String { "no transfer to \(SpanGateTests.iban)" }
        }
        let session = test.client.session(configKey: "c", sessionID: "s", customerID: "ada@example.org")
        let request = ChatRequest(model: "m", messages: [.user("Pay to \(Self.iban)")])
        _ = try await session.wrapOpenAI(EchoChat()).createChatCompletion(request)
        session.startSpan("pay", attributes: ["to": .string(Self.iban), "amount": 3]).end()
        session.startSpan("secret", attributes: ["to": .string(Self.iban)]).end()
        await #expect(throws: Refused.self) { try await session.span("transfer") { _ in throw Refused() } }
        let exporter = try FallomExporter(client: test.client, session: session)
        let now: Int64 = 1_000_000
        let ids = SpanContext(traceID: String(repeating: "a", count: 32), spanID: String(repeating: "b", count: 16))
        #expect(
            await exporter.export([
                OTelSpan(
                    context: ids, name: "otel", startUnixNanoseconds: now, endUnixNanoseconds: now,
                    attributes: ["to": .string(Self.iban), "n": 1],
                    events: [.init(name: "e", unixNanoseconds: now, attributes: ["to": .string(Self.iban)])],
                    isOK: false,
                    message: "to \(Self.iban)"),
                OTelSpan(context: ids, name: "secret", startUnixNanoseconds: now, endUnixNanoseconds: now),
            ]))
        await test.client.shutdown()
        let records = test.spans.records
        #expect(records.map(\.name) == ["chat.completions.create", "pay", "transfer"])
        #expect(records[1]["amount"] == 3 && records[1]["to"] == "…" && records[2].errorMessage == "no transfer to …")
        #expect(test.client.counters.withheld == 2 && test.client.counters.dropped == 0)
        let file = try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        let sent = test.transport.requests.map(\.body) + datagrams.drain().map { String(decoding: $0, as: UTF8.self) }
        for text in [file] + sent {
            #expect(!text.contains(Self.iban) && !text.contains("ada@") && !text.contains("secret"), "\(text)")
        }
        let otlp = try #require(sent.first { $0.contains("resourceSpans") })
        #expect(otlp.contains("otel") && otlp.contains("to …") && otlp.contains(#""name":"e""#))
        #expect(file.contains("pay") && sent.contains { $0.contains("transfer") })
    }
}
