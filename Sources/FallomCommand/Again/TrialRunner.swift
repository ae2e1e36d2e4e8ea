import Assignment
import Experiments
import OrderedJSON
import Pricing
import Prompts
import ProviderCalls
import SpanCodec
import TraceModel

/// Asks recorded calls again.
struct TrialRunner: Sendable {
    /// Where recorded calls are read.
    let reader: any TraceReader
    /// Where the new calls are recorded; `nil` where nothing can be.
    let sink: (any SpanSink)?
    let settings: Settings
    let environment: ProcessEnvironment
    /// The workspace's prompts, as they are now.
    let prompts: @Sendable () -> VersionedPrompts
    let pricer: Pricer
    let sender: CallSender
    var retries = CallRetries()
    var now: @Sendable () -> Timestamp = { .now() }
    var wait: @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
    var chance: @Sendable () -> Double = { .random(in: 0...1) }

    /// A call made ready to be sent.
    struct Ready: Sendable {
        let trial: Trial
        let recorded: LoadedSpan
        let request: RecordedRequest
        let prepared: PreparedRequest
        let access: ProviderAccess
        /// The version of the prompt that the call was made with.
        let before: PromptRecord?
        /// Tokens of an answer at most, where the call does not say.
        let longest: Int?
    }

    /// A trial that a person makes, with ids of its own.
    func byHand(_ trial: Trial, progress: @escaping @Sendable (TrialState) -> Void) async throws -> TrialState {
        try await run(try await ready(trial), as: Self.newKey(), progress: progress).state
    }

    /// Ids that nothing has.
    static func newKey() -> SpanKey {
        func digits() -> String {
            let digits = String(UInt64.random(in: 1...(.max)), radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        return SpanKey(traceID: digits() + digits(), spanID: digits())
    }

    /// Reads a call and makes it ready.
    ///
    /// - Parameters:
    ///   - longest: tokens of an answer at most, where the call does not say.
    ///   - isBounded: whether an answer is to have a bound even where neither says one.
    ///   - isSent: whether it will be sent: what is only shown needs no key.
    func ready(
        _ trial: Trial, longest: Int? = nil, isBounded: Bool = false, isSent: Bool = true
    ) async throws -> Ready {
        guard let payload = try await reader.payload(of: trial.key) else {
            throw CommandFailure(
                "there is no span '\(trial.key.spanID)' in trace '\(trial.key.traceID)'",
                hint: "'fallom spans kind:llm --json' lists calls with their ids.")
        }
        let recorded = try LoadedSpan.decode(payload)
        let request = try RecordedRequest(recorded)
        let access = try ProviderAccess.resolve(
            trial.variant.provider, recorded: request.provider, model: trial.variant.model ?? request.model,
            settings.providers, environment, needsKey: isSent)
        let before = before(request)
        let longest = longest ?? (isBounded ? RunEstimate.longestAnswer(to: request) : nil)
        let prepared = try request.prepared(trial.variant, as: access.shape, before: before, longest: longest)
        return Ready(
            trial: trial, recorded: recorded, request: request, prepared: prepared, access: access, before: before,
            longest: longest)
    }

    /// The version of the prompt that the call was made with, where the workspace has it.
    private func before(_ request: RecordedRequest) -> PromptRecord? {
        guard let prompt = request.prompt, let version = prompt.version.flatMap({ Int($0) }) else { return nil }
        return prompts()[prompt.key]?.records[version]
    }

    /// Sends a round of it.
    ///
    /// - Parameters:
    ///   - once: names the round, for a provider that answers and charges the same call once.
    ///   - round: counted from 0.
    func send(
        _ prepared: PreparedRequest, _ ready: Ready, once: SpanKey, _ round: Int,
        _ progress: @escaping @Sendable (TrialState) -> Void
    ) async throws -> (CallSender.Sent, Timestamp) {
        var attempt = 1
        while true {
            try Task.checkCancellation()
            let start = now()
            let sent = await sender.send(prepared, ready.access, once: once.traceID + once.spanID) { text, first in
                progress(
                    TrialState(CallOutcome(answer: text, firstToken: first), notes: prepared.notes, round: round))
            }
            guard let sent else {
                throw CommandFailure("\(ready.access.base) is no address that a call can be sent to")
            }
            try Task.checkCancellation()
            guard let seconds = retries.wait(after: sent, attempt: attempt, chance: chance()) else {
                return (sent, start)
            }
            if seconds > 0 { try await wait(seconds) }
            attempt += 1
        }
    }

    /// An answer as it will be read.
    struct Answer: Sendable {
        fileprivate let batch: DecodedBatch
        let outcome: CallOutcome
        let message: Message?
    }

    /// Says what a round came to, once it is recorded under these ids.
    func read(
        _ sent: CallSender.Sent, _ ready: Ready, as key: SpanKey, _ start: Timestamp, rounds: Int = 1
    ) throws -> Answer {
        let record = TrialRecord(
            trial: ready.trial, key: key, start: start, provider: ready.access.name, rounds: rounds
        ).record(sent)
        var batch = DecodedBatch()
        settings.decoder.decodeLine(record.encoded(), into: &batch)
        guard var ingested = batch.spans.first else {
            throw CommandFailure("the call cannot be recorded: \(batch.rejected.first?.reason ?? "it holds no span")")
        }
        let detail = try PayloadDecoder().detail(of: ingested.payload)
        PayloadDecoder().complete(&ingested.span, from: detail)
        var span = ingested.span
        if let estimate = pricer.estimate(for: span) { span.cost = estimate }
        var message: Message?
        if case .messages(let said) = detail.output { message = said.last }
        return Answer(batch: batch, outcome: CallOutcome(span, detail), message: message)
    }

    /// Records it; `false` where the store cannot be written.
    @discardableResult
    func store(_ answer: Answer) async throws -> Bool {
        guard let sink else { return false }
        _ = try await sink.append(IngestBatch(spans: answer.batch.spans, masked: answer.batch.masked))
        return true
    }
}

/// A workspace's prompts.
typealias VersionedPrompts = VersionCatalog<PromptRecord>
