import Foundation
import Testing
import TraceModel
import TraceStore

@Suite struct KeepTests {
    private let folder: TemporaryFolder
    private let store: TraceStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TraceStore.open(at: folder.file(), configuration: .test)
    }

    private func fill(_ store: TraceStore) async throws {
        _ = try await store.append(
            IngestBatch(
                spans: [
                    Samples.span("1", trace: "t1", session: "a", start: 0),
                    Samples.span("2", trace: "t2", session: "b", start: 10),
                    Samples.span("3", trace: "t3", session: "c", start: 20),
                ]))
    }

    @Test func `what is kept is there for another reader, and changes raise the revision`() async throws {
        try await fill(store)
        let before = try await store.overview().revision
        #expect(try await store.keep("a", .pin(true))?.isPinned == true)
        _ = try await store.keep("a", .label(["late", "refund", "late"]))
        _ = try await store.keep("a", .note("asked twice"))
        let other = try TraceStore.openReadOnly(at: folder.file(), configuration: .test)
        let kept = try #require(try await other.kept("a"))
        #expect(kept.isPinned && kept.note == "asked twice" && kept.labels == ["late", "refund"])
        #expect(try await other.overview().revision == before + 3)
        _ = try await store.keep("a", .unlabel(["late"]))
        _ = try await store.keep("a", .note(nil))
        _ = try await store.keep("a", .pin(false))
        #expect(try await store.kept("a")?.labels == ["refund"])
        _ = try await store.keep("a", .unlabel(["refund"]))
        #expect(try await store.kept("a") == nil)
        #expect(try await store.keep("nobody", .pin(true)) == nil)
    }

    @Test func `what was kept elsewhere keeps its time, and the later of two stays`() async throws {
        try await fill(store)
        let now = TraceStoreConfiguration.test.now()
        func at(_ seconds: Int64) -> Timestamp { now.advanced(byNanoseconds: -seconds * 1_000_000_000 + 7) }
        #expect(try await store.keep("a", .note("n"), at: at(60))?.time == at(60))
        #expect(try await store.keep("a", .pin(true), at: at(90))?.time == at(60))
        #expect(try await store.keep("a", .label(["x"]), at: at(30))?.time == at(30))
        #expect(try await store.kept("a")?.time == at(30))
        // None is from the future.
        #expect(try await store.keep("b", .pin(true), at: at(-60))?.time == now)
        #expect(try await store.keep("a", .pin(false))?.time == now)
    }

    @Test(arguments: [
        ("is:pinned", ["a"]), ("has:note", ["a", "b"]), ("has:label", ["b"]), ("label:ref*", ["b"]),
        ("note:TWICE", ["a"]),
        ("-is:pinned", ["b", "c"]), ("is:pinned label:refund", []), ("is:pinned OR label:refund", ["a", "b"]),
        ("has:note tag:x", []), ("-tag:x is:pinned", ["a"]), ("is:pinned attr.none:x", []),
    ])
    func `filters find it, alone and beside what only a look at the bytes can tell`(
        text: String, expected: [String]
    ) async throws {
        try await fill(store)
        _ = try await store.keep("a", .pin(true))
        _ = try await store.keep("a", .note("asked twice"))
        _ = try await store.keep("b", .note("other"))
        _ = try await store.keep("b", .label(["refund"]))
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        let spans = try await store.spans(SpanQuery(filter: filter, anchor: .oldest, limit: 9)).spans
        #expect(spans.map(\.sessionID) == expected)
        let sessions = try await store.sessions(SessionQuery(filter: filter, limit: 9)).sessions
        #expect(Set(sessions.map(\.sessionID)) == Set(expected))
    }

    @Test func `an answer that was remembered is not given after a pin`() async throws {
        try await fill(store)
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse("is:pinned")
        #expect(try await store.sessions(SessionQuery(filter: filter, limit: 9)).total == 0)
        _ = try await store.keep("c", .pin(true))
        #expect(try await store.sessions(SessionQuery(filter: filter, limit: 9)).total == 1)
    }

    @Test func `retention leaves pinned sessions and forgets what was kept of others`() async throws {
        try await fill(store)
        _ = try await store.keep("a", .pin(true))
        _ = try await store.keep("b", .label(["gone"]))
        let aged = try await store.retain(RetentionPolicy(maxAgeNanoseconds: 0))
        #expect(aged.sessions == 2)
        #expect(try await store.kept("a") != nil)
        #expect(try await store.kept("b") == nil)
        let sized = try await store.retain(RetentionPolicy(maxBytes: 0))
        #expect(sized.sessions == 0)
        #expect(try await store.session("a")?.spans == 1)
        _ = try await store.keep("a", .pin(false))
        #expect(try await store.retain(RetentionPolicy(maxBytes: 0)).sessions == 1)
        #expect(try await store.checkIntegrity() == [])
    }

    @Test(arguments: [(0, 9, ["a", "c", "b"]), (0, 1, ["a"]), (1, 1, ["c"]), (1, 9, ["c", "b"]), (3, 9, [])])
    func `pinned sessions come first when that is asked, in every window`(
        offset: Int, limit: Int, expected: [String]
    ) async throws {
        try await fill(store)
        _ = try await store.keep("a", .pin(true))
        for _ in 0..<2 {
            let query = SessionQuery(offset: offset, limit: limit, pinnedFirst: true)
            let page = try await store.sessions(query)
            #expect(page.sessions.map(\.sessionID) == expected && page.total == 3)
            #expect(page.sessions.first?.kept?.isPinned == (expected.first == "a" ? true : nil))
            // Once more with all figures in their rows.
            _ = try await store.refreshSessions()
        }
    }
}
