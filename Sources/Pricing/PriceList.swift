public import OrderedJSON
internal import TraceModel

/// Prices as other public lists give them.
public enum PriceList {
    /// Whose list it is.
    public enum Format: String, Sendable {
        /// `model_prices_and_context_window.json` of LiteLLM: dollars for one token, by model.
        case liteLLM = "LiteLLM"
        /// `api.json` of models.dev: dollars for a million tokens, by provider and model.
        case modelsDev = "models.dev"
    }

    /// What a list gave.
    public struct Read: Sendable {
        /// Whose it is.
        public var format: Format
        /// The models that have prices.
        public var prices: [ModelPrice]
        /// Entries without a price for text (pictures, sound, free models without figures).
        public var skipped: Int
    }

    /// Reads a list; `nil` where its shape is that of neither.
    public static func reading(_ value: JSONValue) -> Read? {
        guard let members = value.object else { return nil }
        if members.contains(where: { $0.value["models"]?.object != nil }) { return modelsDev(members) }
        if members.contains(where: { $0.value["input_cost_per_token"] != nil }) { return liteLLM(members) }
        return nil
    }

    private static func liteLLM(_ members: [JSONMember]) -> Read {
        var read = Read(format: .liteLLM, prices: [], skipped: 0)
        for member in members where member.name != "sample_spec" {
            let card = liteLLMCard(member.value)
            guard !card.isEmpty, let provider = member.value["litellm_provider"]?.string.map(liteLLMProvider) else {
                read.skipped += 1
                continue
            }
            let name = withoutPrefix(member.name, provider: provider)
            read.prices.append(
                ModelPrice(
                    provider: provider, model: name, match: .equals(name), periods: [PricePeriod(card: card)]))
        }
        return read
    }

    /// LiteLLM writes the provider before names that others have too (`azure/gpt-4o`).
    private static func withoutPrefix(_ name: String, provider: String) -> String {
        guard let slash = name.firstIndex(of: "/") else { return name }
        let prefix = name[..<slash].lowercased()
        guard (ProviderNames.id(of: prefix) ?? prefix) == provider else { return name }
        return String(name[name.index(after: slash)...])
    }

    /// `vertex_ai-language-models` and the like are parts of one provider.
    private static func liteLLMProvider(_ name: String) -> String {
        let lowered = name.lowercased()
        let whole = lowered.hasPrefix("vertex_ai-") ? "vertex_ai" : lowered
        return ProviderNames.id(of: whole) ?? whole
    }

    private static func liteLLMCard(_ value: JSONValue) -> RateCard {
        func rate(_ names: String...) -> TieredRate? {
            for name in names {
                guard let base = perToken(value[name]) else { continue }
                let tiers = [128_000, 200_000, 256_000, 272_000, 512_000].compactMap { size in
                    perToken(value["\(name)_above_\(size / 1000)k_tokens"])
                        .map { TieredRate.Tier(aboveTokens: size, rate: $0) }
                }
                return TieredRate(base: base, tiers: tiers)
            }
            return nil
        }
        return RateCard(
            prompt: rate("input_cost_per_token"), cached: rate("cache_read_input_token_cost"),
            cacheWrite: rate("cache_creation_input_token_cost"),
            cacheWriteHour: rate("cache_creation_input_token_cost_above_1hr"),
            completion: rate("output_cost_per_token"), reasoning: rate("output_cost_per_reasoning_token"))
    }

    private static func perToken(_ value: JSONValue?) -> TokenRate? {
        switch value {
        case .number(let number): TokenRate(decimal: number.text, isPerToken: true)
        case .string(let text): TokenRate(decimal: text, isPerToken: true)
        default: nil
        }
    }

    private static func modelsDev(_ members: [JSONMember]) -> Read {
        var read = Read(format: .modelsDev, prices: [], skipped: 0)
        for provider in members {
            for model in provider.value["models"]?.object ?? [] {
                let card = modelsDevCard(model.value["cost"] ?? .null)
                guard !card.isEmpty else {
                    read.skipped += 1
                    continue
                }
                read.prices.append(
                    ModelPrice(
                        provider: provider.name, model: model.name, match: .equals(model.name),
                        periods: [PricePeriod(card: card)]))
            }
        }
        return read
    }

    private static func modelsDevCard(_ cost: JSONValue) -> RateCard {
        func rate(_ name: String) -> TieredRate? {
            guard let base = PriceReader.amount(cost[name]) else { return nil }
            let above = PriceReader.amount(cost["context_over_200k"]?[name])
            return TieredRate(base: base, tiers: above.map { [.init(aboveTokens: 200_000, rate: $0)] } ?? [])
        }
        return RateCard(
            prompt: rate("input"), cached: rate("cache_read"), cacheWrite: rate("cache_write"),
            completion: rate("output"), reasoning: rate("reasoning"))
    }
}
