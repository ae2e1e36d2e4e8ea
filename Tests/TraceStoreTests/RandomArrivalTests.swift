import Testing
import TraceModel
import TraceStore

/// The store against the plain reference in memory: whatever comes in, in whatever order, both say the same.
@Suite struct RandomArrivalTests {
    @Test(arguments: 0..<6) func `store and reference agree after every batch`(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let reference = InMemoryTraceStore(lookup: RandomSpans.lookup)
        var random = RandomSpans(seed: seed)
        for _ in 0..<25 {
            let batch = random.batch()
            let receipt = try await store.append(batch)
            #expect(try await reference.append(batch) == receipt)
            if random.dice.chance(3) { try await store.refreshSessions() }
            try await compare(store, reference, &random)
        }
        try await store.close()
        let reopened = try TraceStore.open(at: folder.file(), configuration: .test)
        try await compare(reopened, reference, &random)
        #expect(try await reopened.overview() == reference.overview())
        try await reopened.close()
    }

    @Test func `very many sessions are windowed alike, up to date or not`() async throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let reference = InMemoryTraceStore(lookup: RandomSpans.lookup)
        var random = RandomSpans(seed: 77)
        for part in 0..<3 {
            var batch = IngestBatch()
            for number in 0..<700 {
                var ingested = random.ingested()
                ingested.span.key.traceID = "trace \(number % 650 + part * 400)"
                ingested.span.identity.session = .init()
                batch.spans.append(ingested)
            }
            _ = try await store.append(batch)
            _ = try await reference.append(batch)
            if part == 1 { try await store.refreshSessions() }
        }
        for sort in SessionSort.allCases {
            for (filter, offset) in [("", 0), ("", 700), ("-kind:llm", 3), ("-kind:llm", 900), ("order", 40)] {
                let parsed = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(filter)
                for descending in [true, false] {
                    let query = SessionQuery(
                        filter: parsed, sort: sort, descending: descending, offset: offset, limit: 20)
                    #expect(try await store.sessions(query) == reference.sessions(query), "\(query)")
                }
            }
        }
        try await store.close()
    }

    private func compare(
        _ store: TraceStore, _ reference: InMemoryTraceStore, _ random: inout RandomSpans
    ) async throws {
        #expect(try await store.overview() == reference.overview())
        let all = SpanQuery(anchor: .oldest, limit: 1000)
        #expect(try await store.spans(all) == reference.spans(all))
        for _ in 0..<6 {
            let query = try RandomQueries.spans(&random)
            #expect(try await store.spans(query) == reference.spans(query), "\(query)")
            let sessions = try RandomQueries.sessions(&random)
            #expect(try await store.sessions(sessions) == reference.sessions(sessions), "\(sessions)")
        }
        for grouping in SessionGrouping.allCases {
            let query = try RandomQueries.groups(by: grouping, &random)
            let groups = try await store.sessionGroups(query)
            #expect(try await groups == reference.sessionGroups(query), "\(query.filter) by \(grouping)")
            guard let group = groups.randomElement(using: &random.dice) else { continue }
            let members = SessionQuery(filter: query.filter, part: group.part, sort: .duration, limit: 4)
            #expect(try await store.sessions(members) == reference.sessions(members), "\(members)")
            #expect(try await store.sessions(members).total == group.sessions, "\(members)")
        }
        for _ in 0..<4 {
            let usage = try RandomQueries.usage(&random)
            #expect(try await store.usage(usage) == reference.usage(usage), "\(usage.fields) \(usage.filter)")
            let configs = RandomQueries.configs(&random)
            #expect(
                try await store.configSessions(configs) == reference.configSessions(configs), "\(configs)")
            let calls = RandomQueries.calls(&random)
            #expect(try await store.calls(calls) == reference.calls(calls), "\(calls)")
        }
        try await StoreComparison.details(store, reference, &random)
    }
}
