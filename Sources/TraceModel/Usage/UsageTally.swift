/// What a span brings to sums.
public struct UsageSpan: Sendable {
    /// What it is for.
    public var kind: SpanKind
    /// Whether it failed.
    public var isError: Bool
    /// What of it counts.
    public var counts: SpanCounts
    /// When it started.
    public var start: Timestamp
    /// How long it took, nanoseconds.
    public var duration: Int64?
    /// Time to first token, nanoseconds.
    public var timeToFirstToken: Int64?
    /// Tokens: prompt, completion, total and cached are read.
    public var usage: TokenUsage
    /// Cost.
    public var cost: Cost?
    /// Its session, as a number that is the same for the same session.
    public var session: Int64

    /// Makes one.
    public init(
        kind: SpanKind, isError: Bool, counts: SpanCounts, start: Timestamp, duration: Int64?, timeToFirstToken: Int64?,
        usage: TokenUsage, cost: Cost?, session: Int64
    ) {
        self.kind = kind
        self.isError = isError
        self.counts = counts
        self.start = start
        self.duration = duration
        self.timeToFirstToken = timeToFirstToken
        self.usage = usage
        self.cost = cost
        self.session = session
    }

    /// What a stored span brings.
    public init(_ stored: StoredSpan, session: Int64) {
        self.init(
            kind: stored.span.kind, isError: stored.span.status == .error, counts: stored.counts,
            start: stored.span.start, duration: stored.span.durationNanoseconds,
            timeToFirstToken: stored.span.timeToFirstTokenNanoseconds, usage: stored.span.usage, cost: stored.span.cost,
            session: session)
    }
}

/// Adds spans up by group.
///
/// Values are interned and groups found by pairs of numbers, so that a span costs a look-up a field and no memory of its
/// own; durations are kept, since percentiles are exact.
public struct UsageTally: Sendable {
    private let query: UsageQuery
    private var names: [[ExactText: Int]]
    private var texts: [[String]]
    /// Steps from a node by a value to the next node, which has the step's place and one; 0 is where all begin.
    private var steps = NumberTable()
    /// Where in ``groups`` a node's group is, by node.
    private var leaves: [Int?] = []
    private var buckets = NumberTable()
    private var groups: [Group] = []
    private var latencies = GroupedNumbers()
    private var firstTokens = GroupedNumbers()
    /// All together, where spans count in several groups; else the groups say it.
    private var total: Whole?
    private var lastBucket: (range: Range<Int64>, start: Int64)?

    private struct Group: Sendable {
        var bucketStart: Int64?
        /// A place in ``texts`` for each field, 0 for none.
        var values: [Int]
        var sums = GroupSums()
    }

    /// All spans, each once.
    private struct Whole: Sendable {
        var sums = GroupSums()
        var latencies = GroupedNumbers()
        var firstTokens = GroupedNumbers()

        mutating func add(_ span: UsageSpan) {
            sums.add(span)
            guard span.isCall else { return }
            if let duration = span.duration { latencies.add(duration, to: 0) }
            if let firstToken = span.timeToFirstToken { firstTokens.add(firstToken, to: 0) }
        }

        mutating func add(_ other: Whole) {
            sums.add(other.sums)
            latencies.add(other.latencies, as: [0])
            firstTokens.add(other.firstTokens, as: [0])
        }
    }

    /// Begins with nothing.
    public init(_ query: UsageQuery) {
        self.query = query
        names = Array(repeating: [:], count: query.fields.count)
        texts = Array(repeating: [""], count: query.fields.count)
        if query.fields.contains(.tag) { total = Whole() }
    }

    /// The number of a field's value, for ``add(_:numbers:)``; 0 stands for none.
    public mutating func number(of text: String?, field: Int) -> Int {
        guard let text else { return 0 }
        let key = ExactText(text)
        if let number = names[field][key] { return number }
        texts[field].append(text)
        names[field][key] = texts[field].count - 1
        return texts[field].count - 1
    }

    /// Adds a span with each field's values; where a field has several, the span counts in each of their groups.
    public mutating func add(_ span: UsageSpan, values: [[String]]) {
        total?.add(span)
        var combinations: [[Int]] = [[]]
        for (field, values) in values.enumerated() {
            let numbers = values.isEmpty ? [0] : values.map { number(of: $0, field: field) }
            combinations = combinations.flatMap { head in numbers.map { head + [$0] } }
        }
        for numbers in combinations { add(span, numbers: numbers) }
    }

