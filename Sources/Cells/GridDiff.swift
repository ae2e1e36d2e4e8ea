/// Cells next to each other in a row that differ from the frame before.
public struct GridRun: Hashable, Sendable {
    /// The row.
    public var y: Int
    /// The columns; never half of a wide character.
    public var columns: Range<Int>

    /// Makes a run.
    public init(y: Int, columns: Range<Int>) {
        self.y = y
        self.columns = columns
    }
}

extension Grid {
    /// What has to be drawn to turn `old` into this grid. Grids of different size differ everywhere.
    ///
    /// Two changes with at most `gap` equal cells between them are one run.
    public func changes(since old: Grid?, gap: Int = 3) -> [GridRun] {
        guard let old, old.size == size else {
            return (0..<size.height).filter { _ in size.width > 0 }.map { GridRun(y: $0, columns: 0..<size.width) }
        }
        var runs: [GridRun] = []
        cells.withUnsafeBufferPointer { new in
            old.cells.withUnsafeBufferPointer { old in
                for y in 0..<size.height {
                    Grid.compare(row: y, width: size.width, old: old, new: new, gap: gap, into: &runs)
                }
            }
        }
        return runs
    }

    private static func compare(
        row y: Int, width: Int, old: UnsafeBufferPointer<Cell>, new: UnsafeBufferPointer<Cell>, gap: Int,
        into runs: inout [GridRun]
    ) {
        let base = y * width
        var start = -1
        var end = -1
        for x in 0..<width where old[base + x] != new[base + x] {
            if start >= 0, x - end <= gap {
                end = x + 1
                continue
            }
            if start >= 0 { runs.append(whole(y, start..<end, base: base, width: width, old: old, new: new)) }
            start = x
            end = x + 1
        }
        if start >= 0 { runs.append(whole(y, start..<end, base: base, width: width, old: old, new: new)) }
    }

    /// Widened to whole characters, of the old frame and of the new.
    private static func whole(
        _ y: Int, _ columns: Range<Int>, base: Int, width: Int, old: UnsafeBufferPointer<Cell>,
        new: UnsafeBufferPointer<Cell>
    ) -> GridRun {
        var first = columns.lowerBound
        var last = columns.upperBound
        while first > 0, new[base + first].isContinuation || old[base + first].isContinuation { first -= 1 }
        while last < width, new[base + last].isContinuation || old[base + last].isContinuation { last += 1 }
        return GridRun(y: y, columns: first..<last)
    }
}
