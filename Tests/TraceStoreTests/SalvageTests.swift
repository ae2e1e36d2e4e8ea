import Foundation
import GRDB
import Testing
import TraceModel
import TraceStore

@Suite struct SalvageTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Numbers of the pages of a table, by SQLite's own account, all or those of its leaves.
    private func pages(of table: String, _ kinds: String...) throws -> [UInt64] {
        let queue = try DatabaseQueue(path: folder.file())
        defer { try? queue.close() }
        return try queue.read { database in
            // Without `dbstat` the pages of large bodies are found by what is in them.
            try Int.fetchAll(
                database,
                sql: "SELECT pageno FROM dbstat WHERE name = ? AND pagetype IN ('\(kinds.joined(separator: "','"))')",
                arguments: [table]
            ).map(UInt64.init)
        }
    }

    private func damage(_ pages: some Sequence<UInt64>) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder.file()))
        for page in pages {
            try handle.seek(toOffset: (page - 1) * 4096)
            try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        }
        try handle.close()
    }

    private func fill(_ count: Int) async throws {
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        var dice = Dice(state: 7)
        for start in stride(from: 0, to: count, by: 100) {
            var batch = Samples.batch(start..<min(count, start + 100), session: "s\(start)")
            for index in batch.spans.indices {
                batch.spans[index].payload.span += (0..<300).map { _ in UInt8.random(in: 0...255, using: &dice) }
            }
            _ = try await store.append(batch)
        }
        try await store.close()
    }

    @Test func `damaged bytes cost what was said in a few spans, and every span is still given`() async throws {
        try await fill(1000)
        try damage(try pages(of: "body", "overflow").dropFirst(10).prefix(1))
        let store = try TraceStore.openReadOnly(at: folder.file(), configuration: .test)
        let page = try await store.spans(SpanQuery(anchor: .oldest, limit: 2000))
        let payloads = try await store.payloads(of: page.spans.map(\.span.key))
        #expect(payloads.count == 1000)
        let lost = payloads.filter { $0.loss != nil }
        #expect((1...100).contains(lost.count))
        #expect(lost.allSatisfy { $0.payload.span.isEmpty && $0.stored.span.key.traceID.hasPrefix("t") })
        #expect(payloads.filter { $0.loss == nil }.allSatisfy { $0.payload.span.count > 300 })
        #expect(try await store.checkIntegrity() != [])

        let searched = try await store.spans(SpanQuery(filter: .words("t1"), anchor: .oldest, limit: 2000))
        #expect(searched.spans.count >= 111)
    }

    @Test func `a salvage brings over everything but the rows of damaged pages`() async throws {
        try await fill(1000)
        let leaves = try pages(of: "span", "leaf")
        try #require(leaves.count > 8)
        try damage([leaves[3], leaves[4], leaves[leaves.count - 2]])
        let source = try TraceStore.openReadOnly(at: folder.file(), configuration: .test)
        let target = try TraceStore.open(at: folder.file("new"), configuration: .test)
        let report = try await source.salvage(into: target) { _ in SpanPayload(format: .fallomRecord, span: [1]) }
        let lost = try #require(report.lostSpans)
        #expect(lost > 0 && lost < 5 * 1000 / leaves.count)
        #expect(report.spans == 1000 - lost)
        #expect(try await target.overview().spans == report.spans)
        #expect(try await target.checkIntegrity() == [])
        try await target.close()
    }

    @Test func `a whole store is salvaged whole`() async throws {
        try await fill(300)
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        _ = try await store.append(
            IngestBatch(
                contents: [
                    IngestedContent(
                        key: SpanKey(traceID: "t1", spanID: "a"), time: Timestamp(unixNanoseconds: 5), eventName: "e",
                        payload: [7])
                ],
                assignments: [
                    RecordedAssignment(
                        configKey: "c", configVersion: 1, sessionID: "s0", assignedModel: "m",
                        time: Timestamp(unixNanoseconds: 9))
                ]))
        let target = try TraceStore.open(at: folder.file("new"), configuration: .test)
        let report = try await store.salvage(into: target) { _ in SpanPayload(format: .fallomRecord, span: []) }
        #expect(report.spans == 300 && report.lostSpans == 0 && report.withoutBytes == 0)
        #expect(report.contents == 1 && report.assignments == 1 && !report.hasLostOthers)
        for number in [0, 1, 299] {
            let key = SpanKey(traceID: "t\(number)", spanID: "a")
            let (old, new) = (try await store.payload(of: key), try await target.payload(of: key))
            #expect(old?.payload == new?.payload && old?.contents == new?.contents)
            #expect(old?.stored.span == new?.stored.span && old?.stored.sessionID == new?.stored.sessionID)
        }
        #expect(try await target.assignments(ofSession: "s0") == store.assignments(ofSession: "s0"))
        try await target.close()
        try await store.close()
    }

    /// What is kept of a session, when that changed, beside its id.
    private func keep(_ sessions: some Sequence<String>, in store: TraceStore) async throws {
        for (number, session) in sessions.enumerated() {
            let moment = Timestamp(unixNanoseconds: Int64(number) + 1)
            // Long notes, so that they lie in several pages.
            _ = try await store.keep(session, .note(session + String(repeating: " note", count: 300)), at: moment)
            _ = try await store.keep(session, .label(["l", session]), at: moment)
        }
        _ = try await store.keep("s0", .pin(true), at: Timestamp(unixNanoseconds: 500))
    }

    @Test func `what is kept of sessions comes along, with its time`() async throws {
        try await fill(300)
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        try await keep(["s0", "s200"], in: store)
        let target = try TraceStore.open(at: folder.file("new"), configuration: .test)
        let report = try await store.salvage(into: target) { _ in SpanPayload(format: .fallomRecord, span: []) }
        #expect(report.kept == 2 && !report.hasLostOthers)
        for session in ["s0", "s100", "s200"] {
            #expect(try await target.kept(session) == store.kept(session))
        }
        #expect(try await target.kept("s0")?.isPinned == true)
        try await target.close()
        try await store.close()
    }

    @Test(arguments: ["kept", "kept_label"])
    func `a damaged page costs what is kept of its own sessions`(table: String) async throws {
        try await fill(6000)
        let sessions = (0..<60).map { "s\($0 * 100)" }
        let old = try TraceStore.open(at: folder.file(), configuration: .test)
        try await keep(sessions, in: old)
        if table == "kept_label" {
            // As many as take several pages.
            for session in sessions { _ = try await old.keep(session, .label((0..<30).map { "label \($0)" })) }
        }
        try await old.close()
        let leaves = try pages(of: table, "leaf")
        try #require(leaves.count > 3)
        try damage(leaves[1...1])
        let source = try TraceStore.openReadOnly(at: folder.file(), configuration: .test)
        let target = try TraceStore.open(at: folder.file("new"), configuration: .test)
        let report = try await source.salvage(into: target) { _ in SpanPayload(format: .fallomRecord, span: []) }
        #expect(report.spans == 6000 && report.hasLostOthers)
        var whole = 0
        for session in sessions {
            guard let kept = try await target.kept(session) else { continue }
            #expect(kept.note?.hasPrefix(session + " ") == true)
            if kept.labels.contains(session) { whole += 1 }
        }
        #expect(table == "kept" ? report.kept == whole : report.kept == 60)
        #expect(whole > 20 && whole < 60)
        #expect(try await target.checkIntegrity() == [])
        try await target.close()
    }
}
