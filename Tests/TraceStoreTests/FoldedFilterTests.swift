import Testing
import TraceModel
import TraceStore

/// The store and the evaluator in memory mean the same by a pattern, whatever script it is in.
@Suite struct FoldedFilterTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    static let names = [
        "Mérida", "Me\u{301}rida", "MERIDA", "straße", "STRASSE", "ΟΔΟΣ", "οδος", "Привет", "ПРИВЕТ", "\u{212A}elvin",
        "kelvin", "ガイド", "カ\u{3099}イト\u{3099}", "안녕", "\u{110B}\u{1161}\u{11AB}\u{1102}\u{1167}\u{11BC}", "100%",
        "a_b", "aXb", "back\\slash", "zero\u{0}byte", "", "Ǆ", "ǆ", "ſtop", "emoji 👩‍👩‍👧 x", "e\u{301}", "é!",
    ]
    static let patterns =
        names + [
            "*rida", "me*", "*É*", "str*e", "*ss*", "οδ*", "прив*", "*elv*", "ガ*", "*녕", "100*", "a_b", "a*b", "*\\*",
            "*byte", "*", "**", "stop", "*👩*", "a*b*c*d*e*", String(repeating: "a", count: 400), "*e*",
        ]

    @Test(arguments: patterns) func `the store finds what the evaluator finds`(pattern: String) async throws {
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        var spans: [IngestedSpan] = []
        for (index, name) in Self.names.enumerated() {
            var span = Samples.span("s\(index)", trace: "t\(index)", session: name.isEmpty ? nil : name)
            span.span.name = name
            span.span.requestModel = name
            span.span.tags = [name]
            spans.append(span)
        }
        _ = try await store.append(IngestBatch(spans: spans))
        let wanted = SpanFilter.TextPattern(pattern)
        for field in [SpanFilter.TextField.name, .session, .tag, .model] {
            for filter in [SpanFilter.text(field, wanted), .not(.text(field, wanted))] {
                let all = try await store.spans(SpanQuery(anchor: .oldest, limit: 100)).spans
                let lookup = SpanFilterLookup(content: { "" }, attribute: { _ in nil })
                let expected = all.filter { filter.matches($0, looking: lookup) }.map(\.sequence)
                let found = try await store.spans(SpanQuery(filter: filter, anchor: .oldest, limit: 100)).spans
                #expect(found.map(\.sequence).sorted() == expected.sorted(), "\(field) \(pattern)")
            }
        }
        try await store.close()
    }

    @Test func `two thousand alternatives are answered`() async throws {
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        _ = try await store.append(Samples.batch(0..<20))
        let text = (0..<SpanFilterParser.mostConditions).map { "model:m\($0)" }.dropLast().joined(separator: " OR ")
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text + " OR trace:t7")
        #expect(try await store.spans(SpanQuery(filter: filter, limit: 9)).spans.map(\.span.key.traceID) == ["t7"])
        try await store.close()
    }
}
