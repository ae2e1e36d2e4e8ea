import Foundation
import Testing
import TraceModel
import TraceStore

/// Random expressions over random spans, half of them with hostile texts: index, scan and the plain evaluator give the
/// same spans, whatever has become of the store meanwhile.
///
/// A run takes a part; `FALLOM_SEARCH_ORACLE=2000` takes so many expressions over 20,000 spans. That a process may be
/// killed in the middle of indexing is shown from outside, by `checks_search`.
@Suite struct SearchOracleTests {
    private static let whole = ProcessInfo.processInfo.environment["FALLOM_SEARCH_ORACLE"].flatMap { Int($0) }
    private static var expressionCount: Int { whole ?? 16 }
    private static var spanCount: Int { whole == nil ? 4_500 : 20_000 }

    /// A filter and what the plain evaluator lets through, oldest arrival first.
    private struct Expected: Sendable {
        var text: String
        var filter: SpanFilter
        var spans: [StoredSpan]
    }

    /// Spans of all shapes; half of them say what is hostile to a search.
    private func fill(_ store: TraceStore, count: Int, seed: UInt64) async throws -> [String] {
        var random = RandomSpans(seed: seed)
        var hostile = HostileTexts(dice: Dice(state: seed))
        var texts = ["the", "model"]
        for part in 0..<(count / 500) {
            var batch = IngestBatch()
            for number in 0..<500 {
                var ingested = random.ingested()
                ingested.span.key = SpanKey(traceID: "o\(part)-\(number / 4)", spanID: "s\(number % 4)")
                // Calls of runs are left out unless a filter names them: what is compared here is texts.
                if RunMark.run(ofSession: ingested.span.identity.session.own ?? "") != nil {
                    ingested.span.identity.session.own = nil
                }
                if random.dice.chance(2) {
                    let text = hostile.text()
                    texts.append(text)
                    ingested.payload.span = Array(text.utf8)
                }
                batch.spans.append(ingested)
            }
            _ = try await store.append(batch)
        }
        return texts
    }

    /// The expressions with what the plain evaluator gives over the spans as they are now.
    private func expected(
        _ store: TraceStore, texts: [String], seed: UInt64, count: Int
    ) async throws -> [Expected] {
        let page = try await store.spans(SpanQuery(anchor: .oldest, limit: .max / 2))
        let spans = try await store.payloads(of: page.spans.map(\.span.key))
        var hostile = HostileTexts(dice: Dice(state: seed))
        let parser = SpanFilterParser(now: Timestamp(unixNanoseconds: 0))
        var filters: [(text: String, filter: SpanFilter)] = []
        // A quote with a mark on it closes nothing: such an expression is none.
        while filters.count < count {
            let text = hostile.expression(from: texts)
            if let filter = try? parser.parse(text) { filters.append((text, filter)) }
        }
        return await withTaskGroup(of: (Int, Expected).self) { group in
            for (index, filter) in filters.enumerated() {
                group.addTask {
                    let passing = spans.filter { filter.filter.matches($0.stored, looking: RandomSpans.lookup($0)) }
                    return (index, Expected(text: filter.text, filter: filter.filter, spans: passing.map(\.stored)))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func check(_ store: TraceStore, _ expected: [Expected], _ state: Comment) async throws {
        for (index, one) in expected.enumerated() {
            let all = try await store.spans(SpanQuery(filter: one.filter, anchor: .oldest, limit: .max / 2))
            #expect(all.spans.map(\.sequence) == one.spans.map(\.sequence), "\(state): \(one.text)")
            guard index % 4 == 0 else { continue }
            let sorted = one.spans.sorted(by: SpanOrder.start.precedes)
            let newest = try await store.spans(SpanQuery(filter: one.filter, order: .start, limit: 9))
            #expect(newest.spans.map(\.sequence) == sorted.suffix(9).map(\.sequence), "\(state): \(one.text)")
            #expect(newest.hasEarlier == (sorted.count > 9) && !newest.hasLater, "\(state): \(one.text)")
            if let middle = sorted.indices.randomElement(), let key = sorted[middle].span.key as SpanKey? {
                let around = try await store.spans(
                    SpanQuery(filter: one.filter, order: .start, anchor: .after(key), limit: 5))
                #expect(
                    around.spans.map(\.sequence) == sorted[(middle + 1)...].prefix(5).map(\.sequence),
                    "\(state): \(one.text)")
            }
            let sessions = try await store.sessions(SessionQuery(filter: one.filter, limit: 3))
            #expect(sessions.total == Set(one.spans.map(\.sessionID)).count, "\(state): \(one.text)")
            let usage = try await store.usage(UsageQuery(filter: one.filter, by: [.attribute("size"), .kind]))
            #expect(usage.total.spans == one.spans.count, "\(state): \(one.text)")
            #expect(usage.rows.reduce(0) { $0 + $1.figures.spans } == one.spans.count, "\(state): \(one.text)")
        }
    }

    @Test func `index, scan and evaluator agree at every stage of a store's life`() async throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let texts = try await fill(store, count: Self.spanCount, seed: 21)
        var wanted = try await expected(store, texts: texts, seed: 22, count: Self.expressionCount)
        #expect(wanted.contains { !$0.spans.isEmpty && $0.spans.count < Self.spanCount })
        try await check(store, wanted, "not indexed")
        #expect(try await store.indexTexts(atMost: 1) == 1)
        // Another process begins where the first one was stopped.
        let other = try TraceStore.open(at: folder.file(), configuration: .test)
        try await check(other, wanted, "one segment indexed")
        try await other.indexTexts()
        #expect(try await other.textIndexState().isCaughtUp)
        try await check(other, wanted, "indexed")
        try await store.close()
        _ = try await other.retain(RetentionPolicy(maxBytes: Int64(Self.spanCount) * 150))
        #expect(try await other.overview().spans < Self.spanCount)
        wanted = try await expected(other, texts: texts, seed: 22, count: Self.expressionCount)
        try await check(other, wanted, "after retention")
        try await other.close()
    }

    @Test func `a store of format 2 with hostile texts is searched as one of today`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: MigrationTests.fixture("2-texts"), toPath: folder.file())
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let spans = try await store.spans(SpanQuery(anchor: .oldest, limit: 600)).spans
        #expect(spans.count == 600)
        var texts = try await store.payloads(of: spans.map(\.span.key)).map {
            String(String(decoding: $0.payload.span, as: UTF8.self).suffix(60))
        }
        let count = Self.expressionCount / 2
        try await check(
            store, try await expected(store, texts: texts, seed: 31, count: count), "brought up from format 2")
        // A segment is indexed once it is full.
        texts += try await fill(store, count: 4_000, seed: 32)
        #expect(try await store.indexTexts() == 1)
        try await check(
            store, try await expected(store, texts: texts, seed: 33, count: count), "brought up and indexed")
        try await store.close()
    }
}
