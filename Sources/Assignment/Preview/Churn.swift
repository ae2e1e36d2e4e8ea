/// Who moves by weight when one version of a config takes the place of another: exact.
public struct Churn: Hashable, Sendable {
    /// What share goes from each variant to each.
    public let overlap: SplitOverlap
    /// The old version's models by variant; `nil` where a variant has none.
    public let oldModels: [String?]
    /// The new version's models by variant.
    public let newModels: [String?]

    /// Compares the weights of two versions. Targeting is left out: it depends on who asks.
    public init(from old: ModelConfig, to new: ModelConfig) {
        self.overlap = SplitOverlap(old.split, new.split)
        self.oldModels = old.variants.map(\.model)
        self.newModels = new.variants.map(\.model)
    }

    /// Whether sessions of that cell get another model (or none) after the change.
    public func moves(_ cell: SplitOverlap.Cell) -> Bool {
        let before = cell.row.flatMap { oldModels[$0] }
        let after = cell.column.flatMap { newModels[$0] }
        return !sameModel(before, after)
    }

    /// The exact share of session ids whose model changes.
    public var movedShare: Double {
        Double(overlap.cells.reduce(0) { moves($1) ? $0 + $1.preimages : $0 }) / 4_294_967_296
    }

    /// How many buckets' model changes.
    public var movedBuckets: Int {
        overlap.cells.reduce(0) { moves($1) ? $0 + $1.buckets : $0 }
    }
}

/// An order of variants and what it costs.
public struct VariantOrder: Hashable, Sendable {
    /// For each place in the new order, the index of the variant in the given one.
    public let order: [Int]
    /// The exact share of session ids that move.
    public let movedShare: Double
    /// Whether all orders were tried; otherwise a better one may exist.
    public let isProvenBest: Bool

    /// The order of the new version's variants in which fewest sessions change their model.
    ///
    /// Up to seven variants all orders are tried; beyond that pairs are swapped until no swap helps. Targets and rules
    /// point at variants by index: whoever applies the order must renumber them.
    public static func movingFewest(from old: ModelConfig, to new: ModelConfig) -> VariantOrder {
        let search = OrderSearch(old: old, new: new)
        let given = Array(new.variants.indices)
        guard !given.isEmpty else {
            return VariantOrder(order: [], movedShare: search.moved(given), isProvenBest: true)
        }
        if given.count <= 7 {
            var best = given
            var fewest = search.movedPreimages(given)
            var order = given
            while nextPermutation(&order) {
                let moved = search.movedPreimages(order)
                if moved < fewest { (best, fewest) = (order, moved) }
            }
            return VariantOrder(order: best, movedShare: Double(fewest) / 4_294_967_296, isProvenBest: true)
        }
        let order = search.improvedBySwaps(given)
        return VariantOrder(order: order, movedShare: search.moved(order), isProvenBest: false)
    }

    /// Turns an ascending order into the next one in lexicographic order; `false` after the last.
    private static func nextPermutation(_ order: inout [Int]) -> Bool {
        guard let pivot = order.indices.dropLast().last(where: { order[$0] < order[$0 + 1] }),
            let successor = order.indices.last(where: { order[$0] > order[pivot] })
        else { return false }
        order.swapAt(pivot, successor)
        order[(pivot + 1)...].reverse()
        return true
    }
}

/// Counts what an order of variants moves.
private struct OrderSearch {
    let oldSplit: WeightedSplit
    let weights: [Weight]
    /// Whether old variant `row` and new variant `column` have the same model; the last row and column stand for errors.
    let isSame: [[Bool]]

    init(old: ModelConfig, new: ModelConfig) {
        self.oldSplit = old.split
        self.weights = new.variants.map(\.weight)
        let rows = old.variants.map(\.model) + [nil]
        let columns = new.variants.map(\.model) + [nil]
        self.isSame = rows.map { row in columns.map { sameModel(row, $0) } }
    }

    func moved(_ order: [Int]) -> Double { Double(movedPreimages(order)) / 4_294_967_296 }

    func movedPreimages(_ order: [Int]) -> Int {
        let thresholds = WeightWalk.thresholds(of: order.lazy.map { weights[$0] })
        let split = WeightedSplit(thresholds: thresholds, variantCount: order.count)
        var moved = 0
        SplitOverlap.forEachRun(oldSplit, split) { row, column, interval in
            let newIndex = column.map { order[$0] } ?? order.count
            if !isSame[row ?? isSame.count - 1][newIndex] { moved += interval.preimages }
        }
        return moved
    }

    func improvedBySwaps(_ start: [Int]) -> [Int] {
        var order = start
        var fewest = movedPreimages(order)
        var improved = true
        while improved {
            improved = false
            for first in order.indices {
                for second in order.indices where second > first {
                    var candidate = order
                    candidate.swapAt(first, second)
                    let moved = movedPreimages(candidate)
                    if moved < fewest { (order, fewest, improved) = (candidate, moved, true) }
                }
            }
        }
        return order
    }
}

/// Whether two answers are the same model; two errors are.
func sameModel(_ left: String?, _ right: String?) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): left.hasSameUTF8(as: right)
    default: false
    }
}
