extension SplitOverlap {
    /// Sessions that get something else from the second division than from the first.
    public struct Move: Hashable, Sendable {
        /// What the first gives; `nil` for an error.
        public let from: String?
        /// What the second gives; `nil` for an error.
        public let to: String?
        /// How many buckets.
        public let buckets: Int
    }

    /// Who moves by weight, in the order of the cells: exact, by bucket. Targeting is left out: it depends on who asks.
    ///
    /// - Parameters:
    ///   - old: what each variant of the first division gives; `nil` where it gives nothing a session can use.
    ///   - new: the same of the second.
    public func moves(from old: [String?], to new: [String?]) -> [Move] {
        cells.compactMap { cell in
            let (before, after) = (cell.row.flatMap { old[$0] }, cell.column.flatMap { new[$0] })
            return sameModel(before, after) ? nil : Move(from: before, to: after, buckets: cell.buckets)
        }
    }
}
