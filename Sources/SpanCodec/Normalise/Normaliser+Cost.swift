import OrderedJSON
import TraceModel

extension Normaliser {
    /// What the emitter says it cost (§2.6, D12b).
    mutating func cost() -> Cost? {
        let names = facts.vocabulary.tokens
        var dollars: Double?
        if facts.present.intersects(names.anyCost) {
            dollars = costObject(names.costDetails) ?? facts.firstDouble(names.cost) ?? sumOfParts(names)
            for id in names.costObjects.order where dollars == nil && facts.has(id) { dollars = costObject(id) }
        }
        dollars = dollars ?? gatewayCost() ?? raw.usage?.cost ?? raw.answer?.usage?.cost ?? raw.responseUsage?.cost
        guard let dollars, dollars >= 0, dollars < 1e9 else { return nil }
        return Cost(nanoDollars: Int64((dollars * 1e9).rounded()), isEstimated: false)
    }

    /// What a gateway says in the provider's metadata of the AI SDK: Vercel's own, OpenRouter.
    private mutating func gatewayCost() -> Double? {
        let names = facts.vocabulary.tokens.providerMetadata
        guard facts.present.intersects(names.set) else { return nil }
        for id in names.order where facts.has(id) {
            let value = facts.value(id)
            if let text = facts.filledText(value), !text.holds("\"cost\"") { continue }
            guard let json = facts.json(value) else { continue }
            let cost = json["gateway"]?["cost"] ?? json["openrouter"]?["usage"]?["cost"]
            if let cost = cost?.figure { return cost }
        }
        return nil
    }

    private mutating func sumOfParts(_ names: TokenNames) -> Double? {
        let prompt = facts.firstDouble(names.costPrompt)
        let completion = facts.firstDouble(names.costCompletion)
        return prompt == nil && completion == nil ? nil : (prompt ?? 0) + (completion ?? 0)
    }

    /// An object of costs: its total, else what LiteLLM calls the response's cost, else the sum of its parts.
    private mutating func costObject(_ id: UInt16) -> Double? {
        guard facts.has(id), let json = facts.json(facts.value(id)), let members = json.object, !members.isEmpty
        else { return nil }
        if let total = json.first("total", "total_cost", "totalCost", "amount", "usd", "response_cost")?.figure {
            return total
        }
        guard id != facts.vocabulary.tokens.hiddenParameters else { return nil }
        let parts = members.compactMap(\.value.figure)
        return parts.isEmpty ? nil : parts.reduce(0, +)
    }
}