    /// Adds a span to the group of one value of each field, by the values' numbers.
    public mutating func add(_ span: UsageSpan, numbers: [Int]) {
        let bucketStart = query.bucket.map { start(of: $0, span.start) }
        let group = group(bucketStart, numbers)
        groups[group].sums.add(span)
        guard span.isCall else { return }
        if let duration = span.duration { latencies.add(duration, to: group) }
        if let firstToken = span.timeToFirstToken { firstTokens.add(firstToken, to: group) }
    }

    /// Adds what another tally of the same query has of other spans.
    public mutating func add(_ other: consuming UsageTally) {
        if let theirs = other.total { total?.add(theirs) }
        var names: [Int] = []
        names.reserveCapacity(other.groups.count)
        for group in other.groups {
            let numbers = group.values.enumerated().map { field, number in
                number == 0 ? 0 : self.number(of: other.texts[field][number], field: field)
            }
            names.append(self.group(group.bucketStart, numbers))
            groups[names[names.count - 1]].sums.add(group.sums)
        }
        latencies.add(other.latencies, as: names)
        firstTokens.add(other.firstTokens, as: names)
    }

    private mutating func group(_ bucketStart: Int64?, _ numbers: [Int]) -> Int {
        var node = 0
        if let bucketStart { step(from: &node, by: buckets.place(of: UInt64(bitPattern: bucketStart)), of: 0xF) }
        for (field, number) in numbers.enumerated() { step(from: &node, by: number, of: field & 0xF) }
        while leaves.count <= node { leaves.append(nil) }
        if let group = leaves[node] { return group }
        groups.append(Group(bucketStart: bucketStart, values: numbers))
        leaves[node] = groups.count - 1
        return groups.count - 1
    }

    private mutating func step(from node: inout Int, by number: Int, of field: Int) {
        node = steps.place(of: UInt64(node) << 34 | UInt64(number) << 4 | UInt64(field)) + 1
    }

    /// The start of the piece of time that a moment lies in; spans that come one after another mostly share it.
    private mutating func start(of bucket: UsageBucket, _ moment: Timestamp) -> Int64 {
        let time = moment.unixNanoseconds
        if let lastBucket, lastBucket.range.contains(time) { return lastBucket.start }
        // Within a minute a clock is changed once at most: where both ends are of one piece, all between is.
        let minute = UsageBucket.minute.nanoseconds
        let first = time - time % minute
        let start = bucket.start(of: Timestamp(unixNanoseconds: first), offset: query.offset)
        guard time >= 0, time < .max - minute,
            bucket.start(of: Timestamp(unixNanoseconds: first + minute - 1), offset: query.offset) == start
        else { return bucket.start(of: moment, offset: query.offset).unixNanoseconds }
        var range = first..<first + minute
        if let (known, itsStart) = lastBucket, itsStart == start.unixNanoseconds, known.lowerBound <= range.upperBound,
            range.lowerBound <= known.upperBound
        {
            range = min(known.lowerBound, range.lowerBound)..<max(known.upperBound, range.upperBound)
        }
        lastBucket = (range, start.unixNanoseconds)
        return start.unixNanoseconds
    }

    /// The sums. Nothing is left of the tally then.
    public consuming func report(revision: Int64) -> UsageReport {
        let latencies = latencies.takeRanks(of: groups.count)
        let firstTokens = firstTokens.takeRanks(of: groups.count)
        let rows = groups.indices.map { place in
            UsageRow(
                bucketStart: groups[place].bucketStart.map(Timestamp.init(unixNanoseconds:)),
                values: groups[place].values.enumerated().map { $1 == 0 ? nil : texts[$0][$1] },
                figures: groups[place].sums.figures(latencies.each[place], firstTokens.each[place]))
        }
        let all: UsageFigures
        if var total {
            let (latencies, firstTokens) = (total.latencies.takeRanks(of: 1), total.firstTokens.takeRanks(of: 1))
            all = total.sums.figures(latencies.all, firstTokens.all)
        } else {
            all = GroupSums(of: groups.lazy.map(\.sums)).figures(latencies.all, firstTokens.all)
        }
        // Places are moved about sooner than rows.
        let order = rows.indices.sorted { UsageRow.precedes(rows[$0], rows[$1]) }
        return UsageReport(rows: order.map { rows[$0] }, total: all, revision: revision)
    }
}

