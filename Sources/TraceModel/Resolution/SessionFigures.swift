/// What a session's figures need to know of one of its spans.
public struct SessionSpan: Hashable, Sendable {
    /// Place in the order of first arrival.
    public var sequence: Int64
    /// What it is for.
    public var kind: SpanKind
    /// How it ended.
    public var status: SpanStatus
    /// Whether it has not ended yet.
    public var isRunning: Bool
    /// When it started.
    public var start: Timestamp
    /// When it ended.
    public var end: Timestamp?
    /// How long it took, nanoseconds.
    public var durationNanoseconds: Int64?
    /// Time to first token, nanoseconds.
    public var timeToFirstTokenNanoseconds: Int64?
    /// The model that answered, else the one asked for.
    public var model: String?
    /// Tokens; only prompt, completion and total are read.
    public var usage: TokenUsage
    /// Cost.
    public var cost: Cost?
    /// What of it counts.
    public var counts: SpanCounts
    /// The effective customer.
    public var customerID: String?
    /// The effective config key.
    public var configKey: String?

    /// Makes one.
    public init(
        sequence: Int64, kind: SpanKind, status: SpanStatus, isRunning: Bool, start: Timestamp, end: Timestamp?,
        durationNanoseconds: Int64?, timeToFirstTokenNanoseconds: Int64?, model: String?, usage: TokenUsage,
        cost: Cost?, counts: SpanCounts, customerID: String?, configKey: String?
    ) {
        self.sequence = sequence
        self.kind = kind
        self.status = status
        self.isRunning = isRunning
        self.start = start
        self.end = end
        self.durationNanoseconds = durationNanoseconds
        self.timeToFirstTokenNanoseconds = timeToFirstTokenNanoseconds
        self.model = model
        self.usage = usage
        self.cost = cost
        self.counts = counts
        self.customerID = customerID
        self.configKey = configKey
    }

    /// What a stored span brings.
    public init(_ stored: StoredSpan) {
        self.init(
            sequence: stored.sequence, kind: stored.span.kind, status: stored.span.status,
            isRunning: stored.span.isRunning, start: stored.span.start, end: stored.span.end,
            durationNanoseconds: stored.span.durationNanoseconds,
            timeToFirstTokenNanoseconds: stored.span.timeToFirstTokenNanoseconds, model: stored.span.model,
            usage: stored.span.usage, cost: stored.span.cost, counts: stored.counts,
            customerID: stored.customerID, configKey: stored.configKey)
    }
}

/// Adds up a session's spans, in any order, to its figures (docs/command-line.md §2, D20).
///
/// Sums saturate: absurd figures from an emitter must not stop the program.
public struct SessionFigures: Sendable {
    private var summary: SessionSummary
    private var latencies: [Int64] = []
    private var firstTokens: [Int64] = []
    private var models: Set<ExactText> = []
    private var lastModel: ExactText?
    private var lastEnd: Timestamp?
    private var lastStart = Timestamp(unixNanoseconds: .min)
    private var firstConfig: (start: Timestamp, sequence: Int64)?
    private var firstCustomer: (start: Timestamp, sequence: Int64)?

    /// Begins with no spans.
    public init(sessionID: String) {
        summary = SessionSummary(
            sessionID: sessionID, startedAt: Timestamp(unixNanoseconds: .max), lastAt: Timestamp(unixNanoseconds: .max))
    }

    /// Adds one span.
    public mutating func add(_ span: SessionSpan) {
        summary.spans += 1
        if span.isRunning { summary.running += 1 }
        if span.status == .error { summary.errors += 1 }
        summary.startedAt = min(summary.startedAt, span.start)
        lastStart = max(lastStart, span.start)
        let end = span.end ?? span.durationNanoseconds.map { span.start.advanced(byNanoseconds: $0) }
        if let end { lastEnd = max(lastEnd ?? end, end) }
        if span.kind == .llm { addModel(span) }
        if span.kind == .llm, span.counts.contains(.call) { addCall(span) }
        if span.counts.contains(.tokens) { addUsage(span) }
        if span.counts.contains(.cost), let cost = span.cost { add(cost) }
        let place = (start: span.start, sequence: span.sequence)
        if let key = span.configKey, firstConfig.map({ place < $0 }) ?? true {
            firstConfig = place
            summary.configKey = key
        }
        if let customer = span.customerID, firstCustomer.map({ place < $0 }) ?? true {
            firstCustomer = place
            summary.customerID = customer
        }
    }

    private mutating func addCall(_ span: SessionSpan) {
        summary.llmCalls += 1
        if let duration = span.durationNanoseconds { latencies.append(duration) }
        if let firstToken = span.timeToFirstTokenNanoseconds { firstTokens.append(firstToken) }
    }

    private mutating func addModel(_ span: SessionSpan) {
        // Calls of one session mostly use one model: the set is asked only when it changes.
        if let model = span.model.map(ExactText.init), model != lastModel {
            lastModel = model
            models.insert(model)
        }
    }

    private mutating func addUsage(_ span: SessionSpan) {
        let prompt = span.usage.prompt ?? 0
        let completion = span.usage.completion ?? 0
        summary.promptTokens = saturatingSum(summary.promptTokens, prompt)
        summary.completionTokens = saturatingSum(summary.completionTokens, completion)
        let total = span.usage.total ?? saturatingSum(prompt, completion)
        summary.totalTokens = saturatingSum(summary.totalTokens, total)
    }

    private mutating func add(_ cost: Cost) {
        summary.cost = Cost(
            nanoDollars: saturatingSum(summary.cost?.nanoDollars ?? 0, cost.nanoDollars),
            isEstimated: cost.isEstimated || summary.cost?.isEstimated ?? false)
    }

    /// The figures; `nil` when no span was added.
    public func figures() -> SessionSummary? {
        guard summary.spans > 0 else { return nil }
        var summary = summary
        summary.lastAt = lastEnd ?? lastStart
        summary.models = models.sorted().map(\.text)
        let latencies = latencies.sorted()
        summary.latencyP50Nanoseconds = nearestRank(50, of: latencies)
        summary.latencyP95Nanoseconds = nearestRank(95, of: latencies)
        summary.latencyMaxNanoseconds = latencies.last
        let firstTokens = firstTokens.sorted()
        summary.ttftP50Nanoseconds = nearestRank(50, of: firstTokens)
        summary.ttftP95Nanoseconds = nearestRank(95, of: firstTokens)
        return summary
    }
}

/// The nearest-rank percentile: the ⌈p·n/100⌉-th smallest of `sorted`; `nil` when it is empty (D20).
public func nearestRank(_ percent: Int, of sorted: [Int64]) -> Int64? {
    guard !sorted.isEmpty else { return nil }
    let rank = (percent * sorted.count + 99) / 100
    return sorted[min(max(rank, 1), sorted.count) - 1]
}

func saturatingSum<Number: FixedWidthInteger>(_ left: Number, _ right: Number) -> Number {
    let (sum, overflow) = left.addingReportingOverflow(right)
    guard overflow else { return sum }
    return right > 0 ? .max : .min
}
