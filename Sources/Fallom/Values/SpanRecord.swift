import OrderedJSON
package import SpanCodec
package import TraceModel

/// A span as it leaves the process: what ``FallomOptions/redact`` may change, what exporters are given, what tests read.
public struct SpanRecord: Hashable, Sendable {
    package var record: FallomRecord

    package init(_ record: FallomRecord) { self.record = record }

    /// The app's config key.
    public var configKey: String {
        get { record.configKey }
        set { record.configKey = newValue }
    }
    /// The conversation or request.
    public var sessionID: String {
        get { record.sessionID }
        set { record.sessionID = newValue }
    }
    /// The customer.
    public var customerID: String? {
        get { record.customerID }
        set { record.customerID = newValue }
    }
    /// 32 hexadecimal digits.
    public var traceID: String { record.traceID }
    /// 16 hexadecimal digits.
    public var spanID: String { record.spanID }
    /// The parent's span id; `nil` for a root.
    public var parentSpanID: String? { record.parentSpanID }
    /// The span's name.
    public var name: String {
        get { record.name }
        set { record.name = newValue }
    }
    /// What the span is for.
    public var kind: TracedSpan.Kind? { record.kind.map { TracedSpan.Kind($0) } }
    /// The model that answered, else the one asked for.
    public var model: String? {
        get { record.model }
        set { record.model = newValue }
    }
    /// When it started: nanoseconds since 1970.
    public var startUnixNanoseconds: Int64 { record.startTime.unixNanoseconds }
    /// When it ended; `nil` for a span that has only started.
    public var endUnixNanoseconds: Int64? { record.endTime?.unixNanoseconds }
    /// How long it took, in milliseconds; a fraction is kept.
    public var durationMilliseconds: Double? { record.durationMilliseconds }
    /// Milliseconds from the start to the first content token.
    public var timeToFirstTokenMilliseconds: Double? { record.timeToFirstTokenMilliseconds }
    /// Whether the answer was streamed.
    public var isStreaming: Bool { record.isStreaming ?? false }
    /// Whether it failed.
    public var isError: Bool {
        get { record.isError }
        set { record.isError = newValue }
    }
    /// What went wrong.
    public var errorMessage: String? {
        get { record.errorMessage }
        set { record.errorMessage = newValue }
    }
    /// Free metadata: an object.
    public var metadata: JSON {
        get { JSON(.object(record.metadata)) }
        set { record.metadata = newValue.value.object ?? [] }
    }
    /// Tags.
    public var tags: [String] {
        get { record.tags }
        set { record.tags = newValue }
    }
    /// `fallom.*` and other attributes: an object. Content stands in `fallom.raw.request` and `fallom.raw.response`.
    public var attributes: JSON {
        get { JSON(.object(record.attributes)) }
        set { record.attributes = newValue.value.object ?? [] }
    }
    /// Key of the managed prompt used.
    public var promptKey: String? { record.promptKey }
    /// Its version.
    public var promptVersion: Int? { record.promptVersion }
    /// The prompt A/B test that chose it.
    public var promptABTestKey: String? { record.promptABTestKey }
    /// Which variant, from 0.
    public var promptVariantIndex: Int? { record.promptVariantIndex }
    /// The record as it is sent: one JSON object.
    public var json: JSON { (try? JSON(parsing: record.encoded())) ?? .null }
}

extension TracedSpan {
    /// What a span is for. More kinds may come.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        package let kind: SpanKind

        package init(_ kind: SpanKind) { self.kind = kind }

        /// Its name.
        public var name: String { kind.rawValue }
        /// Its name.
        public var description: String { name }

        /// One call of a language model.
        public static let llm = Kind(.llm)
        /// An agent's run, or the parent span of a multi-step generation.
        public static let agent = Kind(.agent)
        /// The execution of a tool.
        public static let tool = Kind(.tool)
        /// A search for documents.
        public static let retrieval = Kind(.retrieval)
        /// A workflow, task or chain of other spans.
        public static let chain = Kind(.chain)
        /// A call of an embedding model.
        public static let embedding = Kind(.embedding)
        /// A call of a reranking model.
        public static let reranker = Kind(.reranker)
        /// A check of content against a policy.
        public static let guardrail = Kind(.guardrail)
        /// A judgement of an output.
        public static let evaluator = Kind(.evaluator)
        /// Work done on the input before a model call.
        public static let preprocessing = Kind(.preprocessing)
        /// Work done on the output after a model call.
        public static let postprocessing = Kind(.postprocessing)
        /// Anything else.
        public static let custom = Kind(.custom)
    }
}
