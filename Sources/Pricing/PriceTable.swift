internal import TraceModel

/// A provider as a table knows it.
public struct PricedProvider: Hashable, Sendable {
    /// Its id in the table (`openai`, `google`, `aws`, …).
    public var id: String
    /// Which provider names mean it, besides its id and the names of ``ProviderNames``.
    public var match: NameMatch?
    /// Which models are known to be its own where no provider is told.
    public var modelMatch: NameMatch?
    /// Providers whose models it also serves at their price, in order.
    public var fallbacks: [String] = []
}

/// Prices of models, by provider, in the order in which they are tried.
public struct PriceTable: Hashable, Sendable {
    /// The providers, in the order in which a model without a provider is looked for.
    public var providers: [PricedProvider]
    /// The models of each provider; the first whose clause fits a name counts.
    public var models: [String: [ModelPrice]]

    /// Makes a table.
    public init(providers: [PricedProvider] = [], models: [String: [ModelPrice]] = [:]) {
        self.providers = providers
        self.models = models
    }

    /// Stands for the provider in prices that hold whoever serves the model.
    public static let anyProvider = ""

    /// Makes a table of prices that a person or another list gives: providers under whatever name are found by their id, and
    /// the entries of one model are its periods, the earliest first.
    public init(prices: [ModelPrice]) {
        self.init()
        for price in prices {
            var price = price
            let lowered = price.provider.lowercased()
            price.provider = ProviderNames.id(of: lowered) ?? lowered
            add(price)
        }
    }

    private mutating func add(_ price: ModelPrice) {
        if price.provider != Self.anyProvider, !providers.contains(where: { $0.id == price.provider }) {
            providers.append(PricedProvider(id: price.provider))
        }
        var own = models[price.provider] ?? []
        if let same = own.firstIndex(where: { $0.match == price.match }) {
            own[same].periods += price.periods
            own[same].periods.sort { ($0.from?.daysSinceEpoch ?? .min) < ($1.from?.daysSinceEpoch ?? .min) }
        } else {
            own.append(price)
        }
        models[price.provider] = own
    }

    /// All prices: those that hold for any provider, then provider by provider.
    public var listed: [ModelPrice] {
        ([Self.anyProvider] + providers.map(\.id)).flatMap { models[$0] ?? [] }
    }

    /// Whether a provider's name, as a span has it, means the provider of that id.
    public func isProvider(_ id: String, named name: String) -> Bool {
        provider(named: FoldedName(name)) == id
    }

    /// The price of a provider's model, its own first, then those of the providers whose models it serves.
    func price(provider: String, model: FoldedName) -> ModelPrice? {
        if let own = models[provider]?.first(where: { $0.match.matches(model) }) { return own }
        for other in providers.first(where: { $0.id == provider })?.fallbacks ?? [] {
            if let price = models[other]?.first(where: { $0.match.matches(model) }) { return price }
        }
        return nil
    }

    /// The id of the provider that a name means.
    func provider(named name: FoldedName) -> String? {
        if let exact = providers.first(where: { FoldedName.bytes(of: $0.id) == name.bytes }) { return exact.id }
        if let alias = ProviderNames.id(of: name.text.lowercased()), providers.contains(where: { $0.id == alias }) {
            return alias
        }
        return providers.first { $0.match?.matches(name) == true }?.id
    }
}
