public import OrderedJSON
internal import TraceModel

extension ModelPrice {
    /// The price as a line of a table, in the form in which ``PriceTable/reading(lines:)`` reads it.
    public var json: JSONValue {
        .object(
            [
                JSONMember("provider", .string(provider)), JSONMember("model", .string(model)),
                JSONMember("match", match.json), JSONMember("prices", .array(periods.map(\.json))),
            ])
    }
}

extension PricePeriod {
    /// The period as a table writes it.
    public var json: JSONValue {
        var members: [JSONMember] = []
        if let from {
            let month = from.month < 10 ? "0\(from.month)" : "\(from.month)"
            let day = from.day < 10 ? "0\(from.day)" : "\(from.day)"
            members.append(JSONMember("from", .string("\(from.year)-\(month)-\(day)")))
        }
        if let daily {
            members.append(
                JSONMember(
                    "daily",
                    .object(["start": .string(Self.clock(daily.start)), "end": .string(Self.clock(daily.end))])))
        }
        members.append(JSONMember("prices", card.json))
        return .object(members)
    }

    private static func clock(_ seconds: Int) -> String {
        let parts = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts.joined(separator: ":") + "+00:00"
    }
}

extension RateCard {
    /// The card as a table writes it: dollars per million tokens, as decimal text.
    public var json: JSONValue {
        let rates: [(String, TieredRate?)] = [
            ("input_mtok", prompt), ("cache_read_mtok", cached), ("cache_write_mtok", cacheWrite),
            ("cache_write_1h_mtok", cacheWriteHour), ("output_mtok", completion), ("output_reasoning_mtok", reasoning),
        ]
        return .object(rates.compactMap { name, rate in rate.map { JSONMember(name, $0.json) } })
    }
}

extension TieredRate {
    var json: JSONValue {
        guard !tiers.isEmpty else { return .string(base.dollarsPerMillion) }
        let tiers = tiers.map { tier in
            JSONValue.object([
                "above_tokens": .number(tier.aboveTokens), "price": .string(tier.rate.dollarsPerMillion),
            ])
        }
        return .object(["base": .string(base.dollarsPerMillion), "tiers": .array(tiers)])
    }
}

extension NameMatch {
    var json: JSONValue {
        switch self {
        case .equals(let text): .object(["equals": .string(text)])
        case .startsWith(let text): .object(["startsWith": .string(text)])
        case .endsWith(let text): .object(["endsWith": .string(text)])
        case .contains(let text): .object(["contains": .string(text)])
        case .regex(let text): .object(["regex": .string(text)])
        case .any(let clauses): .object(["or": .array(clauses.map(\.json))])
        case .all(let clauses): .object(["and": .array(clauses.map(\.json))])
        }
    }
}
