import Experiments
import ProviderCalls
import TraceModel

extension TrialRunner {
    /// What became of a call.
    struct Ended: Sendable {
        let state: TrialState
        /// Nano-dollars that it cost; the most it can have cost where nobody says what was charged.
        let spent: Int64
        /// Whether it came to its end: it did not where a further round was not allowed.
        var isWhole = true
        /// Why no provider would take it, whatever it is that is asked: a wrong key, no connection.
        var refusal: String?
    }

    /// A call as it goes on from round to round.
    private struct Talk {
        /// What is sent next.
        var prepared: PreparedRequest
        /// What was said since the recorded request.
        var following: [Message] = []
        /// What each round came to.
        var rounds: [CallOutcome] = []
        var spent: Int64 = 0
        /// What the app's tools answered, once it is read.
        var tools: RecordedTools?
    }

    /// What follows an answer.
    private enum Next {
        case end(note: String?)
        case round(PreparedRequest, following: [Message])
    }

    /// Sends it, again where it is turned away for now, and records what came of it. Where tools are answered as they
    /// answered, that takes several rounds: the last is recorded under the call's own ids, as its answer.
    ///
    /// - Parameters:
    ///   - key: the new call's ids.
    ///   - mayGoOn: asked before a further round is sent, with the nano-dollars that the call will have cost after it at
    ///     most; where it says no, the call ends without an answer.
    func run(
        _ ready: Ready, as key: SpanKey, mayGoOn: (Int64) async throws -> Bool = { _ in true },
        progress: @escaping @Sendable (TrialState) -> Void
    ) async throws -> Ended {
        var talk = Talk(prepared: ready.prepared)
        while true {
            let round = talk.rounds.count
            let own = TrialRounds.key(round, of: key)
            if let known = try await answeredBefore(own, ready),
                case .round(let next, let following) = try await next(after: known.message, ready, &talk)
            {
                talk.rounds.append(known.outcome)
                (talk.prepared, talk.following) = (next, following)
            } else {
                let asked = talk.prepared
                let (sent, start) = try await send(asked, ready, once: round == 0 ? key : own, round, progress)
                let answer = try read(sent, ready, as: key, start, rounds: round + 1)
                talk.rounds.append(answer.outcome)
                talk.spent += spent(answer.outcome, asked, ready)
                switch try await next(after: answer.message, ready, &talk) {
                case .end(let note):
                    let isStored = try await store(answer)
                    return ended(
                        talk, isStored ? key : nil, notes: asked.notes + [note].compactMap(\.self), isStored: isStored,
                        refusal: Self.refusal(sent))
                case .round(let next, let following):
                    // Kept before more is asked: it was paid for, whatever comes.
                    try await store(try read(sent, ready, as: own, start))
                    (talk.prepared, talk.following) = (next, following)
                }
            }
            let most = RunEstimate.most(talk.prepared, of: ready, pricer, now: now())
            guard try await mayGoOn(talk.spent + most) else {
                return ended(talk, nil, notes: talk.prepared.notes, isStored: sink != nil, isWhole: false)
            }
        }
    }

    private func ended(
        _ talk: Talk, _ key: SpanKey?, notes: [String], isStored: Bool, isWhole: Bool = true, refusal: String? = nil
    ) -> Ended {
        let notes = notes + (isStored ? [] : ["the store cannot be written: the call is not recorded"])
        return Ended(
            state: TrialState(
                CallOutcome(rounds: talk.rounds), recorded: key, notes: notes, round: talk.rounds.count - 1,
                isOver: true), spent: talk.spent, isWhole: isWhole, refusal: refusal)
    }

    private func spent(_ outcome: CallOutcome, _ asked: PreparedRequest, _ ready: Ready) -> Int64 {
        if let cost = outcome.cost { return cost.nanoDollars }
        // Of an answer that broke off nobody says what it cost.
        if outcome.isUnanswered { return 0 }
        return RunEstimate.most(asked, of: ready, pricer, now: now())
    }

    /// A round that was answered when the call was begun before, and is not paid for again.
    private func answeredBefore(
        _ key: SpanKey, _ ready: Ready
    ) async throws -> (outcome: CallOutcome, message: Message?)? {
        guard ready.trial.variant.tools == .answered, let payload = try await reader.payload(of: key) else {
            return nil
        }
        let loaded = try LoadedSpan.decode(payload)
        guard case .messages(let said) = loaded.detail.output else { return nil }
        return (CallOutcome(loaded.stored.span, loaded.detail), said.last)
    }

    /// What is sent after an answer that asks for tools which answered then.
    private func next(after message: Message?, _ ready: Ready, _ talk: inout Talk) async throws -> Next {
        let asked = message?.parts.compactMap(Self.toolCall) ?? []
        guard ready.trial.variant.tools == .answered, !asked.isEmpty, let message,
            talk.following.count / 2 < TrialRounds.mostFurther
        else { return .end(note: nil) }
        let tools: RecordedTools
        if let known = talk.tools { tools = known } else { tools = try await recordedTools(ready.trial.key.traceID) }
        talk.tools = tools
        var results: [MessagePart] = []
        for call in asked {
            guard let result = tools.answer(call.name, call.arguments) else {
                return .end(note: "the tool \(call.name) did not answer then, so the call ends here")
            }
            results.append(.toolResult(id: call.id, name: call.name, result: result))
        }
        let following = talk.following + [message, Message(role: "tool", parts: results)]
        do throws(RequestProblem) {
            return .round(
                try ready.request.prepared(
                    ready.trial.variant, as: ready.access.shape, before: ready.before, longest: ready.longest,
                    following: following), following: following)
        } catch {
            return .end(note: "its tools' answers cannot be sent, so the call ends here: \(error.description)")
        }
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

    /// What every further call of this kind would meet.
    private static func refusal(_ sent: CallSender.Sent) -> String? {
        if let trouble = sent.trouble, sent.call.status == nil { return trouble }
        guard let status = sent.call.status, [401, 403].contains(status) else { return nil }
        return sent.call.failure?.description ?? "answered \(status)"
    }
}
