import OrderedJSON
import Pricing
import TraceModel
import TraceStore

/// A model's price at a moment, as a row, as lines and as JSON.
struct PriceDocument {
    let price: ModelPrice
    let source: String
    let card: RateCard
    /// What the call that was asked about costs.
    var nanoDollars: Int64?

    init(price: ModelPrice, source: String, time: Timestamp) {
        self.price = price
        self.source = source
        card = price.card(at: time) ?? RateCard()
    }

    static let columns = [
        Table.Column("PROVIDER"), Table.Column("MODEL", minimum: 16),
        Table.Column("INPUT", right: true), Table.Column("CACHED", right: true, rank: 2),
        Table.Column("WRITE", right: true, rank: 3), Table.Column("OUTPUT", right: true),
        Table.Column("SOURCE", minimum: 8, rank: 4),
    ]

    var cells: [TableCell] {
        [TableCell(price.provider.isEmpty ? "any" : price.provider), TableCell(price.model, .strong)]
            + ["input", "cached", "cache_write", "output"].map { TableCell(Self.text(card[$0])) }
            + [TableCell(source, .dim)]
    }

    var lines: [String] {
        var lines = ["\(price.model)  \(price.provider.isEmpty ? "any provider" : price.provider)  (\(source))"]
        for name in RateCard.names {
            guard let rate = card[name] else { continue }
            let label = name + String(repeating: " ", count: 16 - name.utf8.count)
            let tiers = rate.tiers.map { ", $\($0.rate.dollarsPerMillion) above \($0.aboveTokens) prompt tokens" }
            lines.append("  \(label)$\(rate.base.dollarsPerMillion) a million tokens\(tiers.joined())")
        }
        if let nanoDollars { lines.append("  such a call     $\(Self.exact(nanoDollars))") }
        return lines
    }

    var json: JSONValue {
        var members = [
            JSONMember("provider", price.provider.isEmpty ? .null : .string(price.provider)),
            JSONMember("model", .string(price.model)), JSONMember("source", .string(source)),
        ]
        for name in RateCard.names {
            let rate = card[name]
            members.append(JSONMember("\(name)_usd_per_mtok", rate.map { Self.number($0.base) } ?? .null))
            let tiers = (rate?.tiers ?? []).map { tier in
                JSONValue.object(["above_tokens": .number(tier.aboveTokens), "usd_per_mtok": Self.number(tier.rate)])
            }
            if !tiers.isEmpty { members.append(JSONMember("\(name)_tiers", .array(tiers))) }
        }
        if let nanoDollars {
            members.append(JSONMember("cost_usd", .dollars(Cost(nanoDollars: nanoDollars, isEstimated: true))))
            members.append(JSONMember("cost_nano_usd", .number(nanoDollars)))
        }
        return .object(members)
    }

    private static func text(_ rate: TieredRate?) -> String {
        rate.map { $0.base.dollarsPerMillion + ($0.tiers.isEmpty ? "" : "+") } ?? ""
    }

    private static func number(_ rate: TokenRate) -> JSONValue {
        (try? JSONValue(parsing: rate.dollarsPerMillion)) ?? .null
    }

    /// Nano-dollars as decimal dollars, without a digit lost.
    private static func exact(_ nanoDollars: Int64) -> String {
        TokenRate(units: nanoDollars.multipliedReportingOverflow(by: 1000).partialValue).dollarsPerMillion
    }
}
