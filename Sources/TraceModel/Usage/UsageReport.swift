/// A request for sums.
public struct UsageQuery: Sendable {
    /// Which spans.
    public var filter: SpanFilter
    /// By what, the first first; nothing sums all.
    public var fields: [UsageField]
    /// By which pieces of time, if any.
    public var bucket: UsageBucket?
    /// Seconds that the wall clock of whoever looks is ahead of UTC at a moment: where days begin.
    public var offset: @Sendable (Timestamp) -> Int

    /// Makes a query.
    public init(
        filter: SpanFilter = .all, by fields: [UsageField], bucket: UsageBucket? = nil,
        offset: @escaping @Sendable (Timestamp) -> Int = { _ in 0 }
    ) {
        self.filter = filter
        self.fields = fields
        self.bucket = bucket
        self.offset = offset
    }
}

/// Sums over spans: calls over those of kind ``SpanKind/llm`` that are requests of their own, tokens and cost over those
/// that count (D9, D9g, D20a), exact percentiles by nearest rank.
public struct UsageFigures: Hashable, Sendable {
    /// Spans of any kind.
    public var spans = 0
    /// Sessions they belong to.
    public var sessions = 0
    /// Model calls.
    public var llmCalls = 0
    /// Spans that failed, of any kind: tools too.
    public var errors = 0
    /// Model calls that failed.
    public var failedCalls = 0
    /// Prompt tokens.
    public var promptTokens = 0
    /// Completion tokens.
    public var completionTokens = 0
    /// Total tokens.
    public var totalTokens = 0
    /// Prompt tokens read from a cache.
    public var cachedTokens = 0
    /// What emitters said was paid, nano-dollars; `nil` where none said.
    public var reportedCost: Int64?
    /// What is estimated of the rest, nano-dollars; `nil` where nothing is.
    public var estimatedCost: Int64?
    /// Model calls of which no cost is known: the sum says nothing of them.
    public var callsWithoutCost = 0
    /// Median duration of the calls, nanoseconds.
    public var latencyP50: Int64?
    /// 95th percentile of the duration, nanoseconds.
    public var latencyP95: Int64?
    /// Median time to first token, nanoseconds.
    public var ttftP50: Int64?
    /// 95th percentile of the time to first token, nanoseconds.
    public var ttftP95: Int64?

    /// Nothing.
    public init() {}

    /// The share of the model calls that failed, 0–1; `nil` where there is no call.
    public var errorRate: Double? { llmCalls > 0 ? Double(failedCalls) / Double(llmCalls) : nil }

    /// Reported and estimated together; estimated as soon as a part is.
    public var cost: Cost? {
        guard reportedCost != nil || estimatedCost != nil else { return nil }
        let (sum, overflow) = (reportedCost ?? 0).addingReportingOverflow(estimatedCost ?? 0)
        return Cost(nanoDollars: overflow ? .max : sum, isEstimated: estimatedCost != nil)
    }
}

/// One group's sums.
public struct UsageRow: Hashable, Sendable {
    /// The start of the piece of time, where the query asked for pieces.
    public var bucketStart: Timestamp?
    /// The fields' values in the query's order; `nil` for spans that have none.
    public var values: [String?]
    /// The sums.
    public var figures: UsageFigures

    /// Makes a row.
    public init(bucketStart: Timestamp?, values: [String?], figures: UsageFigures) {
        self.bucketStart = bucketStart
        self.values = values
        self.figures = figures
    }
}

/// Sums by groups.
public struct UsageReport: Hashable, Sendable {
    /// The groups: by time, then those that cost most, used most tokens, have most spans; then by their values' bytes.
    public var rows: [UsageRow]
    /// All together, each span once.
    public var total: UsageFigures
    /// The store's revision the sums were read at.
    public var revision: Int64

    /// Makes a report.
    public init(rows: [UsageRow], total: UsageFigures, revision: Int64) {
        self.rows = rows
        self.total = total
        self.revision = revision
    }
}
