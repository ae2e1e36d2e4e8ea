/// A rate that may depend on how large the request is.
public struct TieredRate: Hashable, Sendable {
    /// A rate for requests whose whole input exceeds a number of tokens.
    public struct Tier: Hashable, Sendable {
        /// The input must exceed this, in tokens.
        public var aboveTokens: Int
        /// Then this holds, for all tokens of the request.
        public var rate: TokenRate

        /// Makes a tier.
        public init(aboveTokens: Int, rate: TokenRate) {
            self.aboveTokens = aboveTokens
            self.rate = rate
        }
    }

    /// Below every tier.
    public var base: TokenRate
    /// By rising size.
    public var tiers: [Tier]

    /// Makes a rate; tiers may come in any order.
    public init(base: TokenRate, tiers: [Tier] = []) {
        self.base = base
        self.tiers = tiers.sorted { $0.aboveTokens < $1.aboveTokens }
    }

    /// The rate of a request with that many prompt tokens, cached ones included.
    public func rate(promptTokens: Int) -> TokenRate {
        tiers.last { promptTokens > $0.aboveTokens }?.rate ?? base
    }
}

/// What each kind of token costs, of one model during one period. A kind without a rate of its own costs what the kind it
/// belongs to costs: cached and written tokens are prompt tokens, reasoning is completion.
public struct RateCard: Hashable, Sendable {
    /// Prompt tokens that came from no cache.
    public var prompt: TieredRate?
    /// Prompt tokens read from the provider's cache.
    public var cached: TieredRate?
    /// Prompt tokens written to the cache (for five minutes, where the provider tells lifetimes apart).
    public var cacheWrite: TieredRate?
    /// Prompt tokens written to the cache for an hour.
    public var cacheWriteHour: TieredRate?
    /// Completion tokens.
    public var completion: TieredRate?
    /// Completion tokens spent on reasoning.
    public var reasoning: TieredRate?

    /// Makes a card; what is left out costs what its kind costs.
    public init(
        prompt: TieredRate? = nil, cached: TieredRate? = nil, cacheWrite: TieredRate? = nil,
        cacheWriteHour: TieredRate? = nil, completion: TieredRate? = nil, reasoning: TieredRate? = nil
    ) {
        self.prompt = prompt
        self.cached = cached
        self.cacheWrite = cacheWrite
        self.cacheWriteHour = cacheWriteHour
        self.completion = completion
        self.reasoning = reasoning
    }

    /// Whether it names no price at all.
    public var isEmpty: Bool { self == RateCard() }
}
