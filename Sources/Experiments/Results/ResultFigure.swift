import Display

/// Figures of results as a person reads them.
package enum ResultFigure {
    /// A score's mean: a percentage where it is a share, else two places.
    package static func score(_ value: Double, _ isShare: Bool) -> String {
        guard value.isFinite else { return "?" }
        return isShare ? Figure.percent(value, places: 1) : Figure.decimal(value, places: 2)
    }
}
