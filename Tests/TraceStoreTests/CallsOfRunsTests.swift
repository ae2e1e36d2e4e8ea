import Foundation
import Testing
import TraceModel
import TraceStore

/// Calls of runs stay out of what people ask for, until they ask for them; the store in memory says the same.
@Suite struct CallsOfRunsTests {
    private let folder: TemporaryFolder
    private let store: TraceStore
    private let memory = InMemoryTraceStore()

    init() throws {
        folder = try TemporaryFolder()
        store = try TraceStore.open(at: folder.file(), configuration: .test)
    }

    private func fill() async throws {
        let batch = IngestBatch(spans: [
            Samples.span("1", trace: "t1", session: "a", start: 0),
            Samples.span("2", trace: "t2", session: RunMark.session(of: "one"), start: 10),
            Samples.span("3", trace: "t3", session: RunMark.session(of: "two"), start: 20),
            Samples.span("4", trace: "t4", session: "fallom:runner", start: 30),
        ])
        _ = try await store.append(batch)
        _ = try await memory.append(batch)
    }

    @Test(arguments: [
        ("", ["1", "4"]), ("kind:*", ["1", "4"]), ("is:run", ["2", "3"]), ("run:one", ["2"]), ("-is:run", ["1", "4"]),
        ("run:*o", ["3"]), ("session:fallom*", ["2", "3", "4"]), ("trace:t2", ["2"]),
        ("is:run OR session:a", ["1", "2", "3"]), ("tag:nothing", []), ("attr.none:x OR is:run", ["2", "3"]),
    ])
    func `a filter lets through what it names`(text: String, expected: [String]) async throws {
        try await fill()
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        for reader in [store, memory] as [any TraceReader] {
            let spans = try await reader.spans(SpanQuery(filter: filter, anchor: .oldest, limit: 9)).spans
            #expect(spans.map(\.span.key.spanID) == expected)
            let sessions = try await reader.sessions(
                SessionQuery(filter: filter, sort: .startedAt, descending: false, limit: 9))
            #expect(sessions.sessions.count == expected.count && sessions.total == expected.count)
            #expect(try await reader.usage(UsageQuery(filter: filter, by: [])).total.spans == expected.count)
        }
    }

    @Test func `all is given where all is asked for, and a session by its id`() async throws {
        try await fill()
        var query = SpanQuery(anchor: .oldest, limit: 9)
        query.includesRuns = true
        #expect(try await store.spans(query).spans.count == 4)
        #expect(try await memory.overview().triedSpans == 2)
        #expect(try await store.overview().triedSpans == 2)
        #expect(try await store.spans(ofSession: RunMark.session(of: "one"), limit: 9).count == 1)
        #expect(try await store.session(RunMark.session(of: "one"))?.spans == 1)
    }
}
