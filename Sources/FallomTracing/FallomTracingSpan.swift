import Fallom
import OrderedJSON
import SpanCodec
import Synchronization
import TraceModel
public import Tracing

/// A span of ``FallomTracer``. Sent when it ends; one that is never ended is not sent, as the tracing API has it.
public final class FallomTracingSpan: Tracing.Span {
    private struct State {
        var name: String
        var attributes: SpanAttributes = [:]
        var status: Tracing.SpanStatus?
        var failures: [Failure] = []
        var events: [SpanEvent] = []
        var links: [SpanLink] = []
        var isEnded = false
    }

    /// An error that was recorded.
    private struct Failure {
        var error: any Error
        var attributes: SpanAttributes
        var time: Timestamp
    }

    /// The context to hand on: it holds this span.
    public let context: ServiceContext
    private let ids: SpanContext
    private let lineage: Lineage
    private let session: Session
    private let kind: Tracing.SpanKind
    private let start: Int64
    private let state: Mutex<State>

    /// Starts a span of the session that `parent` works for, else of `fallback`. One of the fallback belongs to nobody in
    /// particular: whatever session works inside of it continues its trace.
    init(
        fallback: Session, name: String, parent: ServiceContext, kind: Tracing.SpanKind, startNanoseconds: Int64
    ) {
        let owner = parent.fallomPlace?.session
        session = owner ?? fallback
        self.kind = kind
        lineage = Lineage(of: session, in: parent)
        ids = SpanContext(traceID: lineage.traceID, spanID: session.core.ids.spanID())
        start = startNanoseconds
        var context = parent
        context.fallomPlace = TaskPlace(span: ids, spanOwner: owner, session: owner)
        self.context = context
        state = Mutex(State(name: name))
    }

    /// The span's name.
    public var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    /// The span's attributes.
    public var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    /// Whether it has not ended.
    public var isRecording: Bool { state.withLock { !$0.isEnded } }

    /// Says how it went.
    public func setStatus(_ status: Tracing.SpanStatus) { state.withLock { $0.status = status } }

    /// Adds something that happened.
    public func addEvent(_ event: SpanEvent) { state.withLock { $0.events.append(event) } }

    /// Adds a link.
    public func addLink(_ link: SpanLink) { state.withLock { $0.links.append(link) } }

    /// Adds an error, as an event with its attributes; the span counts as failed.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        let failure = Failure(error: error, attributes: attributes, time: Timestamp(instant()))
        state.withLock { $0.failures.append(failure) }
    }

    /// Ends the span and hands it to the exporters. Only the first call counts.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = Timestamp(instant()).unixNanoseconds
        let final = state.withLock { state -> State? in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state
        }
        guard let final else { return }
        session.core.pipeline.add(
            SpanPipeline.Pending { [session, ids, lineage, kind, start] keepsContent in
                var record = session.context.record(
                    ids, parentID: lineage.parentID, name: final.name, kind: AttributeReading.kind(final.attributes),
                    start: Timestamp(unixNanoseconds: start))
                record.endTime = Timestamp(unixNanoseconds: max(start, end))
                record.durationMilliseconds = Double(max(0, end - start)) / 1e6
                let policy = keepsContent ? session.core.policy : ContentPolicy(capturesContent: false)
                record.isError = !final.failures.isEmpty || final.status?.code == .error
                if record.isError {
                    record.errorMessage =
                        final.failures.last.map { policy.errorMessage($0.error) }
                        ?? (policy.capturesContent ? final.status?.message : nil)
                }
                record.model = AttributeReading.text(final.attributes, "gen_ai.response.model", "gen_ai.request.model")
                record.attributes =
                    [
                        JSONMember("fallom.sdk_version", "2"), JSONMember("fallom.span_type", "tracing"),
                        JSONMember("span.kind", .string("\(kind)")),
                    ] + AttributeReading.members(final.attributes, policy) + Self.notes(final, lineage, policy)
                if let context = session.core.contextAttribute(sessionID: session.context.sessionID) {
                    record.attributes.append(context)
                }
                return record
            })
    }

    /// Events, errors and links.
    private static func notes(_ state: State, _ lineage: Lineage, _ policy: ContentPolicy) -> [JSONMember] {
        var notes: [JSONMember] = []
        let happened = state.events.map { event in
            SpanNotes.Event(
                name: event.name, time: Timestamp(unixNanoseconds: Int64(clamping: event.nanosecondsSinceEpoch)),
                attributes: AttributeReading.members(event.attributes, policy))
        }
        let events = happened + state.failures.map { exception($0, policy) }
        if !events.isEmpty { notes.append(SpanNotes.events(events.sorted { $0.time < $1.time })) }
        var links = lineage.link.map { [SpanNotes.Link(span: $0)] } ?? []
        links += state.links.compactMap { link in
            guard let span = link.context.fallomSpan ?? ForeignTrace.span(in: link.context) else { return nil }
            return SpanNotes.Link(span: span, attributes: AttributeReading.members(link.attributes, policy))
        }
        if !links.isEmpty { notes.append(SpanNotes.links(links)) }
        return notes
    }

    /// An error as OpenTelemetry's conventions have it.
    private static func exception(_ failure: Failure, _ policy: ContentPolicy) -> SpanNotes.Event {
        var members = [JSONMember("exception.type", .string(String(reflecting: type(of: failure.error))))]
        if policy.capturesContent {
            members.append(JSONMember("exception.message", .string(policy.errorMessage(failure.error))))
        }
        return SpanNotes.Event(
            name: "exception", time: failure.time,
            attributes: members + AttributeReading.members(failure.attributes, policy))
    }
}

extension Timestamp {
    /// The time of a tracer's clock.
    init(_ instant: some TracerInstant) {
        self.init(unixNanoseconds: Int64(clamping: instant.nanosecondsSinceEpoch))
    }
}

/// swift-distributed-tracing's attributes as JSON.
enum AttributeReading {
    static func members(_ attributes: SpanAttributes, _ policy: ContentPolicy) -> [JSONMember] {
        var members: [JSONMember] = []
        attributes.forEach { name, attribute in
            guard policy.capturesContent || !ContentPolicy.isContent(attribute: name) else { return }
            members.append(JSONMember(name, json(attribute.toSpanAttribute())))
        }
        return members.sorted { $0.name < $1.name }
    }

    /// What the span is for, by the words of the conventions (§2.2).
    static func kind(_ attributes: SpanAttributes) -> TraceModel.SpanKind {
        switch text(attributes, "gen_ai.operation.name") {
        case "chat", "generate_content", "text_completion": .llm
        case "embeddings": .embedding
        case "execute_tool": .tool
        case "invoke_agent", "create_agent": .agent
        default: .custom
        }
    }

    static func text(_ attributes: SpanAttributes, _ names: String...) -> String? {
        for name in names {
            if case .string(let text)? = attributes.get(name) { return text }
        }
        return nil
    }

    private static func json(_ attribute: SpanAttribute) -> JSONValue {
        switch attribute {
        case .int32(let value): .number(value)
        case .int64(let value): .number(value)
        case .int32Array(let values): .array(values.map { .number($0) })
        case .int64Array(let values): .array(values.map { .number($0) })
        case .double(let value): .number(value)
        case .doubleArray(let values): .array(values.map { .number($0) })
        case .bool(let value): .bool(value)
        case .boolArray(let values): .array(values.map { .bool($0) })
        case .string(let value): .string(value)
        case .stringArray(let values): .array(values.map { .string($0) })
        case .stringConvertible(let value): .string(value.description)
        case .stringConvertibleArray(let values): .array(values.map { .string($0.description) })
        default: .null
        }
    }
}
