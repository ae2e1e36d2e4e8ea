import SpanCodec
import SystemCalls
import Testing

@testable import FallomCommand

@Suite struct FilterRecallTests {
    @Test func `filters are kept in the order they were used last, by several consoles at once`() throws {
        let store = try TemporaryStore()
        defer { store.removeFolder() }
        let recalls = (0..<2).map { _ in FilterRecall(path: store.file("state/filters-used"), scanner: .standard) }
        #expect(try recalls[0].read().isEmpty)
        for (index, filter) in ["a", "b", "c", "a"].enumerated() { try recalls[index % 2].keep(filter) }
        #expect(try recalls[0].read() == ["b", "c", "a"])
        #expect(FileFacts(at: store.file("state/filters-used"))?.permissions == 0o600)
    }

    @Test func `no secret, nothing longer than a line, and no end of filters is kept`() throws {
        let store = try TemporaryStore()
        defer { store.removeFolder() }
        let recall = FilterRecall(path: store.file("filters-used"), scanner: .standard)
        let secret = "sk-proj-" + String(repeating: "abcDEF123456", count: 4)
        try recall.keep("content:\(secret)")
        try recall.keep(String(repeating: "x", count: 3_000))
        try recall.keep("two\nlines")
        let kept = try recall.read()
        #expect(kept.count == 1 && !kept[0].contains(secret) && kept[0].hasPrefix("content:"))
        for number in 0..<2_500 { try recall.keep("session:number-\(number)-\(String(repeating: "y", count: 60))") }
        let last = try recall.read()
        #expect(last.count == 200 && last.last?.hasPrefix("session:number-2499-") == true)
        #expect((FileFacts(at: store.file("filters-used"))?.size ?? 0) < 110_000)
    }

    @Test func `what others wrote into the file does no harm`() throws {
        let store = try TemporaryStore()
        defer { store.removeFolder() }
        try store.write("filters-used", "good\n\u{1B}[2Jbad\n\n\(String(repeating: "z", count: 9_000))\nlast")
        let recall = FilterRecall(path: store.file("filters-used"), scanner: .standard)
        #expect(try recall.read() == ["good", "last"])
    }
}
