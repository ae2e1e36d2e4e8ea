import Experiments
import OrderedJSON
import Pricing
import TraceModel

/// What calls will cost, as far as that can be known before.
struct RunEstimate: Hashable, Sendable {
    /// Nano-dollars that the calls of the plan would cost with the tokens they took then.
    var likely: Int64 = 0
    /// Calls for which nobody knows a price or what they took.
    var unknown = 0
    /// The models without a price.
    var unpriced: Set<String> = []

    /// Of calls in all variants.
    init(_ calls: [StoredSpan], _ variants: [CallVariant], _ pricer: Pricer, now: Timestamp) {
        for variant in variants {
            for call in calls {
                let span = call.span
                guard let model = variant.model ?? span.requestModel ?? span.responseModel else {
                    unknown += 1
                    continue
                }
                let provider = variant.provider ?? (variant.model == nil ? span.provider : nil)
                guard let card = pricer.price(provider: provider, model: model)?.card(at: now) else {
                    unknown += 1
                    unpriced.insert(model)
                    continue
                }
                guard let cost = card.nanoDollars(for: span.usage) else {
                    unknown += 1
                    continue
                }
                likely += cost
            }
        }
    }

    /// Tokens of an answer where nobody says how many: for what it may cost without a budget.
    private static let longestAnswer = 4_096

    /// Tokens of an answer that are allowed within a budget, where neither the call nor the run says how many: four times
    /// those of the recorded one.
    static func longestAnswer(to request: RecordedRequest) -> Int { max(512, 4 * (request.usage.completion ?? 128)) }

    /// The most that a round of a call can cost: what is sent has no more tokens than two of three bytes, and the answer no more than it
    /// is allowed. 0 where no price is known.
    static func most(
        _ prepared: PreparedRequest, of ready: TrialRunner.Ready, _ pricer: Pricer, now: Timestamp
    ) -> Int64 {
        let card = pricer.price(provider: ready.access.name, model: prepared.model)?.card(at: now)
        let sent = prepared.body.compactBytes.count * 2 / 3
        let usage = TokenUsage(
            prompt: max(sent, ready.request.usage.prompt ?? 0),
            completion: prepared.maxTokens ?? longestAnswer)
        return card?.nanoDollars(for: usage) ?? 0
    }
}
