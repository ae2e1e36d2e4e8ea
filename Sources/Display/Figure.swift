/// Figures as a person reads them, in the console and in what commands print: one text for each.
///
/// Every text is as exact as it is long, and says no more than the figure does. What is unknown is not a figure: an absent
/// one is an empty text, one that is no number a question mark.
package enum Figure {
    /// `value` with so many places after the point, rounded half away from zero.
    package static func decimal(_ value: Double, places: Int) -> String {
        guard !value.isNaN else { return "?" }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int64(min(abs(value) * scale, 1e18).rounded())
        let digits = String(scaled % Int64(scale) + Int64(scale)).dropFirst()
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return "\(sign)\(scaled / Int64(scale))" + (places > 0 ? ".\(digits)" : "")
    }
}
