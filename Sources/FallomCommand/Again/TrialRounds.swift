import Experiments
import ProviderCalls
import TraceModel

/// The rounds of a call whose tools are answered as they answered: where each is recorded, and what they came to together.
/// The last stands under the call's own ids, so that whoever asks for the call finds its answer.
enum TrialRounds {
    /// Rounds after the first at most.
    static let mostFurther = 6

    /// The attribute by which the last round says how many there were.
    static let attribute = "fallom.run.rounds"

    /// The ids of a round that others follow; 0 is the first.
    static func key(_ round: Int, of call: SpanKey) -> SpanKey {
        let digits = SHA256.hex(of: Array("\(call.spanID)\u{0}\(round)".utf8))
        return SpanKey(traceID: call.traceID, spanID: String(digits.prefix(16)))
    }

    /// What a call came to, whatever rounds it took; `nil` where it is not in the store.
    static func outcome(of call: SpanKey, _ reader: any TraceReader) async throws -> CallOutcome? {
        guard let payload = try await reader.payload(of: call) else { return nil }
        let loaded = try LoadedSpan.decode(payload)
        var rounds: [CallOutcome] = []
        for round in 0..<before(loaded.detail) {
            // Of one that is gone nobody knows what it took.
            guard let payload = try await reader.payload(of: key(round, of: call)) else {
                rounds.append(CallOutcome())
                continue
            }
            let loaded = try LoadedSpan.decode(payload)
            rounds.append(CallOutcome(loaded.stored.span, loaded.detail))
        }
        return CallOutcome(rounds: rounds + [CallOutcome(loaded.stored.span, loaded.detail)])
    }

    /// How many rounds came before the one that was recorded so.
    private static func before(_ detail: SpanDetail) -> Int {
        guard case .int(let rounds)? = detail.attributes[attribute] else { return 0 }
        return Int(min(max(1, rounds), Int64(mostFurther) + 1)) - 1
    }
}
