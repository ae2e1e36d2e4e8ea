import Instrumentation
import OrderedJSON
package import ProviderCalls
import SpanCodec
import Synchronization
package import TraceModel

/// One call in flight, from its start until its span is handed over. It ends once, whatever happens: when nobody holds
/// it any more it ends as abandoned.
package final class TracedCall: Sendable {
    /// What is known at the start.
    package struct Description: Sendable {
        /// The span's name.
        package var name: String
        /// `fallom.method`.
        package var method: String
        /// What the span is for.
        package var kind: SpanKind = .llm
        /// The model asked for.
        package var model: String?
        /// Whether the answer is streamed.
        package var isStreaming = false
        /// `fallom.provider`.
        package var provider: String?
        /// `fallom.base_url`.
        package var baseURL: String?
    }

    private struct State {
        var firstToken: Int64?
        /// The answer's, where the SDK's own client sent the request.
        var headers: AnswerHeaders?
        var capture: (@Sendable () -> CapturedCall)?
        var isEnded = false
    }

    /// Trace and span id.
    package let context: SpanContext
    let session: Session
    private let description: Description
    private let lineage: Lineage
    private let prompt: PromptTag?
    /// How many prompts the app had been given when the call started.
    private let promptMark: Int
    private let start: Timestamp
    private let startNanoseconds: Int64
    private let state: Mutex<State>

    /// Starts a call now, as a child of the task's current span.
    ///
    /// - Parameter capture: what is sent of the call if it ends before ``end(_:capture:)`` says more.
    /// - Parameter prompt: the prompt that the request says it was made from. Without one it is the prompt handed over,
    ///   else the one whose text stands in the request.
    package init(
        session: Session, _ description: Description, prompt: PromptTag? = nil,
        capture: (@Sendable () -> CapturedCall)? = nil
    ) {
        let core = session.core
        self.session = session
        self.description = description
        self.lineage = Lineage(of: session, in: ServiceContext.current)
        self.context = SpanContext(traceID: lineage.traceID, spanID: core.ids.spanID())
        self.prompt = prompt ?? HandedPrompt.current?.take()
        self.promptMark = core.promptMemory.mark
        self.start = core.time.now()
        self.startNanoseconds = core.time.monotonicNanoseconds()
        self.state = Mutex(State(capture: capture))
        sendStart()
    }

    deinit { end(.abandoned) }

    /// Where what is done inside of the call stands.
    package var place: SpanPlace { SpanPlace(span: context, session: session) }

    /// Notes that the first token of content came. Only the first time counts.
    package func noteFirstToken() { noteFirstToken(at: elapsedNanoseconds) }

    /// Notes that the first token of content came so many nanoseconds after the start. Only the first time counts.
    package func noteFirstToken(at nanoseconds: Int64) {
        state.withLock { state in
            if state.firstToken == nil { state.firstToken = max(0, nanoseconds) }
        }
    }

    /// Notes that the first token of content came at that time of the monotonic clock, where it lies within the call.
    package func noteFirstToken(atMonotonic nanoseconds: Int64?) {
        noteFirstToken(at: nanoseconds.map { elapsed(atMonotonic: $0) } ?? elapsedNanoseconds)
    }

    /// Nanoseconds from the start to that time of the monotonic clock; to now, where it does not lie within the call.
    package func elapsed(atMonotonic nanoseconds: Int64) -> Int64 {
        let now = elapsedNanoseconds
        let then = nanoseconds &- startNanoseconds
        return (0...max(0, now)).contains(then) ? then : now
    }

    /// Notes what the answer's headers say.
    func note(_ headers: AnswerHeaders) {
        state.withLock { $0.headers = headers }
    }

    /// Sends a try of this call as a span of its own.
    func addAttempt(_ number: Int, from: Int64, failure: ProviderError?) {
        let core = session.core
        let ids = SpanContext(traceID: context.traceID, spanID: core.ids.spanID())
        let end = elapsedNanoseconds
        core.pipeline.add(
            SpanPipeline.Pending { [session, context, description, start] keepsContent in
                var record = session.context.record(
                    ids, parentID: context.spanID, name: "attempt \(number)", kind: .custom,
                    start: start.advanced(byNanoseconds: from))
                record.endTime = start.advanced(byNanoseconds: end)
                record.durationMilliseconds = RecordBuilder.milliseconds(end - from)
                record.attributes = [
                    JSONMember("fallom.sdk_version", .string("2")), JSONMember("fallom.attempt", .number(number)),
                    JSONMember("fallom.method", .string(description.method)),
                ]
                guard let failure else { return record }
                let policy = keepsContent ? core.policy : ContentPolicy(capturesContent: false)
                let note = FailureNote(failure).said(policy)
                record.isError = true
                record.errorMessage = note.message
                record.attributes.append(JSONMember("error.type", .string(note.type)))
                if let status = note.status {
                    record.attributes.append(JSONMember("http.response.status_code", .number(status)))
                }
                return record
            })
    }

    /// Nanoseconds since the start.
    package var elapsedNanoseconds: Int64 { session.core.time.monotonicNanoseconds() - startNanoseconds }

    /// Ends the call. Only the first time counts; `capture` runs later, away from the caller.
    ///
    /// - Parameter elapsed: nanoseconds from the start to the answer's end, where it came before now: the time since is the
    ///   app's own.
    /// - Parameter held: the memory of what `capture` holds.
    package func end(
        _ ending: CallEnding, at elapsed: Int64? = nil, capture: (@Sendable () -> CapturedCall)? = nil,
        held: @escaping @Sendable () -> Int = { 0 }
    ) {
        let now = elapsedNanoseconds
        let end = min(elapsed ?? now, now)
        let final = state.withLock { state -> State? in
            guard !state.isEnded else { return nil }
            state.isEnded = true
            if let capture { state.capture = capture }
            defer { state.capture = nil }
            return state
        }
        guard let final else { return }
        let builder = RecordBuilder(
            session: session, description: description, context: context, lineage: lineage, prompt: prompt,
            promptMark: promptMark, start: start, duration: end, readerWait: now - end, firstToken: final.firstToken,
            ending: ending)
        let (finalCapture, headers) = (final.capture, final.headers)
        session.core.pipeline.add(
            SpanPipeline.Pending(held: held) { keepsContent in
                var captured = finalCapture?() ?? CapturedCall()
                headers?.add(to: &captured)
                return builder.record(captured, keepsContent: keepsContent)
            })
    }

    private func sendStart() {
        guard session.core.pipeline.wantsStarts else { return }
        session.core.pipeline.add(
            SpanPipeline.Pending(isStart: true) { [session, context, lineage, description, start] _ in
                var record = session.context.record(
                    context, parentID: lineage.parentID, name: description.name, kind: description.kind, start: start)
                record.model = description.model
                if description.isStreaming { record.isStreaming = true }
                return record
            })
    }
}
