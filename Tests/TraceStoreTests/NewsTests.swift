import Testing
import TraceModel
import TraceStore

@Suite struct NewsTests {
    private let folder: TemporaryFolder
    private let store: TraceStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TraceStore.open(at: folder.file(), configuration: .test)
    }

    private func ids(_ spans: [StoredSpan]) -> [String] { spans.map(\.span.key.spanID) }

    @Test func `what has ended is found by its sequence, whatever came after it`() async throws {
        _ = try await store.append(
            IngestBatch(spans: [
                Samples.span("a", duration: nil), Samples.span("b", duration: nil), Samples.span("c", duration: 5),
            ]))
        let first = try await store.news(after: 0, running: [], filter: .all, limit: 99)
        #expect(ids(first.finished) == ["c"])
        #expect(first.running == [1, 2] && first.through == 3 && !first.hasMore)
        _ = try await store.append(IngestBatch(spans: [Samples.span("a", duration: 7), Samples.span("d")]))
        let second = try await store.news(after: first.through, running: first.running, filter: .all, limit: 99)
        #expect(ids(second.finished) == ["a", "d"])
        #expect(second.running == [2] && second.through == 4)
        let none = try await store.news(after: second.through, running: second.running, filter: .all, limit: 99)
        #expect(none == SpanNews(finished: [], running: [2], through: 4, hasMore: false))
    }

    @Test(arguments: [
        ("latency>2s", ["slow"]), ("slow", ["slow"]), ("nothing", [] as [String]), ("attr.size:4", ["slow", "fast"]),
    ])
    func `the filter is asked of what a span came to be, by SQL and by content`(
        text: String, passing: [String]
    ) async throws {
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        _ = try await store.append(
            IngestBatch(spans: [Samples.span("slow", duration: nil), Samples.span("fast", duration: nil)]))
        let begun = try await store.news(after: 0, running: [], filter: filter, limit: 99)
        // What runs is kept in mind though it does not pass yet.
        #expect(begun.running == [1, 2] && begun.finished == [])
        _ = try await store.append(
            IngestBatch(spans: [
                Samples.span("slow", duration: 3_000_000_000), Samples.span("fast", duration: 1_000_000_000),
            ]))
        let ended = try await store.news(after: begun.through, running: begun.running, filter: filter, limit: 99)
        #expect(ids(ended.finished) == passing && ended.running == [])
    }

    @Test func `what was removed is gone from all lists, and its place still counts`() async throws {
        _ = try await store.append(
            IngestBatch(spans: [Samples.span("young", trace: "t1", session: "young", start: 999_000)]))
        _ = try await store.append(
            IngestBatch(spans: [
                Samples.span("old", trace: "t2", session: "old", duration: nil),
                Samples.span("last", trace: "t3", session: "old"),
            ]))
        let news = try await store.news(after: 0, running: [], filter: .all, limit: 99)
        #expect(news.through == 3 && news.running == [2])
        _ = try await store.retain(RetentionPolicy(maxAgeNanoseconds: 500_000))
        #expect(try await store.overview().spans == 1)
        let later = try await store.news(after: news.through, running: news.running, filter: .all, limit: 99)
        #expect(later == SpanNews(finished: [], running: [], through: 3, hasMore: false))
    }

    @Test func `news come in pages that leave nothing out`() async throws {
        _ = try await store.append(Samples.batch(0..<25))
        var sequence: Int64 = 0
        var seen: [Int64] = []
        var hasMore = true
        while hasMore {
            let news = try await store.news(after: sequence, running: [], filter: .all, limit: 10)
            seen += news.finished.map(\.sequence)
            sequence = news.through
            hasMore = news.hasMore
        }
        #expect(seen == Array(1...25) && sequence == 25)
    }
}
