import Fallom
import Testing

/// What is not to leave does not, and is counted.
@Suite struct SpanGateTests {
    private func client(_ change: (inout FallomOptions) -> Void) throws -> (FallomClient, InMemoryExporter) {
        let spans = InMemoryExporter()
        var options = FallomOptions(exporters: [spans])
        options.sendsTraces = false
        change(&options)
        return (try FallomClient(options, environment: [:]), spans)
    }

    @Test func `whole sessions are sent or none of their spans, the same ones in every client`() async throws {
        var chosen: [Set<String>] = []
        for _ in 0..<2 {
            let (fallom, spans) = try client { $0.sessionShare = 0.25 }
            for number in 0..<1000 {
                let session = fallom.session(configKey: "c", sessionID: "session-\(number)")
                for name in ["a", "b"] { session.startSpan(name).end() }
            }
            await fallom.flush()
            let counts = Dictionary(grouping: spans.records, by: \.sessionID).mapValues(\.count)
            #expect(counts.values.allSatisfy { $0 == 2 })
            #expect((200...300).contains(counts.count))
            #expect(fallom.counters.withheld == 2000 - spans.records.count && fallom.counters.dropped == 0)
            chosen.append(Set(counts.keys))
            await fallom.shutdown()
        }
        #expect(chosen[0] == chosen[1])
    }

    @Test func `the app changes what leaves, or keeps it back`() async throws {
        let (fallom, spans) = try client { options in
            options.redact = { record in
                guard record.name != "secret" else { return nil }
                var record = record
                record.customerID = nil
                record.attributes.removeAll { $0.name == "iban" }
                return record
            }
        }
        let session = fallom.session(configKey: "c", sessionID: "s", customerID: "ada@example.org")
        session.startSpan("pay", attributes: ["iban": "DE00", "amount": 3]).end()
        session.startSpan("secret").end()
        await fallom.flush()
        #expect(spans.records.map(\.name) == ["pay"] && fallom.counters.withheld == 1)
        #expect(spans.records.first?.customerID == nil)
        #expect(spans.records.first?.attributes.contains { $0.name == "iban" } == false)
        #expect(spans.records.first?.attributes.contains { $0.name == "amount" } == true)
        await fallom.shutdown()
    }
}
