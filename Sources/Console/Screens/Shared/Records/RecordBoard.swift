import Assignment
import Display
import Experiments
import OrderedJSON
import TraceModel
import WorkspaceModel

/// The records of one kind that a screen shows and changes: which one is shown, in which version, and a draft of the next.
///
/// A draft is kept on disk with each change. What was asked of the workspace is answered later, when something else may be
/// selected: answers are told by what they are about.
struct RecordBoard<Record: BoardRecord>: Sendable {
    private(set) var records = VersionCatalog<Record>()
    private(set) var selectedKey: String?
    /// The version that is shown; `nil` for the current one.
    private(set) var shownVersion: Int?
    private(set) var drafts: [String: RecordDraft<Record>] = [:]
    /// A record that was saved a moment ago for the first time: the workspace may not tell of it yet.
    private var awaited: String?
    /// A conflict that is to be shown as soon as the workspace tells of all versions in it.
    private var conflict: Conflict?
    /// Keys of records that are being saved.
    private var saves: UnderWay<String>
    /// Versions that are being made current.
    private var switches: UnderWay<Switch>
    private let firstSlot: Int

    /// - Parameter firstSlot: the first of the four of the screen's slots that are the board's.
    init(firstSlot: Int) {
        self.firstSlot = firstSlot
        saves = UnderWay(slot: firstSlot)
        switches = UnderWay(slot: firstSlot + 1)
    }

    private var editorSlot: Int { firstSlot + 2 }
    private var draftSlot: Int { firstSlot + 3 }

    // MARK: - What is shown

    /// The versions of the selected record.
    var versions: VersionCatalog<Record>.Versions? { selectedKey.flatMap { records[$0] } }
    /// The version that is shown, without a draft's changes; `nil` for a record that is not saved yet.
    var saved: Record? { shownVersion.flatMap { versions?.records[$0] } ?? versions?.current }
    var draft: RecordDraft<Record>? { selectedKey.flatMap { drafts[$0] } }
    /// What is shown: the draft where there is one, else the chosen version.
    var shown: Record? { draft?.made ?? saved }
    /// What a draft's changes are compared with; `nil` while nothing is changed.
    var base: Record? { isChanged ? draft?.base : nil }
    var isChanged: Bool { draft?.isChanged == true }
    var canSave: Bool { isChanged && draft?.fault == nil && draft?.isSaving == false }
    /// Why nothing can be saved.
    var whyNotSave: String {
        guard let draft, draft.isChanged else { return "nothing is changed" }
        return draft.fault.map { "the draft has a fault: \($0)" } ?? "the draft is being saved"
    }

    /// Whether the version that is shown can be made current.
    var canUse: Bool { draft == nil && saved.map { $0.version != versions?.currentVersion } ?? false }

    /// Keys of all records, those that are drafts only after the saved ones.
    var keys: [String] { records.keys + drafts.keys.filter { records[$0] == nil }.sorted() }

    func shown(_ key: String) -> Record? { drafts[key]?.made ?? records[key]?.current }
    func isDraft(_ key: String) -> Bool { drafts[key]?.isChanged == true }

    /// The version a draft was begun from; `nil` for a record that has none yet.
    func basedOn(_ key: String) -> Int? { drafts[key].flatMap { $0.base.version == 0 ? nil : $0.base.version } }

    /// What the shown version or the draft can be set against.
    var versionPairs: [VersionPair] {
        guard let saved, let versions else { return [] }
        return VersionPair.all(shown: saved, draft: draft, versions)
    }

    /// What is asked before the draft or the shown version is made current: who gets something else by weight, and what
    /// is wrong with it.
    func question(fault: String? = nil) -> String? {
        guard let shown else { return nil }
        let asked = "make \(isChanged ? "the draft" : "version \(shown.version)") current?"
        guard let current = versions?.current else {
            return asked + " all sessions are divided at the apps' next sync"
        }
        return asked + " " + Self.movers(current.moves(to: shown)) + (fault.map { ", but \($0)" } ?? "")
    }

