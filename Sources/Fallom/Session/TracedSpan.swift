import Instrumentation
import OrderedJSON
import SpanCodec
import Synchronization
import TraceModel

/// A span that the app makes itself. Safe to use from any task.
public final class TracedSpan: Sendable {
    private struct State {
        var attributes: [String: JSON]
        var content: [String: ContentValue] = [:]
        var failure: FailureNote?
        var isEnded = false
    }

    /// Trace and span id.
    public let context: SpanContext
    private let lineage: Lineage
    let session: Session
    private let name: String
    private let kind: SpanKind
    private let start: Timestamp
    private let startNanoseconds: Int64
    private let state: Mutex<State>

    init(session: Session, name: String, kind: Kind, attributes: [String: JSON]) {
        let core = session.core
        self.session = session
        self.name = name
        self.kind = kind.kind
        self.lineage = Lineage(of: session, in: ServiceContext.current)
        self.context = SpanContext(traceID: lineage.traceID, spanID: core.ids.spanID())
        self.start = core.time.now()
        self.startNanoseconds = core.time.monotonicNanoseconds()
        self.state = Mutex(State(attributes: attributes))
        sendStart()
    }

    deinit { end() }

    /// Sets an attribute; the last value of a name counts. Ignored after the end.
    public func set(_ name: String, _ value: JSON) {
        state.withLock { $0.attributes[name] = value }
    }

    /// Sets an attribute from any value that stands for JSON; `nil` leaves it as it is.
    @_disfavoredOverload
    public func set(_ name: String, _ value: (any JSONConvertible)?) {
        if let value { set(name, value.json) }
    }

    /// Sets attributes.
    public func set(_ attributes: [String: JSON]) {
        state.withLock { $0.attributes.merge(attributes) { $1 } }
    }

    /// Sets attributes from any values that stand for JSON; those that are `nil` are left out.
    @_disfavoredOverload
    public func set(_ attributes: [String: (any JSONConvertible)?]) { set(attributes.jsonMembers) }

    /// Marks the span as failed.
    public func fail(_ error: any Error) {
        let note = FailureNote(error)
        state.withLock { $0.failure = note }
    }

    /// Runs `operation` inside the span and ends it.
    public nonisolated(nonsending) func run<Result, Failure: Error>(
        _ operation: nonisolated(nonsending) (TracedSpan) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        defer { end() }
        do throws(Failure) {
            return try await place.run { () async throws(Failure) in try await operation(self) }
        } catch {
            fail(error)
            throw error
        }
    }

    private var place: SpanPlace { SpanPlace(span: context, session: session) }

    /// Ends the span and hands it to the exporters. Only the first call counts.
    public func end() {
        let final = state.withLock { state -> State? in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            return state
        }
        guard let final else { return }
        let core = session.core
        let elapsed = core.time.monotonicNanoseconds() - startNanoseconds
        var record = session.context.record(context, parentID: lineage.parentID, name: name, kind: kind, start: start)
        record.endTime = start.advanced(byNanoseconds: elapsed)
        record.durationMilliseconds = RecordBuilder.milliseconds(elapsed)
        core.pipeline.add(
            SpanPipeline.Pending { [session, record, lineage] keepsContent in
                var record = record
                let policy = keepsContent ? core.policy : ContentPolicy(capturesContent: false)
                record.isError = final.failure != nil
                record.errorMessage = final.failure?.message(policy)
                record.attributes = Self.attributes(final, session, lineage, policy)
                return record
            })
    }

    /// Sets an attribute that is content: kept only where content is captured, made into JSON later.
    func setContent(_ name: String, from value: Any) {
        guard session.core.policy.capturesContent, let content = ContentValue(value) else { return }
        state.withLock { $0.content[name] = content }
    }

    private func sendStart() {
        guard session.core.pipeline.wantsStarts else { return }
        session.core.pipeline.add(
            SpanPipeline.Pending(isStart: true) { [session, context, lineage, name, kind, start] _ in
                session.context.record(context, parentID: lineage.parentID, name: name, kind: kind, start: start)
            })
    }

    private static func attributes(
        _ state: State, _ session: Session, _ lineage: Lineage, _ policy: ContentPolicy
    ) -> [JSONMember] {
        var members = [
            JSONMember("fallom.sdk_version", .string("2")), JSONMember("fallom.span_type", .string("manual")),
        ]
        for (name, value) in state.attributes.sorted(by: { $0.key < $1.key })
        where policy.capturesContent || !ContentPolicy.isContent(attribute: name) {
            members.append(JSONMember(name, value.value))
        }
        for (name, value) in state.content.sorted(by: { $0.key < $1.key }) where policy.capturesContent {
            if let json = value.json { members.append(JSONMember(name, json)) }
        }
        if let link = lineage.link { members.append(SpanNotes.links([.init(span: link)])) }
        if let context = session.core.contextAttribute(sessionID: session.context.sessionID) { members.append(context) }
        return members
    }
}
