import Assignment
import Cells
import TraceModel

extension ExperimentsScreen {
    mutating func finishSaving(_ version: Int, _ others: [Int], _ isCurrent: Bool, _ scope: inout Scope) {
        let base = draft?.base.version
        if let selectedKey, let rest = draft?.rest(savedAs: version) {
            drafts[selectedKey] = rest
            change(&scope) { _ in }
        } else if let selectedKey {
            forgetDraft(of: selectedKey, &scope)
        }
        shownVersion = isCurrent ? nil : version
        let saved = "saved version \(version)" + (isCurrent ? ", now live" : ", not live yet: L makes it live")
        guard !others.isEmpty, let selectedKey else { return scope.tell(saved, .good) }
        let list = others.map(String.init).joined(separator: ", ")
        scope.tell(saved + "; \(list) came in between, both are kept", .problem)
        conflict = Conflict(key: selectedKey, base: base, others: others, own: version)
        showConflict(&scope)
    }

    /// Puts both sides beside each other, once they are known.
    mutating func showConflict(_ scope: inout Scope) {
        guard let conflict, let pairs = conflict.pairs(bench.configs[conflict.key]) else { return }
        self.conflict = nil
        scope.move(.open(VersionsScreen(kind: "configs", key: conflict.key, pairs: pairs)))
    }

    /// What the shown version or draft can be set against: the draft's base, what is live, the version before.
    var versionPairs: [VersionPair] {
        guard let live, let versions = bench.configs[live.key] else { return [] }
        return VersionPair.all(shown: live, draft: draft, versions, current: "live")
    }

    static let comparison: Command = .on(
        ExperimentsScreen.self, "experiments.compare", "compare versions", [.character("V")],
        hint: .of([.character("V")], "compare", order: 74, rank: 52),
        help:
            "Set the draft, or the shown version, beside the live one and the one before.",
        when: { $0.editing == nil && !$0.versionPairs.isEmpty },
        do: { screen, scope in
            guard let key = screen.selectedKey else { return }
            scope.move(.open(VersionsScreen(kind: "configs", key: key, pairs: screen.versionPairs)))
        })
}
