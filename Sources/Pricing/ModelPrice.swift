public import TraceModel

/// When a card holds.
public struct PricePeriod: Hashable, Sendable {
    /// A part of each day, in seconds after midnight UTC; one that ends before it starts runs over midnight.
    public struct Daily: Hashable, Sendable {
        /// The first second.
        public var start: Int
        /// The second after the last.
        public var end: Int

        /// Makes a window.
        public init(start: Int, end: Int) {
            self.start = start
            self.end = end
        }

        func contains(_ second: Int) -> Bool {
            start <= end ? second >= start && second < end : second >= start || second < end
        }
    }

    /// The first day (UTC); `nil` holds from the beginning.
    public var from: CivilDate?
    /// The part of the day; `nil` is all of it.
    public var daily: Daily?
    /// What it costs then.
    public var card: RateCard

    /// Makes a period.
    public init(from: CivilDate? = nil, daily: Daily? = nil, card: RateCard) {
        self.from = from
        self.daily = daily
        self.card = card
    }

    /// Whether it holds at that moment.
    public func holds(at time: Timestamp) -> Bool {
        let seconds = time.unixNanoseconds.flooredQuotient(1_000_000_000)
        let day = seconds.flooredQuotient(86_400)
        if let from, day < from.daysSinceEpoch { return false }
        return daily?.contains(Int(seconds - day * 86_400)) ?? true
    }
}

/// What a model of a provider costs, and by which names one knows it.
public struct ModelPrice: Hashable, Sendable {
    /// The provider's id in the table (`openai`, `x-ai`, …).
    public var provider: String
    /// The model's name in the table.
    public var model: String
    /// Which names mean it.
    public var match: NameMatch
    /// In order: the last that holds at the call's time counts.
    public var periods: [PricePeriod]

    /// Makes a price.
    public init(provider: String, model: String, match: NameMatch, periods: [PricePeriod]) {
        self.provider = provider
        self.model = model
        self.match = match
        self.periods = periods
    }

    /// The card of that moment.
    public func card(at time: Timestamp) -> RateCard? {
        periods.last { $0.holds(at: time) }?.card
    }
}

extension Int64 {
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
