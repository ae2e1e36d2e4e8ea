import ClickHouseStore
import SpanCodec
import Testing
import TraceModel
import TraceStore

/// The captured sessions (109 of them lie in the repository) in all three stores: whatever is asked, all say the same, field
/// by field.
@Suite(.serialized, .enabled(if: ClickHouseDouble.isThere, "chdb is not installed: pip install chdb"))
struct CapturedAgreementTests {
    /// The three, filled with the same.
    private struct Stores {
        let folder: TemporaryFolder
        let memory: InMemoryTraceStore
        let file: TraceStore
        let server: ClickHouseStore

        var others: [any SpanStore] { [file, server] }

        init() async throws {
            folder = try TemporaryFolder()
            let now: @Sendable () -> Timestamp = { Timestamp(unixMilliseconds: 1_800_000_000_000) }
            let (lookup, runs) = (CapturedBatches.lookup, CapturedBatches.runs)
            memory = InMemoryTraceStore(lookup: lookup)
            file = try TraceStore.open(
                at: folder.file(), configuration: TraceStoreConfiguration(lookup: lookup, runs: runs, now: now))
            server = try await #require(ClickHouseDouble.shared).store(
                ClickHouseConfiguration(
                    password: "secret-of-ann", lookup: lookup, runs: runs, now: now,
                    randomBits: { .random(in: 0...(.max)) }))
            // Some calls are of a run.
            for batch in try CapturedBatches.all() + [Self.run] {
                let receipt = try await memory.append(batch)
                #expect(try await file.append(batch) == receipt)
            }
            // One request after the other costs the server most: it gets a few at a time, in the same order.
            var gathered = IngestBatch()
            for batch in try CapturedBatches.all() + [Self.run] {
                gathered.spans += batch.spans
                gathered.contents += batch.contents
                gathered.assignments += batch.assignments
                gathered.scores += batch.scores
                guard gathered.spans.count > 40 else { continue }
                _ = try await server.append(gathered)
                gathered = IngestBatch()
            }
            _ = try await server.append(gathered)
        }