extension UsageSpan {
    /// Whether it counts as a call, so that its durations count.
    fileprivate var isCall: Bool { kind == .llm && counts.contains(.call) }
}

extension UsageRow {
    /// The order of a report.
    public static func precedes(_ left: UsageRow, _ right: UsageRow) -> Bool {
        if left.bucketStart != right.bucketStart {
            return (left.bucketStart?.unixNanoseconds ?? .min) < (right.bucketStart?.unixNanoseconds ?? .min)
        }
        let (first, second) = (left.figures, right.figures)
        let costs = (first.cost?.nanoDollars ?? -1, second.cost?.nanoDollars ?? -1)
        if costs.0 != costs.1 { return costs.0 > costs.1 }
        if first.totalTokens != second.totalTokens { return first.totalTokens > second.totalTokens }
        if first.spans != second.spans { return first.spans > second.spans }
        for (one, other) in zip(left.values, right.values)
        where one != other || one.map(ExactText.init) != other.map(ExactText.init) {
            guard let one, let other else { return one != nil }
            return ExactText(one) < ExactText(other)
        }
        return false
    }
}

/// One group's sums while they grow, but for its durations. Sums saturate: absurd figures from an emitter must not stop the
/// program.
private struct GroupSums: Sendable {
    private var sums = UsageFigures()
    private var sessions = NumberTable()
    private var lastSession: Int64?

    init() {}

    /// All of several.
    init(of parts: some Sequence<GroupSums>) {
        for part in parts { add(part) }
    }

    mutating func add(_ span: UsageSpan) {
        sums.spans += 1
        if span.isError { sums.errors += 1 }
        if span.session != lastSession {
            _ = sessions.place(of: UInt64(bitPattern: span.session))
            lastSession = span.session
        }
        if span.counts.contains(.tokens) { add(span.usage) }
        let cost = span.counts.contains(.cost) ? span.cost : nil
        if let cost { add(cost) }
        guard span.isCall else { return }
        sums.llmCalls += 1
        if span.isError { sums.failedCalls += 1 }
        if cost == nil, span.counts.contains(.cost) { sums.callsWithoutCost += 1 }
    }

    mutating func add(_ other: GroupSums) {
        sums.spans += other.sums.spans
        sums.errors += other.sums.errors
        sums.llmCalls += other.sums.llmCalls
        sums.failedCalls += other.sums.failedCalls
        sums.callsWithoutCost += other.sums.callsWithoutCost
        sums.promptTokens = saturatingSum(sums.promptTokens, other.sums.promptTokens)
        sums.completionTokens = saturatingSum(sums.completionTokens, other.sums.completionTokens)
        sums.totalTokens = saturatingSum(sums.totalTokens, other.sums.totalTokens)
        sums.cachedTokens = saturatingSum(sums.cachedTokens, other.sums.cachedTokens)
        if let cost = other.sums.estimatedCost { add(Cost(nanoDollars: cost, isEstimated: true)) }
        if let cost = other.sums.reportedCost { add(Cost(nanoDollars: cost, isEstimated: false)) }
        for session in other.sessions.numbers { _ = sessions.place(of: session) }
    }

    private mutating func add(_ usage: TokenUsage) {
        let (prompt, completion) = (usage.prompt ?? 0, usage.completion ?? 0)
        sums.promptTokens = saturatingSum(sums.promptTokens, prompt)
        sums.completionTokens = saturatingSum(sums.completionTokens, completion)
        sums.totalTokens = saturatingSum(sums.totalTokens, usage.total ?? saturatingSum(prompt, completion))
        sums.cachedTokens = saturatingSum(sums.cachedTokens, usage.cached ?? 0)
    }

    private mutating func add(_ cost: Cost) {
        if cost.isEstimated {
            sums.estimatedCost = saturatingSum(sums.estimatedCost ?? 0, cost.nanoDollars)
        } else {
            sums.reportedCost = saturatingSum(sums.reportedCost ?? 0, cost.nanoDollars)
        }
    }

    func figures(_ latencies: GroupedNumbers.Ranks, _ firstTokens: GroupedNumbers.Ranks) -> UsageFigures {
        var figures = sums
        figures.sessions = sessions.numbers.count
        figures.latencyP50 = latencies.p50
        figures.latencyP95 = latencies.p95
        figures.ttftP50 = firstTokens.p50
        figures.ttftP95 = firstTokens.p95
        return figures
    }
}
