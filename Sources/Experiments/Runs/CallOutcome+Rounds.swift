import TraceModel

extension CallOutcome {
    /// What a call came to that took several rounds, with tools answered between them: the answer is the last one's, the
    /// figures are what all of them took. A figure that one of them does not tell is unknown of all.
    public init(rounds: [CallOutcome]) {
        self = rounds.last ?? CallOutcome()
        guard rounds.count > 1 else { return }
        let before = Self.sum(rounds.dropLast().map(\.latency))
        latency = Self.sum([before, latency])
        // Who waits for the answer waits for the rounds before it, too.
        firstToken = Self.sum([before, firstToken])
        cost = Self.sum(rounds.map { $0.cost?.nanoDollars ?? ($0.isUnanswered ? 0 : nil) }).map { nanoDollars in
            Cost(nanoDollars: nanoDollars, isEstimated: rounds.contains { $0.cost?.isEstimated == true })
        }
        func tokens(_ count: KeyPath<TokenUsage, Int?>) -> Int? {
            Self.sum(rounds.map { $0.usage[keyPath: count].map(Int64.init) }).map { Int(clamping: $0) }
        }
        usage = TokenUsage(
            prompt: tokens(\.prompt), completion: tokens(\.completion), total: tokens(\.total),
            cached: tokens(\.cached), cacheWrite: tokens(\.cacheWrite), cacheWriteHour: tokens(\.cacheWriteHour),
            reasoning: tokens(\.reasoning))
    }

    /// `nil` where one is unknown. The figures are read from a store that anybody may have written: their sum has an end.
    private static func sum(_ figures: [Int64?]) -> Int64? {
        figures.reduce(0 as Int64?) { sum, figure in
            guard let sum, let figure else { return nil }
            let (new, isOver) = sum.addingReportingOverflow(figure)
            return isOver ? nil : new
        }
    }
}
