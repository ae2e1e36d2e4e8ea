import Assignment
import Display
import Experiments
import OrderedJSON

/// Two versions to look at side by side, and what it means for sessions.
struct VersionPair: Sendable {
    /// One version, or a draft.
    struct Side: Sendable {
        let name: String
        let text: String

        /// Key and version are left out: they differ in every version, or in none.
        init(_ name: String, _ record: JSONValue) {
            self.name = name
            let shown = JSONValue.object((record.object ?? []).filter { !["key", "version"].contains($0.name) })
            text = String(decoding: shown.prettyBytes, as: UTF8.self) + "\n"
        }
    }

    let old: Side
    let new: Side
    let note: String

    init<Record: RecordBased>(_ old: (name: String, record: Record), _ new: (name: String, record: Record)) {
        self.old = Side(old.name, old.record.record)
        self.new = Side(new.name, new.record.record)
        let moved = old.record.moves(to: new.record).reduce(0) { $0 + $1.buckets }
        let share = Double(moved) / Double(Bucket.count)
        note =
            moved == 0
            ? "By weight every session gets the same \(Record.outcome) from both."
            : "By weight \(Figure.share(share)) of sessions get another \(Record.outcome) with \(new.name) "
                + "than with \(old.name)."
    }

    /// What a draft, or else the shown version, can be set against: what it was begun from, what is current, the version
    /// before.
    static func all<Record: RecordBased>(
        shown: Record, draft: RecordDraft<Record>?, _ versions: VersionCatalog<Record>.Versions
    ) -> [VersionPair] {
        func named(_ record: Record) -> (name: String, record: Record) {
            ("version \(record.version)" + (record.version == versions.currentVersion ? ", current" : ""), record)
        }
        var pairs: [VersionPair] = []
        if let draft, draft.isChanged, versions.records[draft.base.version] != nil {
            let new = ("draft", draft.made)
            pairs.append(VersionPair(named(draft.base), new))
            if let current = versions.current, current.version != draft.base.version {
                pairs.append(VersionPair(named(current), new))
            }
        } else if let current = versions.current, current.version != shown.version {
            pairs.append(VersionPair(named(current), named(shown)))
        }
        let before = versions.ascending.last { $0 < shown.version }.flatMap { versions.records[$0] }
        // The current version may be the one before: then the pair is there already.
        if let before, pairs.isEmpty || draft?.isChanged == true || before.version != versions.currentVersion {
            pairs.append(VersionPair(named(before), named(shown)))
        }
        return pairs
    }
}