    /// Short: a question stands beside its answers on one row of 80 columns.
    static func movers(_ moves: [SplitOverlap.Move]) -> String {
        let share = Double(moves.reduce(0) { $0 + $1.buckets }) / Double(Bucket.count)
        let percent = Figure.percent(share, places: share >= 0.1 ? 0 : share >= 0.01 ? 1 : 4)
        return share == 0 ? "no session moves by weight" : "\(percent) of sessions change \(Record.outcome)"
    }

    // MARK: - Going from one to another

    mutating func select(_ key: String?) {
        guard key != selectedKey else { return }
        (selectedKey, shownVersion, awaited) = (key, nil, nil)
    }

    /// Shows the version before or after the one that is shown.
    mutating func step(_ step: Int) {
        guard let saved, let versions else { return }
        let all = versions.ascending
        let index = (all.firstIndex(of: saved.version) ?? 0) + step
        guard all.indices.contains(index) else { return }
        shownVersion = all[index] == versions.currentVersion ? nil : all[index]
    }

    // MARK: - News

    /// The workspace has changed, or the screen is shown anew.
    ///
    /// - Returns: whether the selected record is still there.
    mutating func take(_ scope: Scope) -> Bool {
        records = Record.all(in: scope.workspace)
        for kept in scope.drafts where kept.kind == Record.kind { offer(kept) }
        if let version = shownVersion, versions.map({ $0.records[version] == nil }) ?? false { shownVersion = nil }
        if awaited.map({ records[$0] != nil }) ?? false { awaited = nil }
        return selectedKey.map { records[$0] != nil || drafts[$0] != nil || awaited == $0 } ?? false
    }

    /// Takes a draft up that an earlier run or an earlier screen left.
    private mutating func offer(_ kept: Draft) {
        guard drafts[kept.key] == nil, let text = kept[part: "record"],
            let record = try? JSONValue(parsing: Array(text.utf8))
        else { return }
        let versions = records[kept.key]
        let saved = kept.basedOn.flatMap { versions?.records[$0] } ?? versions?.current
        guard let base = saved ?? Record.nothing(kept.key), record != base.record else { return }
        drafts[kept.key] = RecordDraft(base, seen: kept.seen ?? kept.basedOn, record: record)
    }

    /// Whether an answer of the workspace was the board's; told to the person.
    mutating func receive(_ outcome: WorkspaceOutcome, for id: RequestID, _ scope: inout Scope) -> Bool {
        if case .saved(let saved) = outcome, let key = saves.end(id) {
            finish(key, saved, &scope)
        } else if let used = switches.end(id) {
            if used.key == selectedKey, used.version == shownVersion { shownVersion = nil }
            scope.tell(
                "version \(used.version) of \(used.key) is current; apps get it at their next sync", .good)
        } else {
            return false
        }
        return true
    }

    mutating func fail(_ id: RequestID) {
        if let key = saves.end(id) { drafts[key]?.noteSaving(false) }
        _ = switches.end(id)
    }

    /// The draft goes, but for what was changed since it was sent.
    private mutating func finish(_ key: String, _ saved: SavedVersion, _ scope: inout Scope) {
        let base = basedOn(key)
        if key == selectedKey {
            (awaited, shownVersion) = (key, saved.isCurrent ? nil : saved.version)
        }
        if let rest = drafts[key]?.rest(savedAs: saved.version) {
            drafts[key] = rest
            keep(rest, of: key, &scope)
        } else if drafts[key]?.isSaving == true {
            forgetDraft(of: key, &scope)
        }
        let told =
            "saved version \(saved.version) of \(key), "
            + (saved.isCurrent ? "now current" : "not current yet: M makes it so")
        guard !saved.savedByOthers.isEmpty else { return scope.tell(told, .good) }
        let list = saved.savedByOthers.map(String.init).joined(separator: ", ")
        scope.tell("\(told); version \(list) came in between, both are kept", .problem)
        conflict = Conflict(key: key, base: base, others: saved.savedByOthers, own: saved.version)
        showConflict(&scope)
    }

