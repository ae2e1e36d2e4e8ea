public import OrderedJSON
public import TraceModel

/// A Fallom record: the one JSON object that the SDKs post to `/v1/traces` and that the local exporters write, one a
/// line or one a datagram (docs/wire.md §3).
///
/// A record without ``endTime`` is a *start record*: it says that a call is in flight. The finished record of the same
/// ids takes its place, in whatever order the two arrive.
public struct FallomRecord: Hashable, Sendable {
    /// The app's config key.
    public var configKey: String
    /// The chat session.
    public var sessionID: String
    /// The customer.
    public var customerID: String?
    /// 32 hexadecimal digits.
    public var traceID: String
    /// 16 hexadecimal digits.
    public var spanID: String
    /// The parent's span id; `nil` for a root.
    public var parentSpanID: String?
    /// The span's name.
    public var name: String
    /// What the span is for.
    public var kind: SpanKind?
    /// The model that answered, else the one asked for.
    public var model: String?
    /// When it started.
    public var startTime: Timestamp
    /// When it ended; `nil` in a start record.
    public var endTime: Timestamp?
    /// How long it took, in milliseconds; a fraction is kept.
    public var durationMilliseconds: Double?
    /// Whether it failed.
    public var isError: Bool
    /// What went wrong.
    public var errorMessage: String?
    /// Milliseconds from the start to the first content token.
    public var timeToFirstTokenMilliseconds: Double?
    /// Whether the answer was streamed.
    public var isStreaming: Bool?
    /// Free metadata.
    public var metadata: [JSONMember]
    /// Tags.
    public var tags: [String]
    /// `fallom.*` and other attributes, any JSON.
    public var attributes: [JSONMember]
    /// Key of the managed prompt used.
    public var promptKey: String?
    /// Its version.
    public var promptVersion: Int?
    /// The prompt A/B test that chose it.
    public var promptABTestKey: String?
    /// Which variant, from 0.
    public var promptVariantIndex: Int?

    /// Makes a record; what is left out is not written.
    public init(
        configKey: String, sessionID: String, customerID: String? = nil, traceID: String, spanID: String,
        parentSpanID: String? = nil, name: String, kind: SpanKind? = nil, model: String? = nil, startTime: Timestamp,
        endTime: Timestamp? = nil, durationMilliseconds: Double? = nil, isError: Bool = false,
        errorMessage: String? = nil, timeToFirstTokenMilliseconds: Double? = nil, isStreaming: Bool? = nil,
        metadata: [JSONMember] = [], tags: [String] = [], attributes: [JSONMember] = [], promptKey: String? = nil,
        promptVersion: Int? = nil, promptABTestKey: String? = nil, promptVariantIndex: Int? = nil
    ) {
        self.configKey = configKey
        self.sessionID = sessionID
        self.customerID = customerID
        self.traceID = traceID
        self.spanID = spanID
        self.parentSpanID = parentSpanID
        self.name = name
        self.kind = kind
        self.model = model
        self.startTime = startTime
        self.endTime = endTime
        self.durationMilliseconds = durationMilliseconds
        self.isError = isError
        self.errorMessage = errorMessage
        self.timeToFirstTokenMilliseconds = timeToFirstTokenMilliseconds
        self.isStreaming = isStreaming
        self.metadata = metadata
        self.tags = tags
        self.attributes = attributes
        self.promptKey = promptKey
        self.promptVersion = promptVersion
        self.promptABTestKey = promptABTestKey
        self.promptVariantIndex = promptVariantIndex
    }
}
