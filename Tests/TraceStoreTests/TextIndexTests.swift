import Foundation
import GRDB
import Synchronization
import Testing
import TraceModel
import TraceStore

/// Whatever the index holds or does not hold yet, a search gives what the plain evaluator gives.
@Suite struct TextIndexTests {
    /// Two segments and a part of a third.
    private static let count = 9000

    private struct Stored {
        var store: TraceStore
        var texts: [String]
        var spans: [StoredSpanPayload]
    }

    private func filled(_ path: String, seed: UInt64) async throws -> Stored {
        let store = try TraceStore.open(at: path, configuration: .test)
        var random = RandomSpans(seed: seed)
        var hostile = HostileTexts(dice: Dice(state: seed))
        var texts: [String] = []
        for part in 0..<(Self.count / 1000) {
            var batch = IngestBatch()
            for number in 0..<1000 {
                var ingested = random.ingested()
                ingested.span.key = SpanKey(traceID: "t\(part)-\(number / 3)", spanID: "s\(number % 3)")
                let text = hostile.text()
                texts.append(text)
                ingested.payload.span = Array(text.utf8)
                batch.spans.append(ingested)
            }
            _ = try await store.append(batch)
        }
        return Stored(store: store, texts: texts, spans: try await everything(in: store))
    }

    private func everything(in store: TraceStore) async throws -> [StoredSpanPayload] {
        let page = try await store.spans(SpanQuery(anchor: .oldest, limit: .max / 2))
        return try await store.payloads(of: page.spans.map(\.span.key))
    }

    private func check(_ stored: Stored, _ store: TraceStore, seed: UInt64, trials: Int) async throws {
        var hostile = HostileTexts(dice: Dice(state: seed))
        let parser = SpanFilterParser(now: Timestamp(unixNanoseconds: 0))
        var parsed = 0
        for _ in 0..<trials {
            let text = hostile.expression(from: stored.texts)
            // A quote with a mark on it closes nothing.
            guard let filter = try? parser.parse(text) else { continue }
            parsed += 1
            let wanted = stored.spans.filter { filter.matches($0.stored, looking: RandomSpans.lookup($0)) }.map(
                \.stored)
            let all = try await store.spans(SpanQuery(filter: filter, anchor: .oldest, limit: .max / 2))
            #expect(all.spans.map(\.sequence) == wanted.map(\.sequence), "\(text)")
            let order: SpanOrder = hostile.dice.pick([.arrival, .start])
            let page = try await store.spans(SpanQuery(filter: filter, order: order, limit: 7))
            let last = wanted.sorted(by: order.precedes).suffix(7)
            #expect(page.spans.map(\.sequence) == last.map(\.sequence), "\(text)")
            #expect(page.hasEarlier == (wanted.count > 7))
            let sessions = try await store.sessions(SessionQuery(filter: filter, limit: 3))
            #expect(sessions.total == Set(wanted.map(\.sessionID)).count, "\(text)")
            let usage = try await store.usage(UsageQuery(filter: filter, by: []))
            #expect(usage.total.spans == wanted.count, "\(text)")
        }
        #expect(parsed * 2 > trials)
    }

    @Test(arguments: [1] as [UInt64])
    func `index, scan and evaluator agree before, in the midst of and after indexing`(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let stored = try await filled(folder.file(), seed: seed)
        let store = stored.store
        let trials = ProcessInfo.processInfo.environment["FALLOM_SEARCH_TRIALS"].flatMap { Int($0) } ?? 4
        #expect(try await store.textIndexState().pending == Self.count)
        try await check(stored, store, seed: seed + 10, trials: trials)
        #expect(try await store.indexTexts(atMost: 1) == 1)
        try await check(stored, store, seed: seed + 20, trials: trials)
        // As after the end of a process at any moment: a segment is there or it is not.
        try await store.close()
        let reopened = try TraceStore.open(at: folder.file(), configuration: .test)
        #expect(try await reopened.indexTexts() == 1)
        let state = try await reopened.textIndexState()
        #expect(state.pending == Self.count - 8191 && state.isCaughtUp)
        try await check(stored, reopened, seed: seed + 30, trials: trials)
        try await reopened.close()
    }

    @Test func `what spans say after they were indexed is found, and what they said is not`() async throws {
        let folder = try TemporaryFolder()
        let stored = try await filled(folder.file(), seed: 5)
        let store = stored.store
        try await store.indexTexts()
        let key = stored.spans[3].stored.span.key
        var again = Samples.span(key.spanID, trace: key.traceID, session: "moved to zebra", body: "quagga")
        again.span.key = key
        _ = try await store.append(
            IngestBatch(
                spans: [again],
                contents: [
                    IngestedContent(
                        key: stored.spans[90].stored.span.key, time: nil, eventName: "gen_ai.choice",
                        payload: Array("okapi".utf8))
                ]))
        for word in ["quagga", "zebra", "okapi"] {
            let page = try await store.spans(SpanQuery(filter: .words(word), limit: 9))
            #expect(page.spans.first?.span.key == (word == "okapi" ? stored.spans[90].stored.span.key : key), "\(word)")
        }
        let now = Stored(store: store, texts: stored.texts, spans: try await everything(in: store))
        try await check(now, store, seed: 6, trials: 4)
        try await store.close()
    }

    @Test func `after retention the rest is found, and the index is as small as what it is of`() async throws {
        let folder = try TemporaryFolder()
        let stored = try await filled(folder.file(), seed: 8)
        let store = stored.store
        try await store.indexTexts()
        let sessions = try await store.overview().sessions
        _ = try await store.retain(RetentionPolicy(maxBytes: 2_000_000))
        #expect(try await store.overview().sessions < sessions)
        let now = Stored(store: store, texts: stored.texts, spans: try await everything(in: store))
        try await check(now, store, seed: 9, trials: 4)
        _ = try await store.retain(RetentionPolicy(maxBytes: 1))
        #expect(try await store.textIndexState().pending == 0)
        try await store.close()
        let queue = try DatabaseQueue(path: folder.file())
        #expect(try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM text_piece") } == 0)
    }

    @Test func `a store of format 2 is found through once it is brought up`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: MigrationTests.fixture(2), toPath: folder.file())
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let page = try await store.spans(SpanQuery(filter: .words("the child's"), limit: 9))
        #expect(page.spans.map(\.span.key.spanID) == ["child"])
        try await store.close()
    }

    @Test func `progress names what was found so far, and comes to the end`() async throws {
        let folder = try TemporaryFolder()
        let stored = try await filled(folder.file(), seed: 11)
        let told = Told()
        let page = try await stored.store.spans(SpanQuery(filter: .words("refund"), limit: 100_000)) { told.add($0) }
        let steps = told.steps
        #expect(steps.map(\.done) == [1, 2, 3])
        #expect(steps.last?.found.count == page.spans.count)
        #expect(steps[0].found.count < page.spans.count && !steps[0].found.isEmpty)
        try await stored.store.close()
    }
}

private final class Told: Sendable {
    private let told = Mutex<[SearchProgress]>([])

    func add(_ progress: SearchProgress) {
        told.withLock { $0.append(progress) }
    }

    var steps: [SearchProgress] { told.withLock { $0 } }
}
