import TraceModel

/// The rows of a session's waterfalls, some of which are folded away below others.
struct FoldedRows: Sendable {
    /// A row, told by its turn and its place in the turn's waterfall.
    struct Row: Sendable {
        let turn: Int
        let index: Int
        let depth: Int
        /// Its place among all rows.
        let number: Int
        /// Whether what was said in it is shown.
        let isSpoken: Bool
        /// How many rows below it are folded away.
        var folded = 0

        /// Whether it comes below that row, which stands before it: deeper, and in the same turn.
        fileprivate func lies(below roof: Row) -> Bool { turn == roof.turn && depth > roof.depth }
    }

    private var all: [Row] = []
    private var keys: [SpanKey] = []
    /// The rows of failed spans, in order.
    private var failed: [Int] = []
    /// Below which spans nothing is shown, and their rows.
    private var folded: Set<SpanKey> = []
    private var foldedRows: Set<Int> = []

    /// Takes the spans as they are now; what was folded stays so.
    mutating func take(_ turns: Turns, isSpoken: (SpanKey) -> Bool) {
        (all, keys, failed) = ([], [], [])
        for (turn, own) in turns.turns.enumerated() {
            let rows = own.waterfall.rows
            for index in rows.indices {
                let key = rows[index].stored.span.key
                if rows[index].stored.span.status == .error { failed.append(all.count) }
                all.append(
                    Row(
                        turn: turn, index: index, depth: rows[index].depth, number: all.count,
                        isSpoken: isSpoken(key)))
                keys.append(key)
            }
        }
        foldedRows = folded.isEmpty ? [] : Set(keys.indices.filter { folded.contains(keys[$0]) })
    }

    /// The rows to show, in order.
    var shown: [Row] {
        guard !foldedRows.isEmpty else { return all }
        var rows: [Row] = []
        // The row below which nothing is shown now.
        var roof: Row?
        for row in all {
            if let roof, row.lies(below: roof) {
                rows[rows.count - 1].folded += 1
                continue
            }
            roof = foldedRows.contains(row.number) ? row : nil
            rows.append(row)
        }
        return rows
    }

    /// Folds what lies below a row; `false` where nothing does, or it is folded already.
    mutating func fold(_ number: Int) -> Bool {
        guard number + 1 < all.count, all[number + 1].lies(below: all[number]) else { return false }
        folded.insert(keys[number])
        return foldedRows.insert(number).inserted
    }

    /// Shows again what lies below a row; `false` where it was not folded.
    mutating func unfold(_ number: Int) -> Bool {
        folded.remove(keys[number])
        return foldedRows.remove(number) != nil
    }

    /// Unfolds what a row lies below, so that it is shown.
    mutating func reveal(_ number: Int) {
        guard !foldedRows.isEmpty else { return }
        var row = all[number]
        for above in all[..<number].reversed() where row.lies(below: above) {
            _ = unfold(above.number)
            row = above
        }
    }

    /// The row of a span.
    func number(of key: SpanKey) -> Int? { keys.firstIndex(of: key) }

    /// The next failed span's row after that one, or before it.
    func nextError(after number: Int?, step: Int) -> Int? {
        let place = number ?? 0
        let index = failed.firstPlace { step > 0 ? $0 > place : $0 >= place } - (step > 0 ? 0 : 1)
        return failed.indices.contains(index) ? failed[index] : nil
    }
}
