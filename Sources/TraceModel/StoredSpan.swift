/// A span as the store gives it: its fields and what the store resolved about it.
public struct StoredSpan: Hashable, Sendable {
    /// The span's place in the order of first arrival; stable, grows by one per new span, never reused.
    public var sequence: Int64
    /// The normalised fields.
    public var span: Span
    /// The effective session (D4): inherited, at last the trace id.
    public var sessionID: String
    /// The effective customer.
    public var customerID: String?
    /// The effective config key.
    public var configKey: String?
    /// What of it counts in sums (D9, D20a).
    public var counts: SpanCounts
    /// How many ancestors are in the store, 0 for a root: the indent in a list.
    public var depth: Int
    /// Its scores, by name and judge.
    public var scores: [Score] = []

    /// Whether its tokens count in sums; `false` when a descendant or an earlier twin has the same.
    public var isCounted: Bool { counts.contains(.tokens) }

    /// Whether it is a request to a model, and not the same request told by a span inside another (D20a).
    public var isCall: Bool { span.kind == .llm && counts.contains(.call) }
}

extension StoredSpan {
    /// Makes one.
    public init(
        sequence: Int64, span: Span, sessionID: String, customerID: String?, configKey: String?,
        counts: SpanCounts = .all, depth: Int
    ) {
        // As for ``Span``: no further copy.
        self.init(
            sequence: sequence, span: span, sessionID: sessionID, customerID: customerID, configKey: configKey,
            counts: counts, depth: depth, scores: [])
    }
}

/// A stored span with the bytes it came from and the content that came apart from it.
public struct StoredSpanPayload: Sendable {
    /// The span.
    public var stored: StoredSpan
    /// Its bytes.
    public var payload: SpanPayload
    /// Logged content joined to it, in order of time.
    public var contents: [IngestedContent]
    /// Why the bytes cannot be read any more, where they cannot: then ``payload`` holds none, and what was said in the
    /// span is lost. Its figures are whole.
    public var loss: String?

    /// Makes one.
    public init(stored: StoredSpan, payload: SpanPayload, contents: [IngestedContent], loss: String? = nil) {
        self.stored = stored
        self.payload = payload
        self.contents = contents
        self.loss = loss
    }
}
