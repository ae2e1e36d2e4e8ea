import Assignment
import Cells

/// Figures of experiments as text.
enum ExperimentText {
    /// The share of the million buckets that a variant has; `nil` for those that end in an error.
    static func share(_ split: WeightedSplit, of variant: Int?) -> Double {
        Double(split.buckets(of: variant)) / Double(Bucket.count)
    }

    /// A share of one as a percentage with four places, as exact as a bucket is.
    static func percent(_ share: Double, width: Int = 0) -> String {
        let text = decimal(share * 100, places: 4) + "%"
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }

    static func decimal(_ value: Double, places: Int) -> String {
        guard !value.isNaN else { return "?" }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int64(min(abs(value) * scale, 1e18).rounded())
        let digits = String(scaled % Int64(scale) + Int64(scale)).dropFirst()
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return "\(sign)\(scaled / Int64(scale))" + (places > 0 ? ".\(digits)" : "")
    }

    /// Nanoseconds as a duration; a figure that no duration has is left out.
    static func duration(_ nanoseconds: Double) -> String {
        guard nanoseconds.isFinite else { return "?" }
        return DurationDisplay.text(nanoseconds: Int64(min(max(nanoseconds, -9e18), 9e18)))
    }

    /// US dollars: four places below ten cents, three below ten dollars, else two.
    static func dollars(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        let places = abs(value) < 0.1 ? 4 : abs(value) < 10 ? 3 : 2
        return (value < 0 ? "-$" : "$") + decimal(abs(value), places: places)
    }

    static func role(ofVariant index: Int) -> Role {
        [.variantA, .variantB, .variantC, .variantD][index % 4]
    }
}

extension Glyphs {
    /// A bar of whole cells that leaves a gap to the row above, so that bars one under the other stay apart. A share above
    /// nothing shows at least one cell.
    func lowBar(_ share: Double, width: Int) -> String {
        guard share > 0, width > 0 else { return "" }
        let cells = max(1, Int((min(1, share) * Double(width)).rounded()))
        return String(repeating: heights.dropLast().last ?? block, count: cells)
    }
}
