/// A provider as a table knows it.
public struct PricedProvider: Hashable, Sendable {
    /// Its id in the table (`openai`, `google`, `aws`, …).
    public var id: String
    /// Which provider names mean it, besides its id and the names of ``ProviderNames``.
    public var match: NameMatch?
    /// Which models are known to be its own where no provider is told.
    public var modelMatch: NameMatch?
    /// Providers whose models it also serves at their price, in order.
    public var fallbacks: [String]

    /// Makes a provider.
    public init(id: String, match: NameMatch? = nil, modelMatch: NameMatch? = nil, fallbacks: [String] = []) {
        self.id = id
        self.match = match
        self.modelMatch = modelMatch
        self.fallbacks = fallbacks
    }
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

    /// Whether it names no model.
    public var isEmpty: Bool { models.values.allSatisfy(\.isEmpty) }

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
