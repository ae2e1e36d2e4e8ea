import ClickHouseStore
import Testing
import TraceModel
import TraceStore

/// ClickHouse and SQLite against the plain reference in memory: whatever comes in, in whatever order, all say the same,
/// field by field.
@Suite(.serialized, .enabled(if: ClickHouseDouble.isThere, "chdb is not installed: pip install chdb"))
struct StoreAgreementTests {
    @Test(arguments: 0..<2) func `three stores agree after every batch`(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let file = try TraceStore.open(at: folder.file(), configuration: .test)
        let server = try await #require(ClickHouseDouble.shared).store()
        let reference = InMemoryTraceStore(lookup: RandomSpans.lookup)
        var random = RandomSpans(seed: 1000 + seed)
        for round in 0..<7 {
            var batch = random.batch()
            if round % 4 == 3 { for _ in 0..<20 { batch.spans.append(random.ingested()) } }
            let receipt = try await reference.append(batch)
            #expect(try await file.append(batch) == receipt)
            #expect(try await server.append(batch) == receipt)
            try await compare(server, reference, &random)
        }
        // A collector that was not there asks the server for what it cannot remember.
        let other = try await ClickHouseStore.open(at: server.address, configuration: .test, writes: true)
        let batch = random.batch()
        _ = try await reference.append(batch)
        _ = try await other.append(batch)
        _ = try await file.append(batch)
        try await compare(other, reference, &random)
        #expect(try await other.highestVersion(ofPrompt: "onboarding") == file.highestVersion(ofPrompt: "onboarding"))
        #expect(try await other.highestVersion(ofPrompt: "absent") == nil)
        #expect(try await other.highestVersion(ofConfig: "c") == file.highestVersion(ofConfig: "c"))
        try await file.close()
    }

    private func compare(
        _ store: ClickHouseStore, _ reference: InMemoryTraceStore, _ random: inout RandomSpans
    ) async throws {
        #expect(try await store.overview() == reference.overview())
        var all = SpanQuery(anchor: .oldest, limit: 1000)
        all.includesRuns = true
        #expect(try await store.spans(all) == reference.spans(all))
        for _ in 0..<2 {
            let query = try RandomQueries.spans(&random)
            #expect(try await store.spans(query) == reference.spans(query), "\(query)")
            let sessions = try RandomQueries.sessions(&random)
            #expect(try await store.sessions(sessions) == reference.sessions(sessions), "\(sessions)")
            let grouping = random.dice.pick(SessionGrouping.allCases)
            let groups = try RandomQueries.groups(by: grouping, &random)
            let found = try await store.sessionGroups(groups)
            #expect(try await found == reference.sessionGroups(groups), "\(groups.filter) by \(grouping)")
            if let group = found.randomElement(using: &random.dice) {
                let members = SessionQuery(filter: groups.filter, part: group.part, sort: .duration, limit: 4)
                #expect(try await store.sessions(members) == reference.sessions(members), "\(members)")
            }
            let usage = try RandomQueries.usage(&random)
            #expect(try await store.usage(usage) == reference.usage(usage), "\(usage.fields) \(usage.filter)")
        }
        let configs = RandomQueries.configs(&random)
        #expect(try await store.configSessions(configs) == reference.configSessions(configs), "\(configs)")
        let calls = RandomQueries.calls(&random)
        #expect(try await store.calls(calls) == reference.calls(calls), "\(calls)")
        try await StoreComparison.details(store, reference, &random)
    }

