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
        var error: (any Error)?
        var events: [SpanEvent] = []
        var links: [SpanLink] = []
        var isEnded = false
    }

    /// The context to hand on: it holds this span.
    public let context: ServiceContext
    private let ids: SpanContext
    private let parentID: String?
    private let session: Session
    private let kind: Tracing.SpanKind
    private let start: Int64
    private let state: Mutex<State>

    init(session: Session, name: String, parent: ServiceContext, kind: Tracing.SpanKind, startNanoseconds: Int64) {
        let parentSpan = parent.fallomSpan ?? SpanContext.current
        self.session = session
        self.kind = kind
        ids = SpanContext(
            traceID: parentSpan?.traceID ?? session.core.ids.traceID(), spanID: session.core.ids.spanID())
        parentID = parentSpan?.spanID
        start = startNanoseconds
        var context = parent
        context.fallomSpan = ids
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

    /// Adds an error; the span counts as failed.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.error = error }
    }

    /// Ends the span and hands it to the exporters. Only the first call counts.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = Int64(clamping: instant().nanosecondsSinceEpoch)
        let final = state.withLock { state -> State? in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state
        }
        guard let final else { return }
        session.core.pipeline.add(
            SpanPipeline.Pending { [session, ids, parentID, kind, start] in
                var record = session.context.record(
                    ids, parentID: parentID, name: final.name, kind: AttributeReading.kind(final.attributes),
                    start: Timestamp(unixNanoseconds: start))
                record.endTime = Timestamp(unixNanoseconds: max(start, end))
                record.durationMilliseconds = Double(max(0, end - start)) / 1e6
                let policy = session.core.policy
                record.isError = final.error != nil || final.status?.code == .error
                if record.isError {
                    record.errorMessage =
                        final.error.map { policy.errorMessage($0) }
                        ?? (policy.capturesContent ? final.status?.message : nil)
                }
                record.model = AttributeReading.text(final.attributes, "gen_ai.response.model", "gen_ai.request.model")
                record.attributes =
                    [
                        JSONMember("fallom.sdk_version", "2"), JSONMember("fallom.span_type", "tracing"),
                        JSONMember("span.kind", .string("\(kind)")),
                    ] + AttributeReading.members(final.attributes, policy)
                if let context = session.core.contextAttribute(sessionID: session.context.sessionID) {
                    record.attributes.append(context)
                }
                return record
            })
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
