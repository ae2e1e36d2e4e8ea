import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct KeptRecordTests {
    private static let kept = KeptSession(
        sessionID: "s-1", isPinned: true, note: "two\nlines, \"quoted\" 日本", labels: ["late", "refund"],
        time: Timestamp(unixNanoseconds: 1_795_446_000_000_000_000))

    private func decoded(_ line: [UInt8], takesKept: Bool = true) -> DecodedBatch {
        var batch = DecodedBatch()
        SpanDecoder(takesKept: takesKept).decodeLine(line, into: &batch)
        return batch
    }

    @Test func `what is kept is read back the same, plain and inside OTLP`() throws {
        for line in [KeptRecord.record(Self.kept).encoded(), try KeptRecord.otlpLine(Self.kept)] {
            let batch = decoded(line)
            #expect(batch.kept == [Self.kept])
            #expect(batch.spans.isEmpty && batch.rejected.isEmpty)
        }
        let bare = KeptSession(sessionID: "s-2", isPinned: false, note: nil, labels: ["x"], time: Self.kept.time)
        #expect(decoded(KeptRecord.record(bare).encoded()).kept == [bare])
    }

    @Test func `who is not asked by a person takes none, and says so`() throws {
        for line in [KeptRecord.record(Self.kept).encoded(), try KeptRecord.otlpLine(Self.kept)] {
            let batch = decoded(line, takesKept: false)
            #expect(batch.kept.isEmpty && batch.spans.isEmpty)
            #expect(batch.rejected.map(\.field) == ["fallom.kept.pinned"])
        }
    }

    @Test(
        arguments: [
            ([("fallom.kept.pinned", "yes")], "fallom.kept.pinned"),
            (
                [
                    ("fallom.kept.pinned", .bool(true)),
                    ("fallom.kept.note", .string(String(repeating: "x", count: 20_001))),
                ], "fallom.kept.note"
            ),
            (
                [
                    ("fallom.kept.pinned", .bool(true)),
                    ("fallom.kept.labels", .array([.string(String(repeating: "x", count: 201))])),
                ], "fallom.kept.labels"
            ),
            (
                [
                    ("fallom.kept.pinned", .bool(true)),
                    ("fallom.kept.labels", .array((0..<101).map { .string("\($0)") })),
                ], "fallom.kept.labels"
            ),
        ] as [([(String, JSONValue)], String)])
    func `what cannot be kept is named by its field`(attributes: [(String, JSONValue)], field: String) {
        var record = KeptRecord.record(Self.kept)
        record.attributes = attributes.map { JSONMember($0.0, $0.1) }
        let batch = decoded(record.encoded())
        #expect(batch.kept.isEmpty && batch.spans.isEmpty)
        #expect(batch.rejected.map(\.field) == [field])
    }
}
