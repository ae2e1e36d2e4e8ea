import Assignment
import Cells
import Display
import Experiments
import TraceModel
import WorkspaceModel

extension ExperimentsScreen {
    /// What an action on the workspace did.
    mutating func receive(_ outcome: WorkspaceOutcome, for id: RequestID, _ scope: inout Scope) {
        if case .saved(let saved) = outcome, let key = saves.end(id) {
            finishSaving(key, saved, &scope)
        } else if let used = switches.end(id) {
            if used.key == selectedKey, used.version == shownVersion { shownVersion = nil }
            scope.tell("version \(used.version) of \(used.key) is live; apps get it at their next sync", .good)
        } else if let name = contextSaves.end(id) {
            scope.tell("saved context \(name)", .good)
        }
    }

    private mutating func finishSaving(_ key: String, _ saved: SavedVersion, _ scope: inout Scope) {
        let (version, others, isCurrent) = (saved.version, saved.savedByOthers, saved.isCurrent)
        let base = drafts[key]?.base.version
        if let rest = drafts[key]?.rest(savedAs: version) {
            drafts[key] = rest
            scope.work(.saveDraft(keptDraft(rest, scope.now)), as: requestID(Slot.draft, scope))
        } else if drafts[key]?.isSaving == true {
            forgetDraft(of: key, &scope)
        }
        if key == selectedKey { shownVersion = isCurrent ? nil : version }
        refresh()
        let told = "saved version \(version)" + (isCurrent ? ", now live" : ", not live yet: L makes it live")
        guard !others.isEmpty else { return scope.tell(told, .good) }
        let list = others.map(String.init).joined(separator: ", ")
        scope.tell(told + "; \(list) came in between, both are kept", .problem)
        conflict = Conflict(key: key, base: base, others: others, own: version)
        showConflict(&scope)
    }

    /// Puts both sides beside each other, once they are known.
    mutating func showConflict(_ scope: inout Scope) {
        guard let conflict, let pairs = conflict.pairs(workspace.configs[conflict.key]) else { return }
        self.conflict = nil
        scope.move(.open(VersionsScreen(kind: "configs", key: conflict.key, pairs: pairs)))
    }

    /// What is asked before the draft or the shown version is made live: who moves by weight, and what is wrong with it.
    var liveQuestion: String? {
        guard let config, let current = workspace.configs[config.key]?.current else { return nil }
        let subject = draft?.isChanged == true ? "the draft" : "version \(config.version)"
        let moved = Churn(from: current, to: config).movedShare
        let who = moved == 0 ? "no session moves by weight" : "\(Figure.share(moved)) of sessions change model"
        let fault = config.lints().first { $0.severity == .error }.map { ", but \($0.humanMessage)" } ?? ""
        return "make \(subject) live? \(who)\(fault)"
    }

    /// What the shown version or draft can be set against: the draft's base, what is live, the version before.
    var versionPairs: [VersionPair] {
        guard let live, let versions = workspace.configs[live.key] else { return [] }
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
