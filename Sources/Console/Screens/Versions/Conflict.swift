import Assignment
import Experiments

/// One's own version was saved after others had saved theirs from the same one. All are kept; a person looks at both.
struct Conflict: Hashable, Sendable {
    let key: String
    /// The version that one's own was begun from; `nil` for a new record.
    let base: Int?
    /// Versions that others saved, in their order.
    let others: [Int]
    let own: Int

    /// What others saved against one's own first, then each of them against what it was begun from.
    ///
    /// - Returns: `nil` while the workspace does not tell of all of them.
    func pairs<Record: RecordBased>(_ versions: VersionCatalog<Record>.Versions?) -> [VersionPair]? {
        guard let own = versions?.records[own] else { return nil }
        let known = others.compactMap { versions?.records[$0] }
        guard known.count == others.count else { return nil }
        let mine = ("version \(own.version), yours", own)
        let theirs = known.reversed().map { ("version \($0.version), saved by others", $0) }
        var pairs = theirs.map { VersionPair($0, mine) }
        if let base = base.flatMap({ versions?.records[$0] }) {
            let first = ("version \(base.version), where both began", base)
            pairs += (theirs + [mine]).map { VersionPair(first, $0) }
        }
        return pairs
    }
}
