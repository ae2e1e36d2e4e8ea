import Testing
import TraceModel
import TraceStore

/// The store and the plain one in memory, side by side: what one says of scores the other must.
@Suite struct ScoreStoreTests {
    private let folder: TemporaryFolder
    private let store: TraceStore
    private let plain = InMemoryTraceStore()

    init() throws {
        folder = try TemporaryFolder()
        store = try TraceStore.open(at: folder.file(), configuration: .test)
    }

    private static let spans = [
        Samples.span("1", trace: "t1", session: "a", start: 0), Samples.span("2", trace: "t2", session: "b", start: 10),
        Samples.span("3", trace: "t3", session: "c", start: 20),
        Samples.span("4", trace: "t1", session: "a", start: 30),
    ]

    private static func score(
        _ target: Score.Target, _ name: String, _ value: String, by judge: String = "ada", at time: Int64 = 5
    ) -> Score {
        Score(
            target: target, name: name, value: Score.Value(value), judge: judge,
            time: Timestamp(unixNanoseconds: time))
    }

    private static let first = SpanKey(traceID: "t1", spanID: "1")

    private static let scores = [
        score(.session("a"), "helpful", "0.25"), score(.session("a"), "helpful", "1", by: "bot", at: 7),
        score(.span(first), "tone", "good", at: 6), score(.session("b"), "helpful", "-2"),
        score(.session("evals/run/0"), "toxicity", "0.8", at: 9),
    ]

    private func fill() async throws {
        for sink in [store, plain] as [any SpanSink] {
            // Scores may come before what they are about.
            _ = try await sink.append(IngestBatch(scores: Self.scores))
            _ = try await sink.append(IngestBatch(spans: Self.spans))
        }
    }

    @Test(arguments: [
        ScoreQuery(.everything), ScoreQuery(.session("a")), ScoreQuery(.session("b")), ScoreQuery(.session("nobody")),
        ScoreQuery(.span(first)), ScoreQuery(.everything, name: "helpful"), ScoreQuery(.everything, limit: 2),
        ScoreQuery(.session("a"), name: "tone"),
    ])
    func `scores are told with the session they count for`(query: ScoreQuery) async throws {
        try await fill()
        let found = try await store.scores(query)
        let expected = try await plain.scores(query)
        #expect(Set(found.scores) == Set(expected.scores))
        #expect(found.scores.map(\.score.time) == expected.scores.map(\.score.time))
        #expect(found.isPartial == expected.isPartial)
    }

    @Test(arguments: [
        ("score:helpful", ["a", "b"]), ("score:tone", ["a"]), ("score:*", ["a", "b"]), ("score.helpful>0.5", ["a"]),
        ("score.helpful<0", ["b"]), ("score.tone:good", ["a"]), ("score.tone>=1", ["a"]), ("score.tone:bad", []),
        ("-score:tone", ["a", "b", "c"]), ("-score:helpful", ["c"]), ("score.helpful=0.25 session:a", ["a"]),
        ("score:helpful tag:none", []), ("-tag:none score.helpful<0", ["b"]), ("score:HELPFUL attr.none:x", []),
    ])
    func `filters find spans and sessions by score, as the plain store does`(
        text: String, expected: [String]
    ) async throws {
        try await fill()
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        let query = SpanQuery(filter: filter, anchor: .oldest, limit: 9)
        let found = try await store.spans(query).spans
        #expect(found.map(\.span.key) == (try await plain.spans(query).spans.map(\.span.key)))
        #expect(Set(found.map(\.sessionID)) == Set(expected))
        let sessions = try await store.sessions(SessionQuery(filter: filter, limit: 9)).sessions
        #expect(Set(sessions.map(\.sessionID)) == Set(expected))
    }

    @Test func `spans and sessions carry their scores`() async throws {
        try await fill()
        for reader in [store, plain] as [any TraceReader] {
            let session = try #require(try await reader.session("a"))
            #expect(session.scores.map(\.value.text) == ["0.25", "1", "good"])
            let page = try await reader.sessions(SessionQuery(limit: 9)).sessions
            #expect(page.first { $0.sessionID == "a" }?.scores == session.scores)
            #expect(try await reader.payload(of: Self.first)?.stored.scores.map(\.name) == ["tone"])
            let spans = try await reader.spans(ofSession: "a", limit: 9)
            #expect(spans.map { $0.scores.map(\.name) } == [["tone"], []])
            let window = try await reader.spans(SpanQuery(anchor: .oldest, limit: 9)).spans
            #expect(window.first?.scores.map(\.name) == ["tone"])
        }
    }

    @Test func `a later score of the same judge takes the earlier one's place, an older one that comes late does not`()
        async throws
    {
        try await fill()
        for sink in [store, plain] as [any SpanSink & TraceReader] {
            let before = try await sink.overview().revision
            _ = try await sink.append(
                IngestBatch(scores: [
                    Self.score(.session("a"), "helpful", "0.5", at: 8),
                    Self.score(.session("a"), "helpful", "9", at: 2),
                ]))
            let kept = try await sink.scores(ScoreQuery(.session("a"), name: "helpful")).scores.map(\.score)
            #expect(kept.filter { $0.judge == "ada" }.map(\.value.text) == ["0.5"])
            #expect(kept.count == 2)
            #expect(try await sink.overview().revision == before + 1)
            #expect(try await sink.removeScores(ScoreSelection(.session("a"), name: "helpful", judge: "bot")) == 1)
            #expect(try await sink.removeScores(ScoreSelection(.session("a"), name: "helpful", judge: "bot")) == 0)
            #expect(try await sink.removeScores(ScoreSelection(.span(Self.first))) == 1)
            #expect(try await sink.session("a")?.scores.map(\.value.text) == ["0.5"])
            #expect(try await sink.overview().revision == before + 3)
        }
    }

    @Test func `what cannot be kept is not, and what is good beside it is`() async throws {
        let bad = [
            Self.score(.session(""), "x", "1"), Self.score(.session("a"), "", "1"),
            Self.score(.session("a"), "x", "1", by: ""),
            Score(
                target: .session("a"), name: "x", value: .number(.nan), judge: "j", time: Timestamp(unixNanoseconds: 1)),
            Self.score(.session("a"), String(repeating: "n", count: 201), "1"),
        ]
        #expect(bad.allSatisfy { $0.flaw != nil })
        for sink in [store, plain] as [any SpanSink & TraceReader] {
            _ = try await sink.append(IngestBatch(scores: bad + [Self.score(.session("a"), "fine", "1")]))
            #expect(try await sink.scores(ScoreQuery(.everything)).scores.map(\.score.name) == ["fine"])
        }
    }

    @Test func `retention forgets the scores of what it removes`() async throws {
        try await fill()
        _ = try await store.keep("b", .pin(true))
        #expect(try await store.retain(RetentionPolicy(maxAgeNanoseconds: 0)).sessions == 2)
        #expect(try await store.scores(ScoreQuery(.everything)).scores.map(\.sessionID) == ["b"])
        #expect(try await store.checkIntegrity() == [])
    }

    @Test func `a salvaged store has the scores`() async throws {
        try await fill()
        let other = try TraceStore.open(at: folder.file("other"), configuration: .test)
        let report = try await store.salvage(
            into: other, figures: { _ in SpanPayload(format: .fallomRecord, span: []) })
        #expect(report.scores == Self.scores.count)
        #expect(
            Set(try await other.scores(ScoreQuery(.everything)).scores)
                == Set(try await store.scores(ScoreQuery(.everything)).scores))
    }
}
