import Testing
import TraceModel
import TraceStore

@testable import ClickHouseStore

/// Following a ClickHouse into which several collectors write: numbers of arrival are each collector's own.
@Suite(.serialized, .enabled(if: ClickHouseDouble.isThere, "chdb is not installed: pip install chdb"))
struct ClickHouseNewsTests {
    /// A store with those spans, of which each has the number that stands beside it.
    private func store(_ spans: [(IngestedSpan, Int)]) async throws -> ClickHouseStore {
        let store = try await #require(ClickHouseDouble.shared).store()
        _ = try await store.append(IngestBatch(spans: spans.map(\.0)))
        try await give(spans, store)
        return store
    }

    /// Gives spans the numbers that other collectors gave at the same moment.
    private func give(_ spans: [(IngestedSpan, Int)], _ store: ClickHouseStore) async throws {
        let ids = spans.map { "'\($0.0.span.key.spanID)'" }.joined(separator: ", ")
        let numbers = spans.map { "\($0.1)" }.joined(separator: ", ")
        try await store.connection.run(
            """
            ALTER TABLE \(store.table("spans"))
            UPDATE sequence = transform(span_id, [\(ids)], [\(numbers)], 0) WHERE span_id IN (\(ids))
            SETTINGS mutations_sync = 2
            """)
    }

    private func span(_ id: String, running: Bool = false) -> IngestedSpan {
        Samples.span(id, trace: "of-\(id)", duration: running ? nil : 5)
    }

    /// What a follower is told from a place on, window by window.
    private func told(
        _ store: ClickHouseStore, _ place: inout Int64, _ running: inout [Int64], limit: Int = 99
    ) async throws -> [String] {
        var asked = running
        running = []
        var ids: [String] = []
        while true {
            let news = try await store.news(after: place, running: asked, filter: .all, limit: limit)
            ids += news.finished.map(\.span.key.spanID)
            running += news.running
            (place, asked) = (news.through, [])
            if !news.hasMore { return ids }
        }
    }

    @Test func `what has the number of a running span is told once`() async throws {
        let store = try await store([(span("slow", running: true), 1), (span("twin"), 1), (span("other"), 2)])
        var (place, running): (Int64, [Int64]) = (0, [])
        #expect(try await Set(told(store, &place, &running)) == ["twin", "other"])
        for round in 0..<3 {
            _ = try await store.append(IngestBatch(spans: [span("more\(round)")]))
            #expect(try await told(store, &place, &running) == ["more\(round)"])
            #expect(running == [1])
        }
        // Another that comes late under that number is told, too, and then never again.
        let late = span("late")
        _ = try await store.append(IngestBatch(spans: [late]))
        try await give([(late, 1)], store)
        #expect(try await told(store, &place, &running) == ["late"])
        #expect(try await told(store, &place, &running) == [])
        _ = try await store.append(IngestBatch(spans: [span("slow")]))
        #expect(try await told(store, &place, &running) == ["slow"])
        #expect(try await told(store, &place, &running) == [] && running == [])
    }

    @Test(arguments: 1...4) func `who catches up in windows is told all that share a number, each once`(
        limit: Int
    ) async throws {
        let numbers = [1, 1, 1, 2, 3, 3, 4, 5, 5, 5, 5, 5, 6]
        let spans = numbers.enumerated().map { (span("s\($0.offset)", running: $0.offset == 3), $0.element) }
        let store = try await store(spans)
        // They were written long ago: nobody looks for them again.
        try await store.connection.run(
            "ALTER TABLE \(store.table("spans")) UPDATE stamp = 1 WHERE 1 SETTINGS mutations_sync = 2")
        var configuration = ClickHouseConfiguration.test
        configuration.now = { Timestamp(unixNanoseconds: 1_000_000_000_000) }
        let other = try await ClickHouseStore.open(at: store.address, configuration: configuration, writes: false)
        var (place, running): (Int64, [Int64]) = (0, [])
        let ids = try await told(other, &place, &running, limit: limit)
        #expect(ids.sorted() == spans.indices.filter { $0 != 3 }.map { "s\($0)" }.sorted())
        #expect(running == [2])
    }
}
