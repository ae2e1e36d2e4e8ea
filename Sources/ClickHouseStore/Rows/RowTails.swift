internal import TraceModel

/// The ends of rows as they will be written: columns that are known before the others are.
struct RowTails: Sendable {
    /// The columns from the first that does not depend on the trace to the last.
    private(set) var columns = NativeColumns(columns: SpanColumns.tailCount)
    /// The runs of each: where they end in their column, and how many bytes they take.
    private var runs: [(end: Int, count: Int)] = []
    private var areOpaque: [Bool] = []

    private static let runsColumn = SpanColumns.tailCount - 2
    private static let payloadColumn = SpanColumns.tailCount - 5

    /// Makes room for those of so many spans.
    init(reserving spans: [IngestedSpan]) {
        runs.reserveCapacity(spans.count)
        areOpaque.reserveCapacity(spans.count)
        // What they said takes it once as it came, and about once more as runs.
        let said = spans.indices.reduce(0) { $0 + spans[$1].payload.span.count + 4 }
        columns.reserve(said, in: Self.payloadColumn)
        columns.reserve(said + 64 * spans.count, in: Self.runsColumn)
    }

    /// Adds that of a span.
    mutating func add(_ ingested: IngestedSpan, _ found: SearchRuns) {
        SpanColumns.addTail(ingested, found, to: &columns)
        columns.end()
        runs.append((columns.size(of: Self.runsColumn), found.bytes.count))
        areOpaque.append(found.isOpaque)
    }

    /// What searches find the span of one by.
    func runs(_ index: Int) -> SearchRuns {
        let (end, count) = runs[index]
        let bytes = columns.bytes(of: Self.runsColumn, (end - count)..<end)
        return SearchRuns(bytes: Array(bytes), isOpaque: areOpaque[index])
    }
}
