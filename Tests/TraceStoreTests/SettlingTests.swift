import GRDB
import Testing
import TraceModel

@testable import TraceStore

/// A late span that says of thousands of others whose they are: they are brought in line a few at a time, and say in the end
/// what the reference says at once.
@Suite struct SettlingTests {
    private static func span(_ number: Int, parent: Int?, session: String? = nil, trace: String = "t") -> IngestedSpan {
        var span = Span(
            key: SpanKey(traceID: trace, spanID: "s\(number)"), parentID: parent.map { "s\($0)" }, name: "n",
            kind: number % 3 == 0 ? .llm : .custom, dialect: .otel, start: Timestamp(unixNanoseconds: Int64(number)))
        span.end = Timestamp(unixNanoseconds: Int64(number) + 5)
        span.identity.session = .init(own: session, resource: nil)
        span.usage = TokenUsage(prompt: 1, completion: 1, total: 2)
        return IngestedSpan(span: span, payload: SpanPayload(format: .otlpJSON, span: [UInt8(number & 255)]))
    }

    /// 5,000 spans below one that has not come.
    private static let children = IngestBatch(spans: (1...5000).map { span($0, parent: $0 % 10 == 0 ? 0 : $0 - 1) })

    private static func root(_ session: String?) -> IngestBatch {
        IngestBatch(spans: [span(0, parent: nil, session: session)])
    }

    private func agree(_ store: TraceStore, _ reference: InMemoryTraceStore) async throws {
        try await store.settleTraces()
        try await store.refreshSessions()
        let all = SpanQuery(anchor: .oldest, limit: 6000)
        #expect(try await store.spans(all).spans == reference.spans(all).spans)
        let sessions = SessionQuery(limit: 50)
        #expect(try await store.sessions(sessions).sessions == reference.sessions(sessions).sessions)
        #expect(try await store.database.read { try $0.unsettledTraces() } == [])
    }

    @Test func `rows say in the end what the trace says, whatever changes meanwhile`() async throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let reference = InMemoryTraceStore()
        for batch in [Self.children, Self.root("a")] {
            _ = try await store.append(batch)
            _ = try await reference.append(batch)
        }
        try await agree(store, reference)
        // It changes while it is being brought in line: the root again and again, spans in the middle, and new ones.
        let settling = Task { while !Task.isCancelled { try? await store.settleTraces() } }
        for round in 0..<6 {
            var batch = Self.root("b\(round)")
            batch.spans += [
                Self.span(100 + round, parent: 0, session: "c\(round)"), Self.span(2000, parent: round),
                Self.span(6000 + round, parent: 4999), Self.span(1, parent: nil, session: "other", trace: "u\(round)"),
            ]
            _ = try await store.append(batch)
            _ = try await reference.append(batch)
        }
        settling.cancel()
        await settling.value
        try await agree(store, reference)
        try await store.close()
    }

    @Test func `what one process left to do another does, by itself or with the trace's next span`() async throws {
        for hasNext in [true, false] {
            let folder = try TemporaryFolder()
            let reference = InMemoryTraceStore()
            do {
                let store = try TraceStore.open(at: folder.file(), configuration: .test)
                for batch in [Self.children, Self.root("a")] {
                    _ = try await store.append(batch)
                    _ = try await reference.append(batch)
                }
                // As if it were killed between two parts.
                try await store.settleTraces()
                _ = try await store.append(Self.root("b"))
                _ = try await reference.append(Self.root("b"))
                try store.database.close()
            }
            let store = try TraceStore.open(at: folder.file(), configuration: .test)
            if hasNext {
                let next = IngestBatch(spans: [Self.span(7000, parent: 4000)])
                _ = try await store.append(next)
                _ = try await reference.append(next)
            }
            try await agree(store, reference)
            try await store.close()
        }
    }

    @Test func `of a trace no more spans are taken than one may have, and those beyond are counted`() async throws {
        let folder = try TemporaryFolder()
        var configuration = TraceStoreConfiguration.test
        configuration.spansPerTrace = 100
        let store = try TraceStore.open(at: folder.file(), configuration: configuration)
        let receipt = try await store.append(IngestBatch(spans: (0..<150).map { Self.span($0, parent: nil) }))
        #expect(receipt.stored == 100 && receipt.beyond == 50)
        // One that is there is replaced, another trace is taken.
        let again = IngestBatch(spans: [
            Self.span(3, parent: 4), Self.span(149, parent: 4), Self.span(149, parent: nil, trace: "other"),
        ])
        let second = try await store.append(again)
        #expect(second.stored == 1 && second.replaced == 1 && second.beyond == 1)
        #expect(try await store.overview().spans == 101)
        try await store.close()
    }
}
