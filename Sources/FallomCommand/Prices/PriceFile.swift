import OrderedJSON
import Pricing
import TraceModel
import Yams

/// `prices.yaml`: a list of prices in dollars per million tokens.
enum PriceFile {
    /// An example, as help shows it.
    static let example = """
        - model: my-model            # a name; with * at either end a part of one
          provider: openai           # left out: whoever serves it
          input: 1.25                # dollars per million tokens
          cached: 0.125              # read from the cache; left out: as input
          cache_write: 1.5           # written to it; cache_write_1h for an hour
          output: 10                 # reasoning: where it costs another price
          above: {200000: {input: 2.5, output: 15}}
          from: 2026-10-01           # another entry of the model may hold before
        """

    /// Reads the list.
    ///
    /// - Throws: ``ConfigurationMistake`` with line and column.
    static func prices(yaml text: String, path: String) throws -> [ModelPrice] {
        guard let root = try YAMLReader.compose(text, path: path) else { return [] }
        let reader = YAMLReader(path: path)
        guard case .sequence(let entries) = root else {
            throw reader.mistake(root, "expected a list: '- model: NAME' with its prices below")
        }
        return try entries.map { try price($0, reader) }
    }

    private static func price(_ node: Node, _ reader: YAMLReader) throws -> ModelPrice {
        var price = ModelPrice(provider: PriceTable.anyProvider, model: "", match: .equals(""), periods: [])
        var period = PricePeriod(card: RateCard())
        var tiers: [(size: Int, rates: [(String, TokenRate)])] = []
        for (name, entry) in try reader.entries(of: node) {
            switch name {
            case "model":
                price.model = try reader.text(entry, name)
                price.match = match(price.model)
            case "provider": price.provider = try reader.text(entry, name)
            case "from": period.from = try day(entry, reader)
            case "above": tiers = try self.tiers(entry, reader)
            case _ where RateCard.names.contains(name): period.card.set(name, base: try amount(entry, name, reader))
            default:
                let known = ["model", "provider"] + RateCard.names + ["above", "from"]
                throw reader.mistake(
                    entry.key, "unknown entry '\(name)'; known are \(known.joined(separator: ", "))")
            }
        }
        guard !price.model.isEmpty else { throw reader.mistake(node, "a price needs 'model: NAME'") }
        for tier in tiers {
            for (name, rate) in tier.rates {
                period.card.add(name, TieredRate.Tier(aboveTokens: tier.size, rate: rate))
            }
        }
        guard !period.card.isEmpty else {
            throw reader.mistake(node, "\(price.model) has no price; write 'input: 1.25'")
        }
        price.periods = [period]
        return price
    }

    private static func match(_ name: String) -> NameMatch {
        let core = String(name.drop { $0 == "*" }.reversed().drop { $0 == "*" }.reversed())
        switch (name.hasPrefix("*"), name.hasSuffix("*")) {
        case (true, true): return .contains(core)
        case (true, false): return .endsWith(core)
        case (false, true): return .startsWith(core)
        case (false, false): return .equals(name)
        }
    }

    private static func tiers(
        _ entry: YAMLReader.Entry, _ reader: YAMLReader
    ) throws -> [(size: Int, rates: [(String, TokenRate)])] {
        try reader.entries(of: entry.value).map { size, rates in
            guard let tokens = Int(size), tokens > 0 else {
                throw reader.mistake(rates.key, "'\(size)' must be a number of prompt tokens")
            }
            return (
                tokens,
                try reader.entries(of: rates.value).map { name, value in
                    guard RateCard.names.contains(name) else {
                        throw reader.mistake(
                            value.key, "unknown price '\(name)'; known are \(RateCard.names.joined(separator: ", "))")
                    }
                    return (name, try amount(value, name, reader))
                }
            )
        }
    }

    private static func amount(_ entry: YAMLReader.Entry, _ name: String, _ reader: YAMLReader) throws -> TokenRate {
        guard let rate = TokenRate(decimal: try reader.text(entry, name)) else {
            throw reader.mistake(entry.value, "\(name) must be dollars per million tokens, like 1.25")
        }
        return rate
    }

    private static func day(_ entry: YAMLReader.Entry, _ reader: YAMLReader) throws -> CivilDate {
        guard let day = CivilDate(text: try reader.text(entry, "from")) else {
            throw reader.mistake(entry.value, "from must be a day, like 2026-10-01")
        }
        return day
    }
}

extension RateCard {
    /// The names of the prices, as files and JSON have them.
    static let names = ["input", "cached", "cache_write", "cache_write_1h", "output", "reasoning"]

    /// The rate of that name.
    subscript(name: String) -> TieredRate? {
        get {
            switch name {
            case "input": prompt
            case "cached": cached
            case "cache_write": cacheWrite
            case "cache_write_1h": cacheWriteHour
            case "output": completion
            case "reasoning": reasoning
            default: nil
            }
        }
        set {
            switch name {
            case "input": prompt = newValue
            case "cached": cached = newValue
            case "cache_write": cacheWrite = newValue
            case "cache_write_1h": cacheWriteHour = newValue
            case "output": completion = newValue
            case "reasoning": reasoning = newValue
            default: break
            }
        }
    }

    fileprivate mutating func set(_ name: String, base: TokenRate) {
        self[name] = TieredRate(base: base, tiers: self[name]?.tiers ?? [])
    }

    fileprivate mutating func add(_ name: String, _ tier: TieredRate.Tier) {
        let rate = self[name]
        self[name] = TieredRate(base: rate?.base ?? tier.rate, tiers: (rate?.tiers ?? []) + [tier])
    }
}
