/// Tables laid over each other: the first that knows a model says its price.
public struct PriceBook: Sendable {
    /// A table and where it comes from.
    public struct Layer: Sendable {
        /// Where it comes from, as a person would say it (`built in`, a path).
        public var source: String
        /// Its prices.
        public var table: PriceTable

        /// Makes a layer.
        public init(source: String, table: PriceTable) {
            self.source = source
            self.table = table
        }
    }

    /// The layers, the first tried first.
    public var layers: [Layer]

    /// Makes a book.
    public init(layers: [Layer]) {
        self.layers = layers
    }

    /// A price and the layer it stands in.
    public struct Found: Sendable {
        /// What the model costs.
        public var price: ModelPrice
        /// Where that stands.
        public var source: String
    }

    /// The price of a model; `nil` where none is known.
    ///
    /// Where the provider is told, its models are looked through, then the name alone decides (many name a gateway or the
    /// protocol they speak). A server of one's own has no prices.
    public func price(provider: String?, model: String) -> Found? {
        if let provider, ProviderNames.isLocal(provider) { return nil }
        let names = ModelSpelling.candidates(model)
        if let provider, !provider.isEmpty {
            let name = FoldedName(provider)
            let found = first { table in
                table.provider(named: name).flatMap { id in
                    names.lazy.compactMap { table.price(provider: id, model: $0) }.first
                }
            }
            if let found { return found }
        }
        return priceByName(names, spelling: model)
    }

    private func priceByName(_ names: [FoldedName], spelling: String) -> Found? {
        if let (prefix, rest) = ModelSpelling.vendorPrefix(spelling) {
            if ProviderNames.isLocal(prefix) { return nil }
            let vendor = FoldedName(prefix)
            let names = ModelSpelling.candidates(rest)
            let found = first { table in
                table.provider(named: vendor).flatMap { id in
                    names.lazy.compactMap { table.price(provider: id, model: $0) }.first
                }
            }
            if let found { return found }
        }
        return first { table in
            for name in names {
                for provider in table.providers where provider.modelMatch?.matches(name) == true {
                    if let price = table.price(provider: provider.id, model: name) { return price }
                }
            }
            return nil
        }
    }

    private func first(_ look: (PriceTable) -> ModelPrice?) -> Found? {
        for layer in layers {
            if let price = look(layer.table) { return Found(price: price, source: layer.source) }
        }
        return nil
    }
}

/// The spellings of a model's name.
enum ModelSpelling {
    /// The name as it stands, then without the path that some APIs write before it (`models/gemini-…`,
    /// `projects/…/publishers/google/models/gemini-…`, an ARN's `…/anthropic.claude-…`).
    static func candidates(_ model: String) -> [FoldedName] {
        var names = [FoldedName(model)]
        let lowered = model.lowercased()
        let isPath = lowered.hasPrefix("models/") || lowered.contains("/models/") || lowered.hasPrefix("arn:")
        if isPath, let slash = model.lastIndex(of: "/") {
            names.append(FoldedName(String(model[model.index(after: slash)...])))
        }
        return names
    }

    /// The vendor that a gateway writes before the name (`openai/gpt-4o`), and the rest.
    static func vendorPrefix(_ model: String) -> (String, String)? {
        guard let slash = model.firstIndex(of: "/"), slash != model.startIndex else { return nil }
        let rest = model[model.index(after: slash)...]
        return rest.isEmpty ? nil : (String(model[..<slash]), String(rest))
    }
}
