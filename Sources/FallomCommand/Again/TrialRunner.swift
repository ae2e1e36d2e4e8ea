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
        fileprivate let before: PromptRecord?
        fileprivate let longest: Int?
    }

    /// What became of it.
    struct Ended: Sendable {
        let state: TrialState
        /// Nano-dollars, where it is known what was charged.
        let cost: Int64?
        /// Why no provider would take it, whatever it is that is asked: a wrong key, no connection.
        let refusal: String?
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
    func ready(_ trial: Trial, longest: Int? = nil, isBounded: Bool = false) async throws -> Ready {
        guard let payload = try await reader.payload(of: trial.key) else {
            throw CommandFailure(
                "there is no span '\(trial.key.spanID)' in trace '\(trial.key.traceID)'",
                hint: "'fallom spans kind:llm --json' lists calls with their ids.")
        }
        let recorded = try LoadedSpan.decode(payload)
        let request: RecordedRequest
        do throws(RequestProblem) {
            request = try RecordedRequest(recorded)
        } catch {
            throw CommandFailure(error.description)
        }
        let access = try ProviderAccess.resolve(
            trial.variant.provider, recorded: request.provider, model: trial.variant.model ?? request.model,
            settings.providers, environment)
        let before = before(request)
        let longest = longest ?? (isBounded ? RunEstimate.longestAnswer(to: request) : nil)
        do throws(RequestProblem) {
            let prepared = try request.prepared(trial.variant, as: access.shape, before: before, longest: longest)
            return Ready(
                trial: trial, recorded: recorded, request: request, prepared: prepared, access: access, before: before,
                longest: longest)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    /// The version of the prompt that the call was made with, where the workspace has it.
    private func before(_ request: RecordedRequest) -> PromptRecord? {
        guard let prompt = request.prompt, let version = prompt.version.flatMap({ Int($0) }) else { return nil }
        return prompts()[prompt.key]?.records[version]
    }

    /// Sends it, again where it is turned away for now, and records what came of it.
    ///
    /// - Parameter key: the new call's ids.
    func run(
        _ ready: Ready, as key: SpanKey, progress: @escaping @Sendable (TrialState) -> Void
    ) async throws -> Ended {
        var prepared = ready.prepared
        var following: [Message] = []
        var tools: RecordedTools?
        var round = 0
        while true {
            let own = round == 0 ? key : SpanKey(traceID: key.traceID, spanID: Self.further(key.spanID, round))
            let (sent, start) = try await send(prepared, ready, own, progress)
            let (outcome, message, isStored) = try await record(sent, ready, own, start)
            let notes = prepared.notes + (isStored ? [] : ["the store cannot be written: the call is not recorded"])
            let asked = message?.parts.compactMap(Self.toolCall) ?? []
            guard ready.trial.variant.tools == .answered, !asked.isEmpty, let message, round < Self.mostRounds else {
                return Ended(
                    state: TrialState(outcome, recorded: isStored ? own : nil, notes: notes, isOver: true),
                    cost: outcome.cost?.nanoDollars, refusal: Self.refusal(sent))
            }
            if tools == nil { tools = try await recordedTools(ready.trial.key.traceID) }
            let answers = asked.compactMap { call in tools?.answer(call.name, call.arguments).map { (call, $0) } }
            guard answers.count == asked.count else {
                let missing = asked.first { tools?.answer($0.name, $0.arguments) == nil }?.name ?? ""
                return Ended(
                    state: TrialState(
                        outcome, recorded: isStored ? own : nil,
                        notes: notes + ["the tool \(missing) did not answer then, so the call ends here"],
                        isOver: true), cost: outcome.cost?.nanoDollars, refusal: nil)
            }
            following.append(message)
            following.append(
                Message(
                    role: "tool",
                    parts: answers.map { .toolResult(id: $0.0.id, name: $0.0.name, result: $0.1) }))
            do throws(RequestProblem) {
                prepared = try ready.request.prepared(
                    ready.trial.variant, as: ready.access.shape, before: ready.before, longest: ready.longest,
                    following: following)
            } catch {
                throw CommandFailure(error.description)
            }
            round += 1
        }
    }

    /// Rounds of tools at most.
    private static let mostRounds = 6

    private static func further(_ id: String, _ round: Int) -> String {
        String(SHA256.hex(of: Array("\(id)\u{0}\(round)".utf8)).prefix(16))
    }

    private static func toolCall(_ part: MessagePart) -> (id: String?, name: String, arguments: String)? {
        guard case .toolCall(let id, let name, let arguments) = part else { return nil }
        return (id, name, arguments)
    }

    private func recordedTools(_ trace: String) async throws -> RecordedTools {
        let page = try await reader.spans(
            SpanQuery(filter: .text(.trace, .init(trace)), order: .start, anchor: .oldest, limit: 200))
        var spans: [LoadedSpan] = []
        for stored in page.spans {
            if let payload = try await reader.payload(of: stored.span.key) {
                spans.append(try LoadedSpan.decode(payload))
            }
        }
        return RecordedTools(spans)
    }

    private func send(
        _ prepared: PreparedRequest, _ ready: Ready, _ key: SpanKey,
        _ progress: @escaping @Sendable (TrialState) -> Void
    ) async throws -> (CallSender.Sent, Timestamp) {
        var attempt = 1
        while true {
            try Task.checkCancellation()
            let start = now()
            let sent = await sender.send(prepared, ready.access, once: key.traceID + key.spanID) { text, first in
                progress(TrialState(CallOutcome(answer: text, firstToken: first), notes: prepared.notes))
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

    /// Stores the call, and says what it came to as it will be read.
    private func record(
        _ sent: CallSender.Sent, _ ready: Ready, _ key: SpanKey, _ start: Timestamp
    ) async throws -> (CallOutcome, Message?, Bool) {
        let record = TrialRecord(trial: ready.trial, key: key, start: start, provider: ready.access.name).record(sent)
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
        if let sink { _ = try await sink.append(IngestBatch(spans: batch.spans, masked: batch.masked)) }
        return (CallOutcome(span, detail), message, sink != nil)
    }

    /// What every further call of this kind would meet.
    private static func refusal(_ sent: CallSender.Sent) -> String? {
        if let trouble = sent.trouble, sent.call.status == nil { return trouble }
        guard let status = sent.call.status, [401, 403].contains(status) else { return nil }
        return sent.call.failure?.description ?? "answered \(status)"
    }
}

/// A workspace's prompts.
typealias VersionedPrompts = VersionCatalog<PromptRecord>
