/// In which order spans are read.
public enum SpanOrder: Hashable, Sendable {
    /// Order of first arrival (``StoredSpan/sequence``): what a live list shows.
    case arrival
    /// Order of start time, then sequence: what a history shows.
    case start
}

/// Where a window begins, without counting rows: a keyset, so that the millionth row costs what the first does.
public enum SpanAnchor: Hashable, Sendable {
    /// The newest spans.
    case newest
    /// The oldest spans.
    case oldest
    /// Spans before that one, nearest last.
    case before(SpanKey)
    /// Spans after that one, nearest first.
    case after(SpanKey)
    /// A window that holds that one, with `limit / 2` before it.
    case around(SpanKey)
}

/// A request for a window of spans.
public struct SpanQuery: Hashable, Sendable {
    /// Which spans.
    public var filter: SpanFilter
    /// In which order.
    public var order: SpanOrder
    /// Where the window begins.
    public var anchor: SpanAnchor
    /// How many at most.
    public var limit: Int
    /// Leaves out spans that arrived after this sequence: how a paused screen stays still.
    public var throughSequence: Int64?
    /// Whether calls of runs are let through though the filter names none (``SpanFilter/withoutRuns``).
    public var includesRuns = false
    /// Gives the scores of the spans' sessions, too (``SpanPage/sessionScores``).
    public var withSessionScores: Bool

    /// Makes a query.
    public init(
        filter: SpanFilter = .all, order: SpanOrder = .arrival, anchor: SpanAnchor = .newest, limit: Int,
        throughSequence: Int64? = nil, withSessionScores: Bool = false
    ) {
        self.filter = filter
        self.order = order
        self.anchor = anchor
        self.limit = limit
        self.throughSequence = throughSequence
        self.withSessionScores = withSessionScores
    }
}

/// A window of spans, oldest first.
public struct SpanPage: Hashable, Sendable {
    /// The spans, oldest first in the query's order.
    public var spans: [StoredSpan]
    /// Whether there are earlier spans that match.
    public var hasEarlier: Bool
    /// Whether there are later spans that match.
    public var hasLater: Bool
    /// The store's revision the page was read at.
    public var revision: Int64
    /// The scores of the spans' sessions, where they were asked for.
    public var sessionScores: [Score] = []

    /// Makes a page.
    public init(spans: [StoredSpan], hasEarlier: Bool, hasLater: Bool, revision: Int64) {
        self.spans = spans
        self.hasEarlier = hasEarlier
        self.hasLater = hasLater
        self.revision = revision
    }
}

/// How far a search through texts has come.
public struct SearchProgress: Hashable, Sendable {
    /// What was found so far, nearest first.
    public var found: [StoredSpan]
    /// Parts looked into.
    public var done: Int
    /// Parts in all.
    public var count: Int

    /// Makes a progress.
    public init(found: [StoredSpan], done: Int, count: Int) {
        self.found = found
        self.done = done
        self.count = count
    }
}

/// A column that sessions can be sorted by.
public enum SessionSort: String, Hashable, Sendable, CaseIterable {
    /// Last activity.
    case lastAt = "last_at"
    /// First start.
    case startedAt = "started_at"
    /// Session id, by UTF-8 bytes.
    case sessionID = "session_id"
    /// Number of LLM calls.
    case llmCalls = "llm_calls"
    /// Number of spans.
    case spans
    /// Number of errors.
    case errors
    /// Total tokens.
    case totalTokens = "total_tokens"
    /// Cost.
    case cost = "cost_usd"
    /// Median latency.
    case latencyP50 = "latency_p50_ms"
    /// 95th percentile latency.
    case latencyP95 = "latency_p95_ms"
    /// 95th percentile time to first token.
    case ttftP95 = "ttft_p95_ms"
    /// From the first start to the last activity.
    case duration = "duration_ms"
}

/// A request for a window of sessions. Those of runs are among them only where the filter names runs.
public struct SessionQuery: Hashable, Sendable {
    /// Sessions that have at least one span that matches.
    public var filter: SpanFilter
    /// Only these of them, where a group is looked into.
    public var part: SessionPart?
    /// The column to sort by; ties by session id.
    public var sort: SessionSort
    /// Whether the largest comes first.
    public var descending: Bool
    /// How many sorted sessions to skip.
    public var offset: Int
    /// How many at most.
    public var limit: Int
    /// Whether pinned sessions come before all others, each in the order asked for.
    public var pinnedFirst: Bool

