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

    /// How one figure differs from another: `+27%`, `-4%`, `×3.1`; nothing where it means nothing, or rounds to nothing.
    package static func change(_ old: Double?, _ new: Double?) -> String {
        guard let old, let new, old > 0, new > 0, old.isFinite, new.isFinite else { return "" }
        let ratio = new / old
        if ratio >= 3 { return "×" + decimal(min(ratio, 1e5), places: 1) }
        let percent = Int(((ratio - 1) * 100).rounded())
        return percent == 0 ? "" : percent > 0 ? "+\(percent)%" : "\(percent)%"
    }

    /// How a share of one differs from another, in points: `+5.0`, `-12.5`; nothing where they are the same.
    package static func difference(_ old: Double, _ new: Double) -> String {
        let points = (new - old) * 100
        return abs(points) < 0.000_05 ? "" : (points > 0 ? "+" : "") + decimal(points, places: 1)
    }

    /// A share in points, for differences: `0.7`.
    package static func points(_ share: Double) -> String { decimal(share * 100, places: 1) }
}
