import Testing
import TraceModel

@testable import TraceStore

@Suite struct RetentionTests {
    private let folder: TemporaryFolder
    private let store: TraceStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TraceStore.open(at: folder.file(), configuration: .test)
    }

    @Test func `old sessions go whole, young ones stay whole`() async throws {
        // The clock stands at 1,000,000: a keeps its last activity 999,000 ago, b 500,000.
        _ = try await store.append(
            IngestBatch(
                spans: [
                    Samples.span("1", trace: "t1", session: "a", start: 0),
                    Samples.span("2", trace: "t2", session: "a", start: 990),
                    Samples.span("3", trace: "t3", session: "b", start: 10),
                    Samples.span("4", trace: "t4", session: "b", start: 499_990),
                ],
                assignments: [
                    RecordedAssignment(
                        configKey: "c", configVersion: 1, sessionID: "a", assignedModel: "m",
                        time: Timestamp(unixNanoseconds: 999_999)),
                    RecordedAssignment(
                        configKey: "c", configVersion: 1, sessionID: "stray", assignedModel: "m",
                        time: Timestamp(unixNanoseconds: 5)),
                ]))
        let result = try await store.retain(RetentionPolicy(maxAgeNanoseconds: 600_000))
        #expect(result.sessions == 1 && result.spans == 2 && result.assignments == 2)
        #expect(try await store.session("a") == nil)
        #expect(try await store.session("b")?.spans == 2)
        #expect(try await store.overview().spans == 2)
        #expect(try await store.overview().sessions == 1)
        #expect(try await store.assignments(ofSession: "stray") == [])
        #expect(try await store.checkIntegrity() == [])
    }

    @Test func `what remains of a shared trace is resolved as if the removed had never come`() async throws {
        let old = Samples.span("child", parent: "root", session: "old", start: 0, tokens: 5)
        let root = Samples.span("root", session: "young", start: 900_000, tokens: 5)
        let lent = Samples.span("lent", parent: "child", session: nil, start: 900_000)
        _ = try await store.append(IngestBatch(spans: [old, root]))
        _ = try await store.append(IngestBatch(spans: [lent]))
        #expect(try await store.session("old")?.spans == 2)
        // Only "lent" keeps the old session alive; make it end long ago as well.
        _ = try await store.append(IngestBatch(spans: [Samples.span("lent", parent: "child", session: nil, start: 5)]))
        _ = try await store.retain(RetentionPolicy(maxAgeNanoseconds: 500_000))
        let left = try await store.spans(SpanQuery(limit: 9)).spans
        #expect(left.map(\.span.key.spanID) == ["root"])
        #expect(left[0].isCounted, "its child with usage is gone")
        #expect(try await store.session("young")?.totalTokens == 5)
        // A span of the trace that comes now finds nothing of the removed ones.
        _ = try await store.append(IngestBatch(spans: [Samples.span("late", parent: "child", session: nil)]))
        let late = try await store.spans(SpanQuery(limit: 1)).spans
        #expect(late[0].depth == 0 && late[0].sessionID == "young" && late[0].sequence == 4)
    }

    @Test func `a large session goes in slices, and the file shrinks`() async throws {
        for part in 0..<5 {
            _ = try await store.append(Samples.batch((part * 1000)..<(part * 1000 + 1000), session: "large"))
        }
        _ = try await store.append(
            IngestBatch(spans: [Samples.span("x", trace: "other", session: "kept", start: 900_000)]))
        let before = try await store.usedBytes()
        let result = try await store.retain(RetentionPolicy(maxBytes: before / 2))
        #expect(result.sessions == 1 && result.spans == 5000)
        #expect(result.bytes < before / 2)
        #expect(try await store.overview().spans == 1)
        #expect(try await store.checkIntegrity() == [])
    }

    @Test func `where nothing is removed nobody is told of a change`() async throws {
        let told = store.signal.stream()
        let result = try await store.retain(RetentionPolicy(maxAgeNanoseconds: 0, maxBytes: 0))
        #expect(result.sessions == 0 && result.bytes > 0)
        try await store.close()
        for await revision in told { Issue.record("revision \(revision) was told") }
    }

    @Test func `a policy without limits removes nothing`() async throws {
        _ = try await store.append(Samples.batch(0..<10))
        let result = try await store.retain(RetentionPolicy())
        #expect(result.sessions == 0 && result.spans == 0)
        #expect(try await store.overview().spans == 10)
    }
}
