/// All that a span's payload holds beyond the fields of ``Span``: decoded when somebody looks at the span.
public struct SpanDetail: Hashable, Sendable {
    /// Something that happened during a span.
    public struct Event: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// When.
        public var time: Timestamp?
        /// Its attributes.
        public var attributes: AttributeMap

        /// Makes an event.
        public init(name: String, time: Timestamp?, attributes: AttributeMap) {
            self.name = name
            self.time = time
            self.attributes = attributes
        }
    }

    /// A tie to a span that is no ancestor: of a batch to what it gathers, of a retry to what it repeats.
    public struct Link: Hashable, Sendable {
        /// The other span's trace.
        public var traceID: String
        /// The other span.
        public var spanID: String
        /// What the emitter says of the tie.
        public var attributes: AttributeMap

        /// Makes a link.
        public init(traceID: String, spanID: String, attributes: AttributeMap = AttributeMap()) {
            self.traceID = traceID
            self.spanID = spanID
            self.attributes = attributes
        }
    }

    /// A stretch inside a span that the emitter timed (`fallom.raw.timings`), drawn as a synthetic child.
    public struct Phase: Hashable, Sendable {
        /// What it is: `ttft`, `llm`, `tool`, `response`, or the emitter's word.
        public var type: String
        /// What to call it.
        public var label: String
        /// Nanoseconds from the span's start.
        public var startNanoseconds: Int64
        /// Nanoseconds from the span's start.
        public var endNanoseconds: Int64

        /// Makes a phase.
        public init(type: String, label: String, startNanoseconds: Int64, endNanoseconds: Int64) {
            self.type = type
            self.label = label
            self.startNanoseconds = startNanoseconds
            self.endNanoseconds = endNanoseconds
        }
    }

    /// What went in.
    public var input: CapturedContent
    /// What came out.
    public var output: CapturedContent
    /// Every attribute as it came.
    public var attributes: AttributeMap
    /// The resource's attributes.
    public var resource: AttributeMap
    /// The instrumentation scope's name.
    public var scope: String?
    /// Events.
    public var events: [Event]
    /// Links to other spans, mostly of other traces.
    public var links: [Link]
    /// Timed stretches inside the span.
    public var phases: [Phase]
    /// Why the model stopped, with what arrived apart from the span (`POST /v1/logs`), folded as in ``Span``.
    public var finishReason: String?
    /// Names of the tools the model asked to call, with what arrived apart from the span.
    public var toolCalls: [String]

    /// Makes a detail.
    public init(
        input: CapturedContent = .notCaptured, output: CapturedContent = .notCaptured,
        attributes: AttributeMap = AttributeMap(), resource: AttributeMap = AttributeMap(), scope: String? = nil,
        events: [Event] = [], links: [Link] = [], phases: [Phase] = [], finishReason: String? = nil,
        toolCalls: [String] = []
    ) {
        self.input = input
        self.output = output
        self.attributes = attributes
        self.resource = resource
        self.scope = scope
        self.events = events
        self.links = links
        self.phases = phases
        self.finishReason = finishReason
        self.toolCalls = toolCalls
    }
}
