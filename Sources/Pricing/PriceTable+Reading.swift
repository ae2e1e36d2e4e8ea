internal import OrderedJSON
internal import TraceModel

/// A line of a table that could not be read.
public struct PriceProblem: Hashable, Sendable, CustomStringConvertible {
    /// Which line or entry, from 1.
    public var place: Int
    /// What is wrong with it, and what would be right.
    public var message: String

    /// The place and the message.
    public var description: String { "entry \(place): \(message)" }
}

extension PriceTable {
    /// Reads the table's lines: a line a provider, a line a model. Lines that cannot be read are skipped and told.
    public static func reading(lines bytes: UnsafeRawBufferPointer) -> (table: PriceTable, problems: [PriceProblem]) {
        var table = PriceTable()
        var problems: [PriceProblem] = []
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard !line.isEmpty else { continue }
            do throws(PriceProblem) {
                guard let value = try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: line)) else {
                    throw PriceProblem(place: number, message: "is not JSON")
                }
                try table.take(value, place: number)
            } catch {
                problems.append(error)
            }
        }
        return (table, problems)
    }

    private mutating func take(_ value: JSONValue, place: Int) throws(PriceProblem) {
        var reader = PriceReader(place: place)
        guard value["model"] != nil else { return providers.append(try reader.provider(value)) }
        let price = try reader.model(value)
        if !providers.contains(where: { $0.id == price.provider }) {
            providers.append(PricedProvider(id: price.provider))
        }
        models[price.provider, default: []].append(price)
    }
}

/// Reads one entry of a table.
struct PriceReader {
    let place: Int

    mutating func provider(_ value: JSONValue) throws(PriceProblem) -> PricedProvider {
        PricedProvider(
            id: try text(value, "provider"), match: try clause(value["provider_match"]),
            modelMatch: try clause(value["model_match"]),
            fallbacks: (value["fallback_model_providers"]?.array ?? []).compactMap(\.string))
    }

    mutating func model(_ value: JSONValue) throws(PriceProblem) -> ModelPrice {
        let name = try text(value, "model")
        var periods: [PricePeriod] = []
        for period in value["prices"]?.array ?? [] { periods.append(try self.period(period)) }
        guard !periods.isEmpty else { throw problem("`prices` holds no price") }
        return ModelPrice(
            provider: try text(value, "provider"), model: name, match: try clause(value["match"]) ?? .equals(name),
            periods: periods)
    }

    private func period(_ value: JSONValue) throws(PriceProblem) -> PricePeriod {
        guard let prices = value["prices"], prices.object != nil else {
            throw problem("a price period has no `prices`")
        }
        var period = PricePeriod(card: try card(prices))
        if let from = value["from"]?.string {
            guard let day = CivilDate(text: from) else { throw problem("`from: \(from)` is no date; write YYYY-MM-DD") }
            period.from = day
        }
        if let daily = value["daily"], !daily.isNull {
            guard let start = Self.seconds(daily["start"]?.string), let end = Self.seconds(daily["end"]?.string) else {
                throw problem("`daily` needs `start` and `end` as HH:MM:SS+00:00")
            }
            period.daily = PricePeriod.Daily(start: start, end: end)
        }
        return period
    }

    private func card(_ prices: JSONValue) throws(PriceProblem) -> RateCard {
        RateCard(
            prompt: try rate(prices, "input_mtok"), cached: try rate(prices, "cache_read_mtok"),
            cacheWrite: try rate(prices, "cache_write_mtok"), cacheWriteHour: try rate(prices, "cache_write_1h_mtok"),
            completion: try rate(prices, "output_mtok"), reasoning: try rate(prices, "output_reasoning_mtok"))
    }

    private func rate(_ prices: JSONValue, _ name: String) throws(PriceProblem) -> TieredRate? {
        guard let value = prices[name], !value.isNull else { return nil }
        if let rate = Self.amount(value) { return TieredRate(base: rate) }
        guard let base = Self.amount(value["base"]) else { throw problem("`\(name)` is no amount of dollars") }
        var tiers: [TieredRate.Tier] = []
        for tier in value["tiers"]?.array ?? [] {
            guard let above = tier["above_tokens"]?.int, let rate = Self.amount(tier["price"]) else {
                throw problem("a tier of `\(name)` needs `above_tokens` and `price`")
            }
            tiers.append(TieredRate.Tier(aboveTokens: above, rate: rate))
        }
        return TieredRate(base: base, tiers: tiers)
    }

    static func amount(_ value: JSONValue?) -> TokenRate? {
        switch value {
        case .string(let text): TokenRate(decimal: text)
        case .number(let number): TokenRate(decimal: number.text)
        default: nil
        }
    }

    func clause(_ value: JSONValue?) throws(PriceProblem) -> NameMatch? {
        guard let value, !value.isNull else { return nil }
        guard let member = value.object?.first, value.object?.count == 1 else {
            throw problem("a match clause is one of equals, startsWith, endsWith, contains, regex, or, and")
        }
        return try clause(member)
    }

    private func clause(_ member: JSONMember) throws(PriceProblem) -> NameMatch {
        switch (member.name, member.value) {
        case ("equals", .string(let text)): return .equals(text)
        case ("startsWith", .string(let text)): return .startsWith(text)
        case ("endsWith", .string(let text)): return .endsWith(text)
        case ("contains", .string(let text)): return .contains(text)
        case ("regex", .string(let text)):
            guard (try? Regex(text)) != nil else { throw problem("`\(text)` is no regular expression") }
            return .regex(text)
        case ("or", .array(let clauses)): return .any(try all(clauses))
        case ("and", .array(let clauses)): return .all(try all(clauses))
        default: throw problem("`\(member.name)` is no match clause")
        }
    }

    private func all(_ values: [JSONValue]) throws(PriceProblem) -> [NameMatch] {
        var clauses: [NameMatch] = []
        for value in values {
            if let clause = try clause(value) { clauses.append(clause) }
        }
        return clauses
    }

    func text(_ value: JSONValue, _ name: String) throws(PriceProblem) -> String {
        guard let text = value[name]?.string, !text.isEmpty else { throw problem("`\(name)` is missing") }
        return text
    }

    func problem(_ message: String) -> PriceProblem { PriceProblem(place: place, message: message) }

    /// `00:30:00+00:00`, always UTC.
    private static func seconds(_ text: String?) -> Int? {
        guard let time = text?.split(separator: "+").first?.split(separator: "Z").first else { return nil }
        let parts = time.split(separator: ":").map { Int($0) }
        guard parts.count >= 2, let hours = parts[0], let minutes = parts[1] else { return nil }
        return hours * 3600 + minutes * 60 + (parts.count > 2 ? parts[2] ?? 0 : 0)
    }
}

extension PriceProblem: Error {}
