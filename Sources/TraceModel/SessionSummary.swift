/// A session's figures (docs/command-line.md §2, D20). Latency and TTFT run over the session's LLM calls, exact, by
/// nearest rank; tokens and cost over the spans that count.
public struct SessionSummary: Hashable, Sendable {
    /// The session.
    public var sessionID: String
    /// The first config key by start time.
    public var configKey: String?
    /// The first customer by start time.
    public var customerID: String?
    /// The first start.
    public var startedAt: Timestamp
    /// The last end, or the last start while everything still runs.
    public var lastAt: Timestamp
    /// All spans.
    public var spans = 0
    /// Spans of kind ``SpanKind/llm``.
    public var llmCalls = 0
    /// Spans that failed.
    public var errors = 0
    /// Spans that have started and not ended.
    public var running = 0
    /// Models of the LLM calls, each once, sorted by UTF-8 bytes.
    public var models: [String] = []
    /// Prompt tokens.
    public var promptTokens = 0
    /// Completion tokens.
    public var completionTokens = 0
    /// Total tokens.
    public var totalTokens = 0
    /// Cost; `nil` when no span has one. Estimated when any part of it is.
    public var cost: Cost?
    /// Median latency, nanoseconds.
    public var latencyP50Nanoseconds: Int64?
    /// 95th percentile latency, nanoseconds.
    public var latencyP95Nanoseconds: Int64?
    /// Longest latency, nanoseconds.
    public var latencyMaxNanoseconds: Int64?
    /// Median time to first token, nanoseconds.
    public var ttftP50Nanoseconds: Int64?
    /// 95th percentile time to first token, nanoseconds.
    public var ttftP95Nanoseconds: Int64?
    /// Its scores and those of its spans, by name and judge.
    public var scores: [Score] = []
    /// What a person keeps of it.
    public var kept: KeptSession?

    /// Makes a summary without figures.
    public init(sessionID: String, startedAt: Timestamp, lastAt: Timestamp) {
        self.sessionID = sessionID
        self.startedAt = startedAt
        self.lastAt = lastAt
    }
}
