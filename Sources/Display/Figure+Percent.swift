extension Figure {
    /// A part as a percentage with one place: `1.2%`; `100%` and `0%` are exact.
    package static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0, part > 0 else { return "0%" }
        guard part < whole else { return "100%" }
        let tenths = (Double(part) / Double(whole) * 1_000).rounded()
        let shown = Int(min(max(tenths, 1), 999))
        return "\(shown / 10).\(shown % 10)%"
    }

    /// A share of one as a percentage with so many places.
    package static func percent(_ share: Double, places: Int) -> String {
        decimal(share * 100, places: places) + "%"
    }

    /// A share of the million buckets, as exact as a bucket is: `33.3333%`.
    package static func share(_ share: Double, width: Int = 0) -> String {
        let text = percent(share, places: 4)
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// A share in points, for differences: `0.7`.
    package static func points(_ share: Double) -> String { decimal(share * 100, places: 1) }
}
