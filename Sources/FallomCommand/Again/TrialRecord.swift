import Experiments
import OrderedJSON
import ProviderCalls
import SpanCodec
import TraceModel

/// Makes the record of a call that was made to try something: a span like others, in the session of its run.
struct TrialRecord: Sendable {
    let trial: Trial
    /// Its own ids.
    let key: SpanKey
    let start: Timestamp
    /// The provider's name.
    let provider: String
    /// How many rounds the call took, where this is the last of them.
    var rounds = 1

    /// Ids of a run's call: the same whenever it is made, so that it is stored once.
    static func key(of trial: Trial, variant: Int) -> SpanKey {
        func digits(_ text: String, _ count: Int) -> String {
            String(SHA256.hex(of: Array(text.utf8)).prefix(count))
        }
        let call = "\(trial.run)\u{0}\(trial.key.traceID)\u{0}\(trial.key.spanID)"
        return SpanKey(traceID: digits(call, 32), spanID: digits(call + "\u{0}\(variant)", 16))
    }

    func record(_ sent: CallSender.Sent) -> FallomRecord {
        let call = sent.call
        let request = call.request
        let source = RecordAttributes.Source(
            method: call.name, model: request.model, provider: request.provider ?? provider,
            baseURL: request.baseURL, isStreaming: request.isStreaming, duration: sent.duration,
            firstToken: call.firstToken)
        let said = RecordAttributes(source, call.captured, call.ending, capturesContent: true) { error in
            RecordAttributes.Note(message: "\(error)", type: "ConnectionError")
        }
        return FallomRecord(
            configKey: "", sessionID: RunMark.session(of: trial.run), traceID: key.traceID, spanID: key.spanID,
            name: request.dialect.method, kind: request.dialect.kind, model: said.model, startTime: start,
            endTime: start.advanced(byNanoseconds: sent.duration),
            durationMilliseconds: RecordAttributes.milliseconds(sent.duration), isError: said.isError,
            errorMessage: said.errorMessage,
            timeToFirstTokenMilliseconds: call.firstToken.map(RecordAttributes.milliseconds),
            isStreaming: said.isStreaming ? true : nil, tags: ["run:" + trial.run],
            attributes: said.members + marks)
    }

    /// Which run it belongs to, which call it repeats, and how.
    private var marks: [JSONMember] {
        [
            JSONMember("fallom.run.name", .string(trial.run)),
            JSONMember("fallom.run.variant", .string(trial.variant.title)),
            JSONMember("fallom.run.call", .string("\(trial.key.traceID)/\(trial.key.spanID)")),
        ] + (rounds > 1 ? [JSONMember(TrialRounds.attribute, .number(rounds))] : [])
    }
}
