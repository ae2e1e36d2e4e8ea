import Testing
import TraceModel
import TraceStore

@Suite struct AppendTests {
    private let folder: TemporaryFolder
    private let store: TraceStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TraceStore.open(at: folder.file(), configuration: .test)
    }

    private func payload(_ id: String) async throws -> String? {
        try await store.payload(of: SpanKey(traceID: "t", spanID: id)).map {
            String(decoding: $0.payload.span, as: UTF8.self)
        }
    }

    @Test func `the last record of a span wins whole and keeps its place`() async throws {
        _ = try await store.append(IngestBatch(spans: [Samples.span("a", tokens: 5, body: "one"), Samples.span("b")]))
        let receipt = try await store.append(IngestBatch(spans: [Samples.span("a", session: nil, body: "two")]))
        #expect(receipt.stored == 0 && receipt.replaced == 1)
        let spans = try await store.spans(SpanQuery(anchor: .oldest, limit: 9)).spans
        #expect(spans.map(\.sequence) == [1, 2])
        #expect(spans[0].span.usage.total == nil)
        #expect(spans[0].sessionID == "s", "b lends its session to a, which has lost its own")
        #expect(try await payload("a") == "two")
    }

    @Test(arguments: [true, false])
    func `a finished record beats a start record whichever comes first`(startFirst: Bool) async throws {
        let begun = Samples.span("a", duration: nil, body: "begun")
        let ended = Samples.span("a", duration: 5, body: "ended")
        for span in startFirst ? [begun, ended] : [ended, begun] {
            _ = try await store.append(IngestBatch(spans: [span]))
        }
        #expect(try await payload("a") == "ended")
        #expect(try await store.session("s")?.running == 0)
        #expect(try await store.overview().spans == 1)
    }

    @Test func `a start and its end in one batch are one finished span`() async throws {
        let receipt = try await store.append(
            IngestBatch(spans: [
                Samples.span("a", duration: 5, body: "ended"), Samples.span("a", duration: nil, body: "begun"),
                Samples.span("b", duration: nil), Samples.span("b", duration: 7, body: "ended too"),
            ]))
        #expect(receipt.stored == 2 && receipt.replaced == 1)
        #expect(try await payload("a") == "ended")
        #expect(try await payload("b") == "ended too")
    }

    @Test func `a batch of a thousand spans and bodies of megabytes come back as they were`() async throws {
        let large = String(repeating: "0123456789abcdef", count: 200_000)
        var spans = (0..<1000).map { Samples.span("s\($0)", body: "body \($0)") }
        spans[500].payload.span = Array(large.utf8)
        spans[501].payload.span = []
        _ = try await store.append(IngestBatch(spans: spans))
        #expect(try await payload("s500") == large)
        #expect(try await payload("s501") == "")
        #expect(try await payload("s499") == "body 499")
        #expect(try await payload("s999") == "body 999")
    }

    @Test func `surroundings are kept with each span`() async throws {
        var spans = (0..<40).map { Samples.span("s\($0)") }
        for index in spans.indices where index % 3 > 0 { spans[index].payload.surroundings = [UInt8(index % 3)] }
        _ = try await store.append(IngestBatch(spans: spans))
        for index in spans.indices {
            let found = try await store.payload(of: SpanKey(traceID: "t", spanID: "s\(index)"))
            #expect(found?.payload == spans[index].payload)
        }
        let keys = [spans[7].span.key, SpanKey(traceID: "absent", spanID: "s1"), spans[3].span.key]
        #expect(try await store.payloads(of: keys).map(\.payload) == [spans[7].payload, spans[3].payload])
    }

    @Test func `a file's position is committed with the spans read so far`() async throws {
        let position = FilePosition(device: .max, inode: 1 << 63, offset: 12, path: "/tmp/x.ndjson")
        _ = try await store.append(IngestBatch(spans: [Samples.span("a")], position: position))
        #expect(try await store.position(device: .max, inode: 1 << 63) == position)
        #expect(try await store.position(device: 1, inode: 1) == nil)
    }

    @Test func `content is joined whenever it comes, and once`() async throws {
        let key = SpanKey(traceID: "t", spanID: "a")
        let late = IngestedContent(key: key, time: Timestamp(unixNanoseconds: 2), eventName: "late", payload: [1])
        let early = IngestedContent(key: key, time: Timestamp(unixNanoseconds: 1), eventName: "early", payload: [2])
        _ = try await store.append(IngestBatch(contents: [late, early]))
        _ = try await store.append(IngestBatch(spans: [Samples.span("a")], contents: [late]))
        #expect(try await store.payload(of: key)?.contents == [early, late])
    }

    @Test func `an empty batch changes nothing`() async throws {
        let before = try await store.append(IngestBatch(spans: [Samples.span("a")])).revision
        #expect(try await store.append(IngestBatch()).revision == before)
    }

    @Test func `a session's figures are true before and after they are brought up to date`() async throws {
        for number in 0..<50 {
            _ = try await store.append(IngestBatch(spans: [Samples.span("s\(number)", tokens: number)]))
        }
        #expect(try await store.session("s")?.totalTokens == 1225)
        try await store.refreshSessions()
        #expect(try await store.session("s")?.totalTokens == 1225)
        #expect(try await store.sessions(SessionQuery(limit: 1)).sessions.first?.llmCalls == 50)
    }

    @Test func `two writers on one file do not lose each other's spans`() async throws {
        let other = try TraceStore.open(at: folder.file(), configuration: .test)
        for number in 0..<20 {
            let writer = number % 2 == 0 ? store : other
            _ = try await writer.append(
                IngestBatch(spans: [
                    Samples.span("s\(number)", parent: number > 0 ? "s\(number - 1)" : nil, session: nil),
                    Samples.span("x\(number)", trace: "u\(number)", session: "other"),
                ]))
        }
        let spans = try await store.spans(SpanQuery(anchor: .oldest, limit: 99)).spans
        #expect(spans.map(\.sequence) == Array(1...40))
        #expect(spans.filter { $0.sessionID == "t" }.map(\.depth) == Array(0..<20))
        #expect(try await other.session("other")?.spans == 20)
        #expect(try await store.checkIntegrity() == [])
        try await other.close()
    }
}