        private static var run: IngestBatch {
            IngestBatch(
                spans: (0..<3).map {
                    Samples.span(
                        "r\($0)", trace: "run \($0)", session: RunMark.session(of: "größe \($0 % 2)"), tokens: 5)
                })
        }
    }

    @Test func `every query with random filters`() async throws {
        let stores = try await Stores()
        let everything = try await stores.memory.spans(SpanQuery(anchor: .oldest, limit: 10_000)).spans
        var words: [String] = []
        for stored in everything {
            guard let payload = try await stores.memory.payload(of: stored.span.key) else { continue }
            words += CapturedBatches.lookup(payload).content().split(separator: " ").prefix(3).map(String.init)
        }
        var filters = CapturedFilters(dice: Dice(state: 31), spans: everything, words: words)
        try await wholes(stores, everything)
        for round in 0..<24 {
            let filter = try filters.filter()
            try await spans(stores, filter, everything, &filters.dice)
            try await sessions(stores, filter, round, &filters.dice)
            try await usage(stores, filter, &filters.dice)
        }
        try await experiments(stores, everything, &filters.dice)
    }

    /// All there is, in few questions.
    private func wholes(_ stores: Stores, _ spans: [StoredSpan]) async throws {
        let sessions = SessionQuery(limit: 10_000)
        let summaries = try await stores.memory.sessions(sessions)
        #expect(summaries.total >= 109)
        for other in stores.others {
            #expect(try await other.sessions(sessions).sessions == summaries.sessions)
            #expect(try await other.spans(SpanQuery(anchor: .oldest, limit: 10_000)).spans == spans)
            var all = SpanQuery(order: .start, anchor: .newest, limit: 10_000)
            all.includesRuns = true
            #expect(try await other.spans(all).spans == stores.memory.spans(all).spans)
            let overview = try await other.overview()
            #expect(try await (overview.spans, overview.sessions, overview.triedSpans) == stores.memory.figures())
            let payloads = try await other.payloads(of: spans.map(\.span.key))
            #expect(payloads.count == spans.count)
            for payload in payloads {
                let known = try await stores.memory.payload(of: payload.stored.span.key)
                #expect(known?.stored == payload.stored && known?.payload == payload.payload)
                #expect(known?.contents == payload.contents, "\(payload.stored.span.key)")
            }
            for summary in summaries.sessions.prefix(6) {
                let id = summary.sessionID
                #expect(try await other.session(id) == summary)
                #expect(
                    try await other.spans(ofSession: id, limit: 50) == stores.memory.spans(ofSession: id, limit: 50))
                #expect(try await other.assignments(ofSession: id) == stores.memory.assignments(ofSession: id))
            }
        }
    }

    private func spans(
        _ stores: Stores, _ filter: SpanFilter, _ spans: [StoredSpan], _ dice: inout Dice
    ) async throws {
        let key = dice.pick(spans).span.key
        let query = SpanQuery(
            filter: filter, order: dice.pick([.arrival, .start]),
            anchor: dice.pick([.newest, .oldest, .before(key), .after(key), .around(key)]),
            limit: dice.pick([1, 20, 300]),
            throughSequence: dice.chance(5) ? dice.number(1...Int64(spans.count)) : nil,
            withSessionScores: dice.chance(2))
        var page = try await stores.memory.spans(query)
        for other in stores.others {
            let found = try await other.spans(query)
            page.revision = found.revision
            #expect(found == page, "\(query)")
        }
    }

    private func sessions(
        _ stores: Stores, _ filter: SpanFilter, _ round: Int, _ dice: inout Dice
    ) async throws {
        let sort = SessionSort.allCases[round % SessionSort.allCases.count]
        let query = SessionQuery(
            filter: filter, sort: sort, descending: dice.chance(2), offset: dice.pick([0, 3]),
            limit: dice.pick([5, 400]))
        let grouping = SessionGrouping.allCases[round % SessionGrouping.allCases.count]
        let groups = SessionGroupQuery(filter: filter, by: grouping) { _ in 3600 }
        var page = try await stores.memory.sessions(query)
        for other in stores.others {
            let found = try await other.sessions(query)
            page.revision = found.revision
            #expect(found == page, "\(query)")
            guard round % 3 == 0 else { continue }
            #expect(
                try await other.sessionGroups(groups) == stores.memory.sessionGroups(groups), "\(filter) \(grouping)")
        }
    }

    private func usage(_ stores: Stores, _ filter: SpanFilter, _ dice: inout Dice) async throws {
        let fields = (0..<Int(dice.number(0...2))).map { _ in dice.pick(UsageField.named) }
        // Clocks of whole hours, of half ones, and one that changes in the midst of what was captured.
        let seconds = dice.pick([0, 3600, -18_000, 19_800])
        let change = dice.pick([Int64.max, 1_795_446_000_000_000_000, 1_795_447_500_000_000_000])
        let query = UsageQuery(filter: filter, by: fields, bucket: dice.pick([nil, .hour, .day, .week])) { moment in
            seconds + (moment.unixNanoseconds < change ? 0 : 3600)
        }
        var report = try await stores.memory.usage(query)
        for other in stores.others {
            let found = try await other.usage(query)
            report.revision = found.revision
            #expect(found == report, "\(fields) \(filter)")
        }
    }

    /// What experiments, prompts and scores are made of.
    private func experiments(_ stores: Stores, _ spans: [StoredSpan], _ dice: inout Dice) async throws {
        let configs = Set(spans.compactMap(\.configKey)).union(["support-agent"]).sorted()
        let prompts = Set(spans.compactMap(\.span.promptKey)).sorted()
        #expect(!prompts.isEmpty)
        for other in stores.others {
            for config in configs {
                let query = ConfigSessionQuery(configKey: config, since: nil, limit: 100)
                let (found, known) = try await (other.configSessions(query), stores.memory.configSessions(query))
                #expect(found.sessions == known.sessions && found.total == known.total, "\(config)")
                let scope = CallQuery(.config(config), limit: .max)
                #expect(try await other.calls(scope).calls == stores.memory.calls(scope).calls, "\(config)")
            }
            for prompt in prompts {
                let scope = CallQuery(.prompt(prompt), limit: .max)
                #expect(try await other.calls(scope).calls == stores.memory.calls(scope).calls, "\(prompt)")
            }
            let scores = try await other.scores(ScoreQuery(.everything))
            #expect(try await Set(scores.scores) == Set(stores.memory.scores(ScoreQuery(.everything)).scores))
        }
        for config in configs {
            let highest = try await stores.file.highestVersion(ofConfig: config)
            #expect(try await stores.server.highestVersion(ofConfig: config) == highest)
        }
        for prompt in prompts {
            let highest = try await stores.file.highestVersion(ofPrompt: prompt)
            #expect(try await stores.server.highestVersion(ofPrompt: prompt) == highest)
        }
    }
}

extension InMemoryTraceStore {
    /// Spans, sessions, spans of runs.
    fileprivate func figures() async throws -> (Int, Int, Int) {
        let overview = try await overview()
        return (overview.spans, overview.sessions, overview.triedSpans)
    }
}
