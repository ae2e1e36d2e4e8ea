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
    /// In each layer the models of the provider are looked through, then the name alone decides: many name a gateway, or the
    /// provider whose protocol they speak. A server of one's own has only the prices that a layer gives it by its name.
    public func price(provider: String?, model: String) -> Found? {
        let asked = AskedModel(provider: provider, model: model)
        for layer in layers {
            if let price = layer.table.price(asked) { return Found(price: price, source: layer.source) }
        }
        return nil
    }
}

/// A model as a span names it, in the spellings in which a table may know it.
struct AskedModel {
    var provider: FoldedName?
    var names: [FoldedName]
    /// The vendor that a gateway writes before the name (`openai/gpt-4o`), with the spellings of the rest.
    var vendor: (name: FoldedName, names: [FoldedName])?

    init(provider: String?, model: String) {
        self.provider = provider.flatMap { $0.isEmpty ? nil : FoldedName($0) }
        names = ModelSpelling.candidates(model)
        vendor = ModelSpelling.vendorPrefix(model).map { (FoldedName($0), ModelSpelling.candidates($1)) }
    }
}

extension PriceTable {
    fileprivate func price(_ asked: AskedModel) -> ModelPrice? {
        if let provider = asked.provider {
            if let price = price(provider: provider, names: asked.names) { return price }
            if ProviderNames.isLocal(provider.text) { return nil }
        }
        if let price = firstPrice(provider: Self.anyProvider, asked.names) { return price }
        if let vendor = asked.vendor {
            if let price = price(provider: vendor.name, names: vendor.names) { return price }
            if ProviderNames.isLocal(vendor.name.text) { return nil }
        }
        return price(named: asked.names)
    }

    private func price(provider name: FoldedName, names: [FoldedName]) -> ModelPrice? {
        provider(named: name).flatMap { firstPrice(provider: $0, names) }
    }

    private func firstPrice(provider id: String, _ names: [FoldedName]) -> ModelPrice? {
        names.lazy.compactMap { price(provider: id, model: $0) }.first
    }

    private func price(named names: [FoldedName]) -> ModelPrice? {
        for name in names {
            for provider in providers where provider.modelMatch?.matches(name) == true {
                if let price = price(provider: provider.id, model: name) { return price }
            }
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
