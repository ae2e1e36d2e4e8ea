import OrderedJSON
import TraceModel

/// Makes a ``Span`` of what a reader found, field by field, by the ordered sources of docs/normalisation.md §2 and decisions
/// D1–D19. One is made per request and used for each span in turn.
struct Normaliser: ~Copyable {
    /// What the reader found among attributes and events.
    var facts: SpanFacts
    /// The fields of a Fallom record; empty for OTLP.
    var record = RecordValues()
    /// The headers that apply: the request's, else those an export kept with the resource.
    var headers: FallomHeaders {
        didSet { hasHeaders = !headers.isEmpty }
    }
    private(set) var hasHeaders = false
    /// Whether the scope is Strands', which has units and sums of its own.
    private(set) var isStrands = false
    /// What the vendor's own objects in `fallom.raw.*` say.
    var raw = RawObjects()

    init() {
        facts = SpanFacts()
        headers = FallomHeaders()
    }

    /// Starts a request.
    mutating func begin(base: UnsafeRawPointer, headers: FallomHeaders) {
        facts.base = base
        if hasHeaders || !headers.isEmpty { self.headers = headers }
    }

    /// Forgets the span before.
    mutating func reset() {
        facts.reset()
        record.reset()
        raw = RawObjects()
    }

    /// What is known of a span besides its own words.
    struct Origin {
        var isRecord: Bool
        var scope: ScopeFacts
        var resource: SpanIdentity
    }

    /// Fills in all of a span, of which key, name and times are known, but for what only its content tells.
    mutating func complete(_ span: inout Span, _ origin: Origin) {
        isStrands = origin.scope.isStrands
        readRaw()
        span.dialect = dialect(origin)
        identity(into: &span, origin.resource)
        outcome(into: &span, isRecord: origin.isRecord)
        models(into: &span)
        span.usage = usage()
        span.cost = cost()
        kind(into: &span)
        time(into: &span)
        span.finishReason = finishReason()
        prompt(into: &span)
        span.tags = tags()
        span.metadata = metadata()
        span.context = assignmentContext()
    }

    /// Whose conventions the span follows (D5).
    private func dialect(_ origin: Origin) -> SpanDialect {
        if origin.isRecord { return facts.has(facts.vocabulary.identity.proxy) ? .proxy : .fallom }
        if let dialect = origin.scope.instrumentation { return dialect }
        if hasHeaders { return .mastraExporter }
        if origin.scope.isVercel { return .vercelAI }
        return facts.hasGenAI ? .otelGenAI : .otel
    }

    /// Session, customer and config key (D4).
    private mutating func identity(into span: inout Span, _ resource: SpanIdentity) {
        let names = facts.vocabulary.identity
        span.identity = resource
        span.identity.session.own =
            facts.string(record[.sessionID]) ?? facts.firstString(names.sessionFirst) ?? headers.sessionID
            ?? facts.firstString(names.sessionRest)
        span.identity.customer.own =
            facts.string(record[.customerID]) ?? facts.firstString(names.customerFirst) ?? headers.customerID
            ?? facts.firstString(names.customerRest)
        span.identity.config.own =
            facts.string(record[.configKey]) ?? facts.firstString(names.configFirst) ?? headers.configKey
            ?? facts.firstString(names.configRest)
    }

    /// What the resource says about who its spans belong to.
    mutating func resourceIdentity() -> SpanIdentity {
        let names = facts.vocabulary.identity
        var identity = SpanIdentity()
        identity.session.resource = facts.firstString(names.sessionFirst) ?? facts.firstString(names.sessionRest)
        identity.customer.resource = facts.firstString(names.customerFirst) ?? facts.firstString(names.customerRest)
        identity.config.resource =
            facts.firstString(names.configFirst) ?? facts.firstString(names.configRest)
            ?? facts.string(facts.value(names.serviceName))
        return identity.withoutLongShared
    }
}

/// What the instrumentation scope says about its spans (D5), found once per scope.
struct ScopeFacts {
    /// The dialect, where the scope's name alone decides.
    var instrumentation: SpanDialect?
    /// Whether it is the Vercel AI SDK's scope.
    var isVercel = false
    /// Whether it is Strands Agents' scope.
    var isStrands = false
    /// Whether it is the scope under which an export puts Fallom records.
    var isFallom = false

    init() {}

    init(name: UnsafeRawBufferPointer) {
        if name.startsWith("openinference.") {
            instrumentation = .openInference
        } else if name.startsWith("com.anthropic.claude_code") {
            instrumentation = .claudeCode
        } else if name.equals("codex") {
            instrumentation = .codex
        } else if name.equals("gemini-cli") {
            instrumentation = .geminiCLI
        } else if name.equals("pydantic-ai") {
            instrumentation = .pydanticAI
        } else if name.startsWith("com.anthropic.sdk.") {
            instrumentation = .anthropicSDK
        } else if name.equals("opentelemetry.instrumentation.openai_v2") {
            instrumentation = .otelGenAI
        } else if name.startsWith("opentelemetry.instrumentation.") || name.startsWith("@traceloop/") {
            instrumentation = .openLLMetry
        }
        isVercel = name.equals("ai")
        isStrands = name.startsWith("strands.")
        isFallom = name.equals("fallom")
    }
}
