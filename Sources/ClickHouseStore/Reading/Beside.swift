/// What a database holds beside spans. It is told along with the rows of other questions: where there is none of it,
/// nothing is asked about it.
struct Beside: Hashable {
    var hasScores = false
    var hasContents = false
    var hasKept = false
}

extension ClickHouseStore {
    /// Columns that tell it.
    var besideColumns: String {
        ["scores", "contents", "kept"].map { "(SELECT count() FROM \(table($0)))" }.joined(separator: ", ")
    }
}

extension ServerRows {
    /// What the columns from that one on tell; where there are no rows, nothing is wanted.
    func beside(from first: Int) -> Beside {
        guard let row = self.first else { return Beside() }
        return Beside(
            hasScores: row.int(first) > 0, hasContents: row.int(first + 1) > 0, hasKept: row.int(first + 2) > 0)
    }
}
