/// What resolving a trace needs to know of one of its spans.
public struct TraceNode: Hashable, Sendable {
    /// The span's id.
    public var spanID: String
    /// The parent's span id; it may name a span that has not arrived.
    public var parentID: String?
    /// Place in the order of first arrival.
    public var sequence: Int64
    /// When it started.
    public var start: Timestamp
    /// What the span and its resource say about session, customer and config key.
    public var identity: SpanIdentity
    /// The provider's id of the answer.
    public var responseID: String?
    /// Whether it reports tokens (``TokenUsage/isPresent``).
    public var hasUsage: Bool
    /// Whether it reports that it cost something; an estimate is no report.
    public var hasCost: Bool
    /// What it is for.
    public var kind: SpanKind

    /// Makes a node.
    public init(
        spanID: String, parentID: String?, sequence: Int64, start: Timestamp, identity: SpanIdentity,
        responseID: String?, hasUsage: Bool, hasCost: Bool = false, kind: SpanKind = .custom
    ) {
        self.spanID = spanID
        self.parentID = parentID
        self.sequence = sequence
        self.start = start
        self.identity = identity
        self.responseID = responseID
        self.hasUsage = hasUsage
        self.hasCost = hasCost
        self.kind = kind
    }

    /// The node of a span that arrived at `sequence`; the span is lent, for its copy would count all its texts.
    public init(_ span: borrowing Span, sequence: Int64) {
        self.init(
            spanID: span.key.spanID, parentID: span.parentID, sequence: sequence, start: span.start,
            identity: span.identity, responseID: span.responseID, hasUsage: span.usage.isPresent,
            hasCost: span.cost?.isReportedAmount ?? false, kind: span.kind)
    }

    /// Whether this one comes before the other in time; equal starts in order of arrival.
    func isEarlier(than other: TraceNode) -> Bool {
        (start, sequence) < (other.start, other.sequence)
    }
}

/// What the rest of its trace says about a span: who it belongs to, whether it counts, how deep it lies.
public struct SpanResolution: Hashable, Sendable {
    /// The effective session; at last the trace id (D4).
    public var sessionID: String
    /// The effective customer.
    public var customerID: String?
    /// The effective config key.
    public var configKey: String?
    /// What of it counts in sums.
    public var counts: SpanCounts
    /// How many ancestors have arrived.
    public var depth: Int

    /// Makes a resolution.
    public init(sessionID: String, customerID: String?, configKey: String?, counts: SpanCounts, depth: Int) {
        self.sessionID = sessionID
        self.customerID = customerID
        self.configKey = configKey
        self.counts = counts
        self.depth = depth
    }
}
