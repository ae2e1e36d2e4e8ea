import TraceModel

/// What has come lately: the bar's sparkline, rate, 95th percentile and error share.
struct Pulse: Sendable {
    /// Slots of the console's own questions.
    static let overviewSlot = 0
    static let sampleSlot = 1
    /// What may be typed in a filter.
    static let valuesSlot = 2
    /// Spans of this age and younger are in the sample.
    static let sampleSeconds: Int64 = 60
    /// How many spans the sample holds at most.
    static let sampleLimit = 300

    private(set) var overview: StoreOverview?
    /// Spans that came in each of the last seconds, latest last.
    private(set) var perSecond = [Int](repeating: 0, count: 12)
    private var currentSecond: Int64 = 0
    /// What came before is no rate.
    private var countsFrom: Timestamp?
    var overviewLoader = Loader(slot: overviewSlot)
    var sampleLoader = Loader(slot: sampleSlot)
    private(set) var sample = Sample()
    var alarms = Alarms()
    /// When the sample was last asked for.
    private var sampledAt: Timestamp?
    /// The store has changed since.
    private var isSampleOld = false

    /// Figures of the last minute's spans.
    struct Sample: Hashable, Sendable {
        /// 95th percentile of the LLM calls' latency.
        var latencyP95: Int64?
        /// Finished spans.
        var spans = 0
        /// Of them failed.
        var errors = 0
    }

    /// The bars move, or the sample still has to be read again or to fade.
    var needsClock: Bool { perSecond.contains { $0 > 0 } || isSampleOld || sample.spans > 0 }

    /// Spans a second over the last full seconds that the sparkline shows.
    var rate: Double {
        let full = perSecond.dropLast().suffix(5)
        return Double(full.reduce(0, +)) / Double(max(1, full.count))
    }

    mutating func storeChanged(_ scope: inout Scope) {
        overviewLoader.refresh(.overview, &scope)
        isSampleOld = true
        askForSample(&scope)
    }

    mutating func tick(_ scope: inout Scope) {
        advance(to: scope.now)
        if sample.spans > 0 { isSampleOld = true }
        askForSample(&scope)
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        switch answer {
        case .overview(let overview):
            let verdict = overviewLoader.accept(id)
            guard verdict != .stale else { return }
            take(overview, at: scope.now)
            if verdict == .currentButOld { overviewLoader.ask(.overview, &scope) }
        case .spans(let page):
            guard sampleLoader.accept(id) != .stale else { return }
            sample = Self.sample(of: page.spans, now: scope.now)
            alarms.look(at: page.spans, since: scope.now.advanced(byNanoseconds: -Self.sampleSeconds * 1_000_000_000))
        case .usage(let report, _): alarms.take(report.total, for: id, scope)
        default: break
        }
    }

    mutating func fail(_ id: RequestID) {
        _ = overviewLoader.accept(id)
        _ = sampleLoader.accept(id)
        alarms.fail(id)
    }

    /// Counts anew from about now: what was on its way is given a second to arrive.
    mutating func beginRate(at now: Timestamp) {
        perSecond = [Int](repeating: 0, count: perSecond.count)
        countsFrom = now.advanced(byNanoseconds: 1_000_000_000)
    }

    private mutating func take(_ new: StoreOverview, at now: Timestamp) {
        advance(to: now)
        if let overview, countsFrom.map({ now >= $0 }) ?? true {
            perSecond[perSecond.count - 1] += Int(max(0, new.lastSequence - overview.lastSequence))
        }
        overview = new
    }

    private mutating func advance(to now: Timestamp) {
        let second = now.unixNanoseconds / 1_000_000_000
        let passed = currentSecond == 0 ? 0 : max(0, second - currentSecond)
        currentSecond = second
        guard passed > 0 else { return }
        let empty = Int(min(passed, Int64(perSecond.count)))
        perSecond.removeFirst(empty)
        perSecond += [Int](repeating: 0, count: empty)
    }

    /// At most once a second, and only when there is something new to see.
    private mutating func askForSample(_ scope: inout Scope) {
        guard isSampleOld, !sampleLoader.isLoading else { return }
        if let sampledAt, scope.now.nanoseconds(since: sampledAt) < 900_000_000 { return }
        sampledAt = scope.now
        isSampleOld = false
        // The newest are read without a filter: to look for the young ones in a large store of old ones would read it all.
        sampleLoader.ask(.spans(SpanQuery(limit: Self.sampleLimit)), &scope)
        alarms.askForCost(&scope)
    }

    private static func sample(of spans: [StoredSpan], now: Timestamp) -> Sample {
        let since = now.advanced(byNanoseconds: -sampleSeconds * 1_000_000_000)
        var sample = Sample()
        var latencies: [Int64] = []
        for stored in spans where !stored.span.isRunning && stored.span.start >= since {
            sample.spans += 1
            if stored.span.status == .error { sample.errors += 1 }
            if stored.isCall, let latency = stored.span.durationNanoseconds { latencies.append(latency) }
        }
        latencies.sort()
        if !latencies.isEmpty { sample.latencyP95 = latencies[(latencies.count * 95 + 99) / 100 - 1] }
        return sample
    }
}
