import OrderedJSON
import ProviderCalls
import SpanCodec
import TraceModel

/// Makes a call's record. Runs on the pipeline's queue.
struct RecordBuilder: Sendable {
    var session: Session
    var description: TracedCall.Description
    var context: SpanContext
    var lineage: Lineage
    var prompt: PromptTag?
    var promptMark: Int
    var start: Timestamp
    var duration: Int64
    /// How long the answer's end waited for the app.
    var readerWait: Int64
    var firstToken: Int64?
    var ending: CallEnding

    /// - Parameter keepsContent: whether there is room for content, where the policy allows it.
    func record(_ call: CapturedCall, keepsContent: Bool) -> FallomRecord {
        let policy = keepsContent ? session.core.policy : ContentPolicy(capturesContent: false)
        let source = RecordAttributes.Source(
            method: description.method, model: description.model, provider: description.provider,
            baseURL: description.baseURL, isStreaming: description.isStreaming, duration: duration,
            firstToken: firstToken)
        let said = RecordAttributes(source, call, ending, capturesContent: policy.capturesContent) { error in
            FailureNote(error).said(policy)
        }
        var record = session.context.record(
            context, parentID: lineage.parentID, name: description.name, kind: description.kind, start: start)
        record.model = said.model
        record.endTime = start.advanced(byNanoseconds: duration)
        record.durationMilliseconds = Self.milliseconds(duration)
        if said.isStreaming { record.isStreaming = true }
        record.timeToFirstTokenMilliseconds = firstToken.map(Self.milliseconds)
        record.isError = said.isError
        record.errorMessage = said.errorMessage
        record.take(prompt ?? promptInText(call))
        record.attributes = said.members
        if readerWait >= Self.shortestWait {
            record.attributes.append(
                JSONMember("fallom.reader_wait_ms", .number(Self.milliseconds(readerWait))))
        }
        if let link = lineage.link { record.attributes.append(SpanNotes.links([.init(span: link)])) }
        if let context = session.core.contextAttribute(sessionID: session.context.sessionID) {
            record.attributes.append(context)
        }
        return record
    }

    private func promptInText(_ call: CapturedCall) -> PromptTag? {
        session.core.promptMemory.prompt(
            in: call.request, sessionID: session.context.sessionID, before: promptMark)
    }

    /// A wait that is worth telling: a millisecond.
    private static let shortestWait: Int64 = 1_000_000

    /// Milliseconds with at most three decimals: `57`, `57.125`.
    static func milliseconds(_ nanoseconds: Int64) -> Double { RecordAttributes.milliseconds(nanoseconds) }
}

extension FailureNote {
    /// What a record tells of the error.
    func said(_ policy: ContentPolicy) -> RecordAttributes.Note {
        RecordAttributes.Note(
            message: message(policy), type: typeName, status: status, isCancellation: isCancellation)
    }
}

extension FallomRecord {
    mutating func take(_ tag: PromptTag?) {
        guard let tag else { return }
        promptKey = tag.key
        promptVersion = tag.version
        promptABTestKey = tag.abTestKey
        promptVariantIndex = tag.variantIndex
    }
}
