package import TraceModel

extension Figure {
    /// `$0.0035`, `~$0.0310` when estimated, `<$0.0001` when it is less than four places show, nothing where there is none.
    package static func cost(_ cost: Cost?) -> String {
        guard let cost else { return "" }
        return (cost.isEstimated ? "~" : "") + Self.cost(nanoDollars: cost.nanoDollars)
    }

    /// Nano-dollars as dollars: four places below one dollar, two below a thousand, none above.
    package static func cost(nanoDollars: Int64) -> String {
        guard nanoDollars >= 0 else { return "-" + cost(nanoDollars: nanoDollars == .min ? .max : -nanoDollars) }
        if nanoDollars == 0 { return "$0" }
        if nanoDollars < 50_000 { return "<$0.0001" }
        let tenThousandths = rounded(nanoDollars, per: 100_000)
        if tenThousandths < 10_000 { return "$0." + padded(tenThousandths, 4) }
        let cents = rounded(nanoDollars, per: 10_000_000)
        if cents < 100_000 { return "$\(cents / 100)." + padded(cents % 100, 2) }
        return "$" + count(Int(rounded(nanoDollars, per: 1_000_000_000)))
    }

    /// A mean cost or an end of its interval in US dollars, as ``cost(nanoDollars:)`` writes it.
    package static func dollars(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        return cost(nanoDollars: Int64(min(max((value * 1e9).rounded(), -9e18), 9e18)))
    }

    /// Rounded half up, without a sum that could overflow.
    static func rounded(_ value: Int64, per unit: Int64) -> Int64 {
        value / unit + (value % unit >= unit / 2 ? 1 : 0)
    }

    static func padded(_ value: some BinaryInteger, _ places: Int, with filler: Character = "0") -> String {
        let digits = String(value)
        return String(repeating: filler, count: max(0, places - digits.count)) + digits
    }
}