    /// Makes a query.
    public init(
        filter: SpanFilter = .all, part: SessionPart? = nil, sort: SessionSort = .lastAt, descending: Bool = true,
        offset: Int = 0, limit: Int, pinnedFirst: Bool = false
    ) {
        self.filter = filter
        self.part = part
        self.sort = sort
        self.descending = descending
        self.offset = offset
        self.limit = limit
        self.pinnedFirst = pinnedFirst
    }
}

/// A window of sessions.
public struct SessionPage: Hashable, Sendable {
    /// The sessions in the order asked for.
    public var sessions: [SessionSummary]
    /// How many match in all.
    public var total: Int
    /// The store's revision the page was read at.
    public var revision: Int64

    /// Makes a page.
    public init(sessions: [SessionSummary], total: Int, revision: Int64) {
        self.sessions = sessions
        self.total = total
        self.revision = revision
    }
}

/// What a store holds, in figures for the top bar.
public struct StoreOverview: Hashable, Sendable {
    /// Distinct spans.
    public var spans: Int
    /// Distinct sessions.
    public var sessions: Int
    /// Of the spans, those of runs.
    public var triedSpans = 0
    /// The last sequence given out.
    public var lastSequence: Int64
    /// The revision.
    public var revision: Int64
    /// Spans that an index of texts is still to be made of: until then a search looks into each of them.
    public var unindexed: Int

    /// Makes an overview.
    public init(spans: Int, sessions: Int, lastSequence: Int64, revision: Int64, unindexed: Int = 0) {
        self.spans = spans
        self.sessions = sessions
        self.lastSequence = lastSequence
        self.revision = revision
        self.unindexed = unindexed
    }
}

/// The reading side of a store: no method of it writes.
public protocol TraceReader: Sendable {
    /// What the store holds.
    func overview() async throws -> StoreOverview
    /// A window of spans.
    func spans(_ query: SpanQuery) async throws -> SpanPage
    /// A window of spans, with what was found so far told while it takes time.
    func spans(
        _ query: SpanQuery, progress: @escaping @Sendable (SearchProgress) -> Void
    ) async throws -> SpanPage
    /// One span with its bytes; `nil` when there is none of that key.
    func payload(of key: SpanKey) async throws -> StoredSpanPayload?
    /// A window of sessions.
    func sessions(_ query: SessionQuery) async throws -> SessionPage
    /// Sessions put together by day, customer, config or model, with their sums.
    func sessionGroups(_ query: SessionGroupQuery) async throws -> [SessionGroup]
    /// One session's figures.
    func session(_ id: String) async throws -> SessionSummary?
    /// The spans of a session by start time, at most `limit` from the first.
    func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan]
    /// The assignments recorded for a session, oldest first.
    func assignments(ofSession id: String) async throws -> [RecordedAssignment]
    /// The sessions of a config with what they were asked with and what was recorded, in one pass.
    func configSessions(_ query: ConfigSessionQuery) async throws -> ConfigSessionPage
    /// Figures of model calls, in one pass.
    func calls(_ query: CallQuery) async throws -> CallPage
    /// Scores, the latest first.
    func scores(_ query: ScoreQuery) async throws -> ScorePage
    /// Sums over spans by field and by time.
    func usage(_ query: UsageQuery) async throws -> UsageReport
    /// The highest version of a config that an assignment was recorded with; `nil` when there is none.
    func highestVersion(ofConfig key: String) async throws -> Int?
    /// The highest version of a prompt that a span was recorded with; `nil` when there is none.
    func highestVersion(ofPrompt key: String) async throws -> Int?
    /// Revisions as they change, newest only: a slow reader skips what it missed. Ends when the task is cancelled.
    func revisions() -> AsyncStream<Int64>
}

extension TraceReader {
    /// A window of spans, found at once.
    public func spans(
        _ query: SpanQuery, progress: @escaping @Sendable (SearchProgress) -> Void
    ) async throws -> SpanPage {
        try await spans(query)
    }

    /// Sessions put together, from the figures of all of them.
    public func sessionGroups(_ query: SessionGroupQuery) async throws -> [SessionGroup] {
        var tally = SessionGroupTally(query)
        for session in try await sessions(SessionQuery(filter: query.filter, limit: .max)).sessions {
            tally.add(session)
        }
        return tally.result
    }

    /// Keeps none.
    public func scores(_ query: ScoreQuery) async throws -> ScorePage {
        ScorePage(scores: [], isPartial: false, revision: 0)
    }

    /// Knows of none.
    public func highestVersion(ofConfig key: String) async throws -> Int? { nil }

    /// Knows of none.
    public func highestVersion(ofPrompt key: String) async throws -> Int? { nil }
}
