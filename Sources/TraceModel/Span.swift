/// One span, normalised: the fields every screen, query and export reads.
///
/// What is large (messages, attributes, events) is not here but in the ``payload``, which `SpanCodec` decodes to a
/// ``SpanDetail`` when somebody looks. Field by field the meaning follows docs/normalisation.md §2 and the D1–D19.
public struct Span: Hashable, Sendable {
    /// Trace and span id.
    public var key: SpanKey
    /// The parent's span id in the same trace; `nil` for a root.
    public var parentID: String?
    /// The span's own name (D3).
    public var name: String
    /// What it is for.
    public var kind: SpanKind
    /// Whose conventions it follows.
    public var dialect: SpanDialect
    /// Session, customer and config key as this span and its resource say them, before inheritance (D4).
    public var identity: SpanIdentity
    /// Canonical provider name (`openai`, `anthropic`, …).
    public var provider: String?
    /// The model asked for, in the vendor's spelling.
    public var requestModel: String?
    /// The model that answered.
    public var responseModel: String?
    /// The provider's id of the answer: two spans of a trace that share it are one call (D9).
    public var responseID: String?
    /// When it started.
    public var start: Timestamp
    /// When it ended; `nil` while it runs (a start record of a local exporter).
    public var end: Timestamp?
    /// How long it took, in nanoseconds: the record's own figure, else end − start; `nil` while it runs (D8).
    public var durationNanoseconds: Int64?
    /// Time to first token in nanoseconds; `nil` when unknown, zero or longer than the span.
    public var timeToFirstTokenNanoseconds: Int64?
    /// Whether the answer was streamed.
    public var isStreaming: Bool
    /// Tokens.
    public var usage: TokenUsage
    /// What it cost.
    public var cost: Cost?
    /// Why the model stopped, folded (`stop`, `length`, `tool_call`, `content_filter`, `error`, or the vendor's word).
    public var finishReason: String?
    /// How it ended.
    public var status: SpanStatus
    /// What went wrong.
    public var errorMessage: String?
    /// Key of the managed prompt used.
    public var promptKey: String?
    /// Version of the managed prompt: a decimal integer for Fallom, any text for others.
    public var promptVersion: String?
    /// Key of the prompt A/B test that chose the prompt.
    public var promptABTestKey: String?
    /// Which variant it chose, from 0.
    public var promptVariantIndex: Int?
    /// Tags, sorted, without repeats.
    public var tags: [String]
    /// Free metadata.
    public var metadata: AttributeMap
    /// The texts that the session's model was asked for with (`fallom.context`); `nil` where the span does not say.
    public var context: AttributeMap?
    /// Names of the tools the model asked to call, in the order of its answer (D16).
    public var toolCalls: [String]

    /// The model to show and to price: the one that answered, else the one asked for (D7).
    public var model: String? { responseModel ?? requestModel }

    /// Whether it has not ended yet.
    public var isRunning: Bool { end == nil && durationNanoseconds == nil }
}

extension Span {
    /// Makes a span; what is left out is unknown.
    public init(
        key: SpanKey, parentID: String? = nil, name: String, kind: SpanKind = .custom, dialect: SpanDialect = .otel,
        identity: SpanIdentity = SpanIdentity(), provider: String? = nil, requestModel: String? = nil,
        responseModel: String? = nil, responseID: String? = nil, start: Timestamp, end: Timestamp? = nil,
        durationNanoseconds: Int64? = nil, timeToFirstTokenNanoseconds: Int64? = nil, isStreaming: Bool = false,
        usage: TokenUsage = TokenUsage(), cost: Cost? = nil, finishReason: String? = nil, status: SpanStatus = .unset,
        errorMessage: String? = nil, promptKey: String? = nil, promptVersion: String? = nil,
        promptABTestKey: String? = nil, promptVariantIndex: Int? = nil, tags: [String] = [],
        metadata: AttributeMap = AttributeMap(), toolCalls: [String] = [], context: AttributeMap? = nil
    ) {
        // What the compiler makes hands each field on; written out, all of them would be copied once more.
        self.init(
            key: key, parentID: parentID, name: name, kind: kind, dialect: dialect, identity: identity,
            provider: provider, requestModel: requestModel, responseModel: responseModel, responseID: responseID,
            start: start, end: end, durationNanoseconds: durationNanoseconds,
            timeToFirstTokenNanoseconds: timeToFirstTokenNanoseconds, isStreaming: isStreaming, usage: usage,
            cost: cost, finishReason: finishReason, status: status, errorMessage: errorMessage, promptKey: promptKey,
            promptVersion: promptVersion, promptABTestKey: promptABTestKey, promptVariantIndex: promptVariantIndex,
            tags: tags, metadata: metadata, context: context, toolCalls: toolCalls)
    }
}
