/// A request for the figures of finished model calls, without anything of what was said.
public struct CallQuery: Hashable, Sendable {
    /// Whose calls.
    public enum Scope: Hashable, Sendable {
        /// Those of the sessions of a config (``ConfigSessionQuery``), session by session, the latest first. Of a session
        /// that has spans of the config only those count; one that is tied to it by an assignment alone counts whole.
        case config(String)
        /// Those that used a managed prompt, the last arrived first.
        case prompt(String)
    }

    /// Whose calls.
    public var scope: Scope
    /// Leaves out sessions whose last activity was before this; for a prompt, calls that started before it.
    public var since: Timestamp?
    /// How many at most.
    public var limit: Int

    /// Makes a query.
    public init(_ scope: Scope, since: Timestamp? = nil, limit: Int) {
        self.scope = scope
        self.since = since
        self.limit = limit
    }
}

/// The figures of one finished span that is a model call, tells of one, or costs.
public struct CallFigures: Hashable, Sendable {
    /// What the figures are of.
    public enum Part: Hashable, Sendable {
        /// A call: it is counted, and its times are the caller's.
        case call
        /// An LLM span inside a call (a gateway's, a provider's: D20a). It may bring the call's tokens and cost.
        case insideCall
        /// A span of another kind, which is here for its cost alone.
        case other
    }

    /// Its session, as a place in ``CallPage/sessions``.
    public var session: Int
    /// What they are of.
    public var part: Part
    /// Whether it failed.
    public var isError: Bool
    /// The model that answered, else the one asked for.
    public var model: String?
    /// Version of the managed prompt used.
    public var promptVersion: String?
    /// The variant that a prompt A/B test chose, from 0.
    public var promptVariantIndex: Int?
    /// How long it took, nanoseconds.
    public var durationNanoseconds: Int64?
    /// Time to first token, nanoseconds.
    public var timeToFirstTokenNanoseconds: Int64?
    /// Prompt tokens; `nil` when unknown, or when another span of the trace counts them (D9).
    public var promptTokens: Int?
    /// Completion tokens; `nil` as above.
    public var completionTokens: Int?
    /// Total tokens; `nil` as above.
    public var totalTokens: Int?
    /// Cost; `nil` as above.
    public var cost: Cost?

    /// What a stored span brings to that place; `nil` for a span that runs or has no figures to bring.
    public init?(_ stored: StoredSpan, session: Int) {
        let span = stored.span
        let cost = stored.counts.contains(.cost) ? span.cost : nil
        guard !span.isRunning, span.kind == .llm || cost != nil else { return nil }
        let usage = stored.isCounted ? span.usage : TokenUsage()
        self.init(
            session: session, part: Part(span.kind, stored.counts), isError: span.status == .error, model: span.model,
            promptVersion: span.promptVersion, promptVariantIndex: span.promptVariantIndex,
            durationNanoseconds: span.durationNanoseconds,
            timeToFirstTokenNanoseconds: span.timeToFirstTokenNanoseconds, promptTokens: usage.prompt,
            completionTokens: usage.completion, totalTokens: usage.total, cost: cost)
    }

    /// Makes figures.
    public init(
        session: Int, part: Part, isError: Bool, model: String? = nil, promptVersion: String? = nil,
        promptVariantIndex: Int? = nil, durationNanoseconds: Int64? = nil, timeToFirstTokenNanoseconds: Int64? = nil,
        promptTokens: Int? = nil, completionTokens: Int? = nil, totalTokens: Int? = nil, cost: Cost? = nil
    ) {
        self.session = session
        self.part = part
        self.isError = isError
        self.model = model
        self.promptVersion = promptVersion
        self.promptVariantIndex = promptVariantIndex
        self.durationNanoseconds = durationNanoseconds
        self.timeToFirstTokenNanoseconds = timeToFirstTokenNanoseconds
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.totalTokens = totalTokens
        self.cost = cost
    }
}

extension CallFigures.Part {
    /// What a span of that kind, of which that counts, is a part of.
    public init(_ kind: SpanKind, _ counts: SpanCounts) {
        self = kind != .llm ? .other : counts.contains(.call) ? .call : .insideCall
    }
}

/// Figures of calls.
public struct CallPage: Hashable, Sendable {
    /// The sessions of the calls, each once.
    public var sessions: [String]
    /// The calls: of a config session by session and by start, of a prompt by arrival backwards.
    public var calls: [CallFigures]
    /// Whether there are more than the limit allowed.
    public var isPartial: Bool
    /// The store's revision the page was read at.
    public var revision: Int64

    /// Makes a page.
    public init(sessions: [String], calls: [CallFigures], isPartial: Bool, revision: Int64) {
        self.sessions = sessions
        self.calls = calls
        self.isPartial = isPartial
        self.revision = revision
    }
}
