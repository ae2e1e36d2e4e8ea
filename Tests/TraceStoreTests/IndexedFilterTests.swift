import Testing
import TraceModel
import TraceStore

/// Filters that an index or the rows of sessions lead to find what the plain evaluator finds, whatever ids are made of.
@Suite struct IndexedFilterTests {
    private static let ids = [
        "ab", "aB", "Ab", "AB", "abc", "a", "b", "K1", "\u{212A}1", "k", "straße 1", "STRASSE 1", "ﬁn", "fin", "É1",
        "e\u{301}1", "E1", "x-1", "x-12", "X-123", "x_1", "0af7", "0AF7b", "\u{7F}x", "~", "zz\u{10FFFF}", "模型", "İ",
        "i",
        "", "*", "a*b", "s\u{0}t",
        // Beginnings as long as they come: of digits alone, and of more letters than there are ranges for.
        "0000000000000a7", "0000000000000A8f", "000000\u{301}0000000a7", "0000000000000b",
        "00000000000000000000000000000a71",
        "abcdefghij1", "ABCDEFGHIJ2", "abcdef\u{301}ghij3", "abcdefgHIJ\u{212A}", "abcdefghijk-4",
    ]
    private static let patterns =
        ids + [
            "a*", "AB*", "k*", "stra*", "STRASS*", "f*", "fi*", "é*", "e*", "x-*", "x-12*", "0af*", "*", "*1", "i*",
            "模*", "~*",
            "zz*", "s*", "nothing*", "000*", "0000000000000a*", "0000000000000A7*", "00000000000000000000000000000a7*",
            "abcdefghij*", "ABCDEFGHIJK*", "abcdefghij1*",
        ]

    private func filled(_ path: String, refreshes: Bool) async throws -> (TraceStore, InMemoryTraceStore) {
        let store = try TraceStore.open(at: path, configuration: .test)
        let reference = InMemoryTraceStore(lookup: RandomSpans.lookup)
        var dice = Dice(state: 9)
        for part in 0..<3 {
            var batch = IngestBatch()
            for (number, id) in Self.ids.enumerated() {
                var ingested = Samples.span(
                    "s\(part)", trace: dice.pick(Self.ids) + "\(part)", session: id, start: Int64(part * 100 + number))
                ingested.span.identity.customer.own = dice.chance(3) ? nil : dice.pick(Self.ids)
                ingested.span.identity.config.own = dice.chance(3) ? nil : dice.pick(Self.ids)
                batch.spans.append(ingested)
            }
            _ = try await store.append(batch)
            _ = try await reference.append(batch)
            if refreshes, part < 2 { try await store.refreshSessions() }
        }
        return (store, reference)
    }

    @Test(arguments: [false, true])
    func `sessions, customers, configs and traces are found by every pattern`(refreshes: Bool) async throws {
        let folder = try TemporaryFolder()
        let (store, reference) = try await filled(folder.file(), refreshes: refreshes)
        for field in [SpanFilter.TextField.session, .customer, .config, .trace] {
            for pattern in Self.patterns {
                let filter = SpanFilter.text(field, SpanFilter.TextPattern(pattern))
                for filter in [filter, .not(filter), .and([filter, .since(Timestamp(unixNanoseconds: 90))])] {
                    let spans = SpanQuery(filter: filter, order: .start, anchor: .oldest, limit: 200)
                    #expect(try await store.spans(spans) == reference.spans(spans), "\(filter)")
                    let sessions = SessionQuery(filter: filter, sort: .startedAt, limit: 50)
                    #expect(try await store.sessions(sessions) == reference.sessions(sessions), "\(filter)")
                }
            }
        }
        try await store.close()
    }

    @Test func `stretches of time are found in both orders`() async throws {
        let folder = try TemporaryFolder()
        let (store, reference) = try await filled(folder.file(), refreshes: true)
        for first in [-5, 0, 40, 150, 400] as [Int64] {
            for end in [-5, 20, 100, 233] as [Int64] {
                let filter = SpanFilter.and([
                    .since(Timestamp(unixNanoseconds: first)), .not(.since(Timestamp(unixNanoseconds: end))),
                ])
                for filter in [filter, .not(.since(Timestamp(unixNanoseconds: end)))] {
                    for order in [SpanOrder.arrival, .start] {
                        let spans = SpanQuery(filter: filter, order: order, limit: 20)
                        #expect(try await store.spans(spans) == reference.spans(spans), "\(filter)")
                    }
                    let sessions = SessionQuery(filter: filter, limit: 20)
                    #expect(try await store.sessions(sessions) == reference.sessions(sessions), "\(filter)")
                }
            }
        }
        try await store.close()
    }
}
