import Assignment
import Cells
import Experiments

/// A figure's intervals of all variants on one scale: what overlaps and what does not is seen without reading numbers.
struct ResultRange {
    private let figure: VariantFigure
    private let rows: [(row: ConfigResults.Row, estimate: Estimate)]
    private let scale: ClosedRange<Double>

    /// `nil` for a figure that has no interval with two ends.
    init?(_ figure: VariantFigure, _ all: [ConfigResults.Row]) {
        self.figure = figure
        rows = all.compactMap { row in
            guard let estimate = figure.estimate?(row), estimate.lower.isFinite, estimate.upper.isFinite,
                estimate.value.isFinite
            else { return nil }
            return (row, estimate)
        }
        guard let lowest = rows.map(\.estimate.lower).min(), let highest = rows.map(\.estimate.upper).max(),
            highest > lowest
        else { return nil }
        scale = lowest...highest
    }

    /// Rows it takes: the scale and the variants.
    var height: Int { rows.count + 1 }

    func add(to lines: inout ResultLines) {
        let width = max(10, min(120, lines.width - 2 - ResultsScreen.labels - 2))
        let (low, high) = (figure.end(scale.lowerBound), figure.end(scale.upperBound))
        let gap = max(1, width - displayWidth(of: low) - displayWidth(of: high))
        lines.add([
            (Shortened.padded(figure.label, width: ResultsScreen.labels), .heading),
            (low + String(repeating: " ", count: gap) + high, .dim),
        ])
        for (row, estimate) in rows {
            let name = Shortened.padded(" \(row.variantIndex) \(row.name)", width: ResultsScreen.labels - 1) + " "
            let (from, to) = (place(estimate.lower, width), place(estimate.upper, width))
            let at = min(max(place(estimate.value, width), from), to)
            let glyphs = lines.scene.glyphs
            let role = Role.variant(row.variantIndex)
            lines.add([
                (name, role), (String(repeating: " ", count: from), .text),
                (String(repeating: glyphs.waitingBar, count: at - from), role), (glyphs.dot, role),
                (String(repeating: glyphs.waitingBar, count: to - at), role),
            ])
        }
    }

    private func place(_ value: Double, _ width: Int) -> Int {
        let share = (value - scale.lowerBound) / (scale.upperBound - scale.lowerBound)
        return Int((min(1, max(0, share)) * Double(width - 1)).rounded())
    }
}
