import TraceModel

/// The rows of a session's waterfalls, some of which are folded away below others.
struct FoldedRows: Sendable {
    private var all: [SessionPane.Row] = []
    /// Below which spans nothing is shown.
    private var folded: Set<SpanKey> = []

    /// Takes the spans as they are now; what was folded stays so.
    mutating func take(_ turns: Turns) {
        all = turns.turns.enumerated().flatMap { index, turn in
            turn.waterfall.rows.map { SessionPane.Row(turn: index, row: $0) }
        }
    }

    /// The rows to show, in order.
    var shown: [SessionPane.Row] {
        guard !folded.isEmpty else { return all }
        var rows: [SessionPane.Row] = []
        // The row below which nothing is shown now.
        var roof: SessionPane.Row?
        for row in all {
            if let roof, row.lies(below: roof) {
                rows[rows.count - 1].folded += 1
                continue
            }
            roof = folded.contains(row.key) ? row : nil
            rows.append(row)
        }
        return rows
    }

    /// Folds what lies below a span; `false` where nothing does, or it is folded already.
    mutating func fold(_ key: SpanKey) -> Bool {
        guard let place = place(of: key), place + 1 < all.count, all[place + 1].lies(below: all[place]) else {
            return false
        }
        return folded.insert(key).inserted
    }

    /// Shows again what lies below a span; `false` where it was not folded.
    mutating func unfold(_ key: SpanKey) -> Bool { folded.remove(key) != nil }

    /// Unfolds what a span lies below, so that it is shown.
    mutating func reveal(_ key: SpanKey) {
        guard !folded.isEmpty, var row = place(of: key).map({ all[$0] }), let place = place(of: key) else { return }
        for above in all[..<place].reversed() where row.lies(below: above) {
            folded.remove(above.key)
            row = above
        }
    }

    /// The next failed span after that one, or before it.
    func nextError(after key: SpanKey?, step: Int) -> SpanKey? {
        var place = (key.flatMap { self.place(of: $0) } ?? 0) + step
        while all.indices.contains(place) {
            if all[place].row.stored.span.status == .error { return all[place].key }
            place += step
        }
        return nil
    }

    private func place(of key: SpanKey) -> Int? { all.firstIndex { $0.key == key } }
}

extension SessionPane.Row {
    fileprivate var key: SpanKey { row.stored.span.key }

    /// Whether it comes below that row, which stands before it: deeper, and in the same turn.
    fileprivate func lies(below roof: SessionPane.Row) -> Bool { turn == roof.turn && row.depth > roof.row.depth }
}
