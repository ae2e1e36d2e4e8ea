/// What of a span counts in the sums of its session. Tokens, cost and calls each have a rule of their own.
public struct SpanCounts: OptionSet, Hashable, Sendable {
    /// The members as bits.
    public let rawValue: UInt8

    /// Makes a set of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Its tokens: no descendant and no earlier twin tells them again (D9).
    public static let tokens = SpanCounts(rawValue: 1)
    /// Its cost: the same rule over what spans say they cost (D9g). What stands on an agent alone is the session's;
    /// where its calls say a cost too, theirs count.
    public static let cost = SpanCounts(rawValue: 2)
    /// It is a request of its own if it is of kind ``SpanKind/llm``: it does not tell again what an LLM span around it
    /// told (client, gateway, provider: D20a).
    public static let call = SpanCounts(rawValue: 4)

    /// What a span counts that is alone in its trace.
    public static let all: SpanCounts = [.tokens, .cost, .call]

    /// Puts a member in or takes it out.
    mutating func set(_ member: SpanCounts, _ isIn: Bool) {
        if isIn { insert(member) } else { remove(member) }
    }
}

extension SpanKind {
    /// Whether LLM spans inside one of this kind belong to the request around it. What an agent or a tool asks a model
    /// is a request of its own, even where it runs inside a call.
    var endsRequest: Bool {
        switch self {
        case .agent, .tool, .retrieval, .embedding, .reranker, .guardrail, .evaluator: true
        case .llm, .chain, .preprocessing, .postprocessing, .custom: false
        }
    }
}
