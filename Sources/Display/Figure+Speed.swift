extension Figure {
    /// Thousandths of a token per second as tokens per second, at most five characters up to a million million: `4.3`,
    /// `153`, `1,240`, `15k`, `<0.1` when it is less than one place shows, nothing where there is none.
    package static func speed(_ milliTokensPerSecond: Int64?) -> String {
        guard let speed = milliTokensPerSecond else { return "" }
        if (1..<50).contains(speed) { return "<0.1" }
        let tenths = rounded(speed, per: 100)
        if tenths > 0, tenths < 100 { return "\(tenths / 10).\(tenths % 10)" }
        let whole = Int(rounded(speed, per: 1_000))
        return whole < 10_000 ? count(whole) : compact(whole)
    }
}
