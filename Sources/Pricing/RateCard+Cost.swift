public import TraceModel

extension RateCard {
    /// What a call with these tokens costs, in whole nano-dollars, half a nano-dollar rounded to the even neighbour once, at
    /// the end; `nil` where the usage says nothing or the card names no price. Tokens of a kind without any price cost nothing
    /// (embedding models have no completion).
    ///
    /// Prompt tokens hold the cached and the written ones (D12): what is charged in full is what they leave over.
    public func nanoDollars(for usage: TokenUsage) -> Int64? {
        guard !isEmpty, usage.prompt != nil || usage.completion != nil else { return nil }
        let size = max(0, usage.prompt ?? 0)
        var sum: Int128 = 0
        for part in parts(of: usage, size: size) where part.tokens > 0 {
            guard let rate = part.rate else { continue }
            sum += Int128(part.tokens) * Int128(rate.rate(promptTokens: size).units)
        }
        return Self.rounded(sum)
    }

    private func parts(of usage: TokenUsage, size: Int) -> [(tokens: Int, rate: TieredRate?)] {
        let cached = min(size, max(0, usage.cached ?? 0))
        let written = min(size - cached, max(0, usage.cacheWrite ?? 0))
        let writtenHour = min(written, max(0, usage.cacheWriteHour ?? 0))
        let completion = max(0, usage.completion ?? 0)
        let thought = min(completion, max(0, usage.reasoning ?? 0))
        let write = cacheWrite ?? prompt
        return [
            (size - cached - written, prompt), (cached, self.cached ?? prompt), (written - writtenHour, write),
            (writtenHour, cacheWriteHour ?? write), (completion - thought, self.completion),
            (thought, reasoning ?? self.completion),
        ]
    }

    /// Tokens × 10⁻¹² dollars per million, as nano-dollars: 10⁹ units are one.
    private static func rounded(_ sum: Int128) -> Int64? {
        let (quotient, rest) = sum.quotientAndRemainder(dividingBy: 1_000_000_000)
        let half: Int128 = 500_000_000
        let isUp = rest > half || rest == half && !quotient.isMultiple(of: 2)
        return Int64(exactly: isUp ? quotient + 1 : quotient)
    }
}