    @Test func `a search finds what the evaluator finds, however it is written`() async throws {
        let server = try await #require(ClickHouseDouble.shared).store()
        let reference = InMemoryTraceStore(lookup: RandomSpans.lookup)
        var random = RandomSpans(seed: 5)
        var hostile = HostileTexts(dice: Dice(state: 9))
        var batch = IngestBatch()
        var texts: [String] = []
        for number in 0..<60 {
            var ingested = random.ingested()
            ingested.span.key = SpanKey(traceID: "h\(number)", spanID: "s")
            let text = hostile.text()
            texts.append(text)
            ingested.payload.span = Array(text.utf8)
            ingested.span.identity.customer.own = hostile.dice.chance(3) ? text : nil
            batch.spans.append(ingested)
        }
        _ = try await server.append(batch)
        _ = try await reference.append(batch)
        for _ in 0..<60 {
            let text = hostile.expression(from: texts)
            guard let filter = try? SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text) else { continue }
            let query = SpanQuery(filter: filter, limit: 100)
            #expect(try await server.spans(query) == reference.spans(query), "\(text)")
        }
    }

    @Test func `the server finds the speeds that the evaluator finds`() async throws {
        try await SpeedSamples.compare(#require(ClickHouseDouble.shared).store())
    }

    @Test func `scores stand on spans and sessions, and are found`() async throws {
        let server = try await #require(ClickHouseDouble.shared).store()
        let plain = InMemoryTraceStore(lookup: RandomSpans.lookup)
        func score(
            _ target: Score.Target, _ name: String, _ value: String, by judge: String = "ada", at time: Int64 = 5
        ) -> Score {
            Score(
                target: target, name: name, value: Score.Value(value), comment: "it's\nso", judge: judge,
                time: Timestamp(unixNanoseconds: time))
        }
        let key = SpanKey(traceID: "t1", spanID: "1")
        let scores = [
            score(.session("a"), "helpful", "0.1"), score(.session("a"), "helpful", "1e-7", by: "bot", at: 7),
            score(.span(key), "tone", "good", at: 6), score(.span(key), "tone", "bad", at: 4),
            score(.session("b"), "Größe", "-2"), score(.session("evals/run/0"), "toxicity", "0.8", at: 9),
        ]
        let spans = [
            Samples.span("1", trace: "t1", session: "a", start: 0),
            Samples.span("2", trace: "t2", session: "b", start: 10),
        ]
        for sink in [server, plain] as [any SpanSink] {
            _ = try await sink.append(IngestBatch(scores: scores))
            _ = try await sink.append(IngestBatch(spans: spans))
        }
        let all = SpanQuery(anchor: .oldest, limit: 10)
        func agree() async throws {
            #expect(try await server.spans(all) == plain.spans(all))
            #expect(try await server.sessions(SessionQuery(limit: 9)) == plain.sessions(SessionQuery(limit: 9)))
            for scope in [ScoreQuery.Scope.everything, .session("a"), .session("nobody"), .span(key)] {
                let (one, other) = (
                    try await server.scores(ScoreQuery(scope)), try await plain.scores(ScoreQuery(scope))
                )
                #expect(Set(one.scores) == Set(other.scores), "\(scope)")
            }
        }
        try await agree()
        for text in [
            "score:helpful", "score:GRÖSSE", "score.helpful>0.05", "score.tone:good", "-score:tone", "score:tone order",
        ] {
            let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
            let query = SpanQuery(filter: filter, limit: 9)
            #expect(try await server.spans(query) == plain.spans(query), "\(text)")
        }
        for selection in [
            ScoreSelection(.session("a"), judge: "bot"), ScoreSelection(.span(key)), ScoreSelection(.session("x")),
        ] {
            #expect(try await server.removeScores(selection) == plain.removeScores(selection))
        }
        try await agree()
    }

    @Test func `what two collectors bring at the same moment is settled`() async throws {
        let first = try await #require(ClickHouseDouble.shared).store()
        let second = try await ClickHouseStore.open(at: first.address, configuration: .test, writes: true)
        let reference = InMemoryTraceStore(lookup: RandomSpans.lookup)
        // Both know the trace before the other brings its part: neither sees all of it.
        let root = Samples.span("root", trace: "two", session: nil, start: 1)
        _ = try await first.append(IngestBatch(spans: [root]))
        let child = Samples.span("child", trace: "two", parent: "middle", session: nil, start: 3, tokens: 5)
        let middle = Samples.span("middle", trace: "two", parent: "root", session: "named", start: 2, tokens: 5)
        async let one = first.append(IngestBatch(spans: [child, root]))
        async let other = second.append(IngestBatch(spans: [middle, root]))
        _ = try await (one, other)
        _ = try await first.settle(since: 0)
        for batch in [[root], [child, root], [middle, root]] {
            _ = try await reference.append(IngestBatch(spans: batch))
        }
        let query = SpanQuery(order: .start, limit: 10)
        func facts(_ page: SpanPage) -> [String] {
            page.spans.map { "\($0.span.key) \($0.sessionID) \($0.depth) \($0.counts.rawValue)" }
        }
        #expect(try await facts(first.spans(query)) == facts(reference.spans(query)))
        #expect(try await first.settle(since: 0) == 0)
        #expect(try await first.overview().spans == 3)
    }

    @Test func `what is kept of sessions is kept, and found`() async throws {
        let server = try await #require(ClickHouseDouble.shared).store()
        let folder = try TemporaryFolder()
        let file = try TraceStore.open(at: folder.file(), configuration: .test)
        for store in [server, file] as [any SpanStore] {
            _ = try await store.append(Samples.batch(0..<3))
            _ = try await store.append(Samples.batch(3..<5, session: "other"))
            _ = try await store.append(Samples.batch(5..<6, session: "last"))
            _ = try await store.keep("other", .pin(true))
            _ = try await store.keep("last", .note("n"))
        }
        let moments = [-5, 3, 1].map { Timestamp(unixNanoseconds: $0 * 1001) }
        for (change, moment) in zip([KeepChange.note("early"), .label(["x"]), .pin(true)], moments) {
            #expect(try await server.keep("s", change, at: moment) == file.keep("s", change, at: moment))
        }
        #expect(try await server.kept("s")?.time == moments[1])
        for store in [server, file] as [any SpanStore] {
            for change in [KeepChange.note(nil), .unlabel(["x"]), .pin(false)] { _ = try await store.keep("s", change) }
        }
        for (offset, limit) in [(0, 9), (0, 1), (1, 1), (2, 9), (0, 9000)] {
            var query = SessionQuery(sort: .startedAt, descending: false, offset: offset, limit: limit)
            query.pinnedFirst = true
            #expect(try await server.sessions(query).sessions == file.sessions(query).sessions)
        }
        #expect(try await server.session("last") == file.session("last"))
        #expect(try await server.session("last")?.kept?.note == "n")
        #expect(try await server.keep("absent", .pin(true)) == nil)
        #expect(try await server.keep("s", .pin(true))?.isPinned == true)
        #expect(try await server.keep("s", .label(["é", "a"]))?.labels == ["a", "é"])
        #expect(try await server.keep("s", .note("see 'this'\n\\"))?.note == "see 'this'\n\\")
        let found = SpanFilter.and([.text(.label, .init("É")), .text(.mark, .init("pinned"))])
        #expect(try await server.spans(SpanQuery(filter: found, limit: 9)).spans.count == 3)
        #expect(try await server.spans(SpanQuery(filter: .not(found), limit: 9)).spans.count == 3)
        for change in [KeepChange.pin(false), .note(nil), .unlabel(["a", "é"])] {
            _ = try await server.keep("s", change)
        }
        #expect(try await server.kept("s") == nil)
    }

    @Test func `a wrong password, a missing table and an unreadable port are sentences`() async throws {
        let double = try #require(ClickHouseDouble.shared)
        var configuration = ClickHouseConfiguration.test
        configuration.password = "wrong-secret"
        let address = try ClickHouseAddress("clickhouse://ann@127.0.0.1:\(double.port)/nothing_here")
        let refused = await #expect(throws: ClickHouseError.self) {
            try await ClickHouseStore.open(at: address, configuration: configuration, writes: false)
        }
        #expect(refused?.code == .refused && refused?.description.contains("wrong-secret") == false)
        let missing = await #expect(throws: ClickHouseError.self) {
            try await ClickHouseStore.open(at: address, configuration: .test, writes: false)
        }
        #expect(missing?.code == .noTables && missing?.advice.contains("fallom store create") == true)
    }
}
