import TraceModel

extension Cost {
    /// `$0.0035`, `~$0.031` when estimated, `<$0.0001` when it is less than four places show.
    var display: String {
        (isEstimated ? "~" : "") + Self.text(nanoDollars: nanoDollars)
    }

    /// Nano-dollars as dollars: four places below one dollar, two below a thousand, none above.
    static func text(nanoDollars: Int64) -> String {
        guard nanoDollars >= 0 else { return "-" + text(nanoDollars: nanoDollars == .min ? .max : -nanoDollars) }
        if nanoDollars == 0 { return "$0" }
        if nanoDollars < 50_000 { return "<$0.0001" }
        let tenThousandths = nanoDollars / 100_000 + (nanoDollars % 100_000 >= 50_000 ? 1 : 0)
        if tenThousandths < 10_000 { return "$0." + padded(tenThousandths, 4) }
        let cents = nanoDollars / 10_000_000 + (nanoDollars % 10_000_000 >= 5_000_000 ? 1 : 0)
        if cents < 100_000 { return "$\(cents / 100)." + padded(cents % 100, 2) }
        return "$" + CountDisplay.text(Int(nanoDollars / 1_000_000_000))
    }

    private static func padded(_ value: Int64, _ places: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, places - digits.count)) + digits
    }
}
