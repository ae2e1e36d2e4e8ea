/// How two divisions of the same buckets overlap: exact, by walking both lists of intervals at once.
///
/// The hash has no salt, so a session has one bucket in all tests. The same table therefore says who moves between two
/// versions of one config, and how two tests running side by side are joined.
public struct SplitOverlap: Hashable, Sendable {
    /// Buckets that one side gives to `row` and the other to `column`.
    public struct Cell: Hashable, Sendable {
        /// The variant on the first side; `nil` for an error.
        public let row: Int?
        /// The variant on the second side; `nil` for an error.
        public let column: Int?
        /// How many buckets.
        public let buckets: Int
        /// How many of the 2^32 hashes.
        public let preimages: Int

        /// The exact share of session ids.
        public var share: Double { Double(preimages) / 4_294_967_296 }
    }

    /// The cells that are not empty, by row, then by column, errors last.
    public let cells: [Cell]
    /// Variants on the first side.
    public let rowCount: Int
    /// Variants on the second side.
    public let columnCount: Int

    /// Overlaps two divisions.
    public init(_ first: WeightedSplit, _ second: WeightedSplit) {
        self.rowCount = first.variantCount
        self.columnCount = second.variantCount
        let width = second.variantCount + 1
        var buckets = [Int](repeating: 0, count: (first.variantCount + 1) * width)
        var preimages = buckets
        SplitOverlap.forEachRun(first, second) { row, column, interval in
            let cell = (row ?? first.variantCount) * width + (column ?? second.variantCount)
            buckets[cell] += interval.count
            preimages[cell] += interval.preimages
        }
        self.cells = buckets.indices.filter { buckets[$0] > 0 }.map { cell in
            let (row, column) = cell.quotientAndRemainder(dividingBy: width)
            return Cell(
                row: row < first.variantCount ? row : nil, column: column < second.variantCount ? column : nil,
                buckets: buckets[cell], preimages: preimages[cell])
        }
    }

    /// Calls `body` for every run of buckets on which both sides are constant, ascending.
    static func forEachRun(
        _ first: WeightedSplit, _ second: WeightedSplit, _ body: (Int?, Int?, BucketInterval) -> Void
    ) {
        var (left, right) = (0, 0)
        while left < first.pieces.count, right < second.pieces.count {
            let (a, b) = (first.pieces[left], second.pieces[right])
            let run = a.interval.intersection(b.interval)
            if !run.isEmpty { body(a.variantIndex, b.variantIndex, run) }
            if a.interval.upperBound <= run.upperBound { left += 1 }
            if b.interval.upperBound <= run.upperBound { right += 1 }
        }
    }

    /// The cell of that pair; `nil` when it is empty.
    public func cell(row: Int?, column: Int?) -> Cell? {
        cells.first { $0.row == row && $0.column == column }
    }

    /// Pairs of variants that no session gets together, though each of the two is given to somebody: what comparing two
    /// tests in one population has to know.
    public var emptyPairs: [(row: Int, column: Int)] {
        let rows = Set(cells.compactMap(\.row))
        let columns = Set(cells.compactMap(\.column))
        return rows.sorted().flatMap { row in
            columns.sorted().filter { cell(row: row, column: $0) == nil }.map { (row, $0) }
        }
    }

    /// The share of a row.
    public func share(row: Int?) -> Double {
        Double(cells.reduce(0) { $1.row == row ? $0 + $1.preimages : $0 }) / 4_294_967_296
    }

    /// The share of a column.
    public func share(column: Int?) -> Double {
        Double(cells.reduce(0) { $1.column == column ? $0 + $1.preimages : $0 }) / 4_294_967_296
    }
}