    /// Puts both sides of a conflict beside each other, once they are known.
    mutating func showConflict(_ scope: inout Scope) {
        guard let conflict, let pairs = conflict.pairs(records[conflict.key]) else { return }
        self.conflict = nil
        scope.move(.open(VersionsScreen(kind: Record.folder, key: conflict.key, pairs: pairs)))
    }

    // MARK: - Drafts

    /// Changes the draft, begun now if there is none, and keeps it on disk.
    mutating func change(_ scope: inout Scope, _ body: (inout RecordDraft<Record>) -> Void) {
        guard let selectedKey,
            var draft = drafts[selectedKey] ?? saved.map({ RecordDraft($0, seen: versions?.ascending.last) })
        else { return }
        let wasChanged = draft.isChanged
        body(&draft)
        drafts[selectedKey] = draft.isChanged || draft.canUndo ? draft : nil
        if let fault = draft.fault { scope.tell("\(fault)", .problem) }
        if draft.isChanged {
            keep(draft, of: selectedKey, &scope)
        } else if wasChanged {
            scope.work(.removeDraft(kept(draft, of: selectedKey, scope.now)), as: id(draftSlot, scope))
        }
    }

    /// Begins a record that is not there yet.
    mutating func begin(_ key: String, _ draft: RecordDraft<Record>, _ scope: inout Scope) {
        drafts[key] = draft
        select(key)
        keep(draft, of: key, &scope)
    }

    mutating func forgetDraft(of key: String, _ scope: inout Scope) {
        guard let draft = drafts.removeValue(forKey: key) else { return }
        scope.work(.removeDraft(kept(draft, of: key, scope.now)), as: id(draftSlot, scope))
    }

    private func keep(_ draft: RecordDraft<Record>, of key: String, _ scope: inout Scope) {
        scope.work(.saveDraft(kept(draft, of: key, scope.now)), as: id(draftSlot, scope))
    }

    private func kept(_ draft: RecordDraft<Record>, of key: String, _ now: Timestamp) -> Draft {
        Draft(
            kind: Record.kind, key: key, basedOn: basedOn(key) ?? (draft.base.version == 0 ? nil : draft.base.version),
            seen: draft.seen, savedAt: now,
            parts: [.init(name: "record", text: String(decoding: draft.record.prettyBytes, as: UTF8.self))])
    }

    private func id(_ slot: Int, _ scope: Scope) -> RequestID {
        RequestID(owner: scope.owner, slot: slot, generation: 0)
    }

    // MARK: - What the workspace does

    mutating func save(makesCurrent: Bool, _ scope: inout Scope) {
        guard let selectedKey, let draft else { return }
        drafts[selectedKey]?.noteSaving(true)
        scope.work(
            Record.save(draft.record, key: selectedKey, seen: draft.seen, makesCurrent: makesCurrent),
            as: saves.begin(selectedKey, scope))
    }

    /// Asks for a new version that is made without a draft.
    mutating func work(_ action: WorkspaceAction, savesVersionOf key: String, _ scope: inout Scope) {
        scope.work(action, as: saves.begin(key, scope))
    }

    /// Makes the shown version current.
    mutating func use(_ scope: inout Scope) {
        guard let saved else { return }
        scope.work(
            .use(Record.kind, key: saved.key, version: saved.version, expecting: versions?.currentVersion),
            as: switches.begin(Switch(key: saved.key, version: saved.version), scope))
    }

    /// Opens the record in `$EDITOR`; what comes back is the draft.
    func edit(_ scope: inout Scope) {
        guard let selectedKey, let record = draft?.record ?? saved?.record else { return }
        scope.edit(
            String(decoding: record.prettyBytes, as: UTF8.self) + "\n", name: selectedKey + ".json",
            as: id(editorSlot, scope))
    }

    /// Takes what came back from `$EDITOR`; whether the answer was the board's.
    mutating func receive(edited text: String, for id: RequestID, _ scope: inout Scope) -> Bool {
        guard id.slot == editorSlot else { return false }
        do {
            let record = try JSONValue(parsing: Array(text.utf8))
            change(&scope) { $0.change(to: record) }
        } catch {
            scope.tell("the text is no JSON, so the draft stays as it was: \(error)", .problem)
        }
        return true
    }
}
