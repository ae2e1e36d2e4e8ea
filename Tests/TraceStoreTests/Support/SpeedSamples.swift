import Testing
import TraceModel

/// Answers of every speed there is, and of none.
enum SpeedSamples {
    /// 30 and 30.000 000 04 tokens a second, thirds, nothing, and as much as fits.
    private static let tokens: [Int?] = [nil, 0, 1, 60, 1_000_000_007, .max]
    private static let durations: [Int64?] = [
        nil, 0, 1, 700_000_001, 2_000_000_000, 2_000_000_003, 3_700_000_001, .max,
    ]
    private static let firstTokens: [Int64?] = [nil, 1, 700_000_001, 1_700_000_000, .max]

    private static let spans: [IngestedSpan] = tokens.flatMap { tokens in
        durations.flatMap { duration in
            firstTokens.map { firstToken in
                let name = "\(tokens ?? -1)-\(duration ?? -1)-\(firstToken ?? -1)"
                var ingested = Samples.span("a", trace: name, session: name)
                ingested.span.usage.completion = tokens
                ingested.span.durationNanoseconds = duration
                ingested.span.timeToFirstTokenNanoseconds = firstToken
                return ingested
            }
        }
    }

    /// Asks for them by bounds on and beside their speeds, and turned round: SQL finds what `Span.value(of:)` finds.
    static func compare(_ store: some SpanStore) async throws {
        let reference = InMemoryTraceStore(lookup: RandomSpans.lookup)
        let batch = IngestBatch(spans: spans)
        _ = try await reference.append(batch)
        _ = try await store.append(batch)
        let speeds = Set(spans.compactMap { $0.span.outputMilliTokensPerSecond }).sorted()
        try #require(speeds.count > 30 && speeds.first == 0 && speeds.last == 9_000_000_000_000_000_000)
        let some = stride(from: 0, to: speeds.count, by: 8).map { speeds[$0] }
        for bound in [30_000, 60_000] + some + some.map({ $0 + 1 }) {
            for comparison in [SpanFilter.Comparison.equal, .greater] {
                let filter = SpanFilter.number(.speed, comparison, bound)
                for filter in [filter, .not(filter)] {
                    let query = SpanQuery(filter: filter, anchor: .oldest, limit: 1000)
                    #expect(try await store.spans(query) == reference.spans(query), "\(filter)")
                }
            }
        }
    }
}
