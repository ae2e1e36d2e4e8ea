import Assignment
import Cells
import Experiments
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

/// The prompt A/B tests of the workspace on the Prompts screen: which one is shown, what is changed in it, and what a
/// session would get.
struct ABTestBoard: Sendable {
    /// What can be selected in a test.
    enum Item: Hashable, Sendable {
        case variant(Int)
        /// The session whose prompt is shown.
        case session
    }

    /// What is typed in place.
    enum Field: Hashable, Sendable {
        case weight(Int)
        case prompt(Int)
        case session
        /// The key of a new test.
        case newKey
    }

    private(set) var tests = VersionCatalog<PromptABTest>()
    private(set) var prompts = VersionCatalog<PromptRecord>()
    /// Keys of the model configs: they divide the same buckets.
    private var configs: [String] = []
    /// The prompt that is shown on the screen: its tests come first.
    private var promptKey: String?
    var selectedKey: String?
    /// The version that is shown; `nil` for the one that is served.
    var shownVersion: Int?
    var item = 0
    /// Whose prompt is shown.
    var sessionID = "session-1"
    private(set) var drafts: [String: ABTestDraft] = [:]
    /// Drafts of an earlier run that were taken up; the workspace goes on telling of them when they are long gone.
    private var takenUp: Set<String> = []
    var editing: InPlaceEditing<Field>?
    /// A conflict that is to be shown as soon as the workspace tells of all versions in it.
    var conflict: Conflict?
    /// A test that was saved a moment ago: the workspace may not tell of it yet.
    private var awaited: String?

    /// Keys of all tests, those of the shown prompt first; new ones that are not saved yet are among them.
    var keys: [String] {
        let all = tests.keys + drafts.keys.filter { tests[$0] == nil }.sorted()
        return all.filter(concernsPrompt) + all.filter { !concernsPrompt($0) }
    }

    /// The test as saved in the version that is shown; `nil` for one that is not saved yet.
    var saved: PromptABTest? {
        guard let selectedKey, let versions = tests[selectedKey] else { return nil }
        return shownVersion.flatMap { versions.records[$0] } ?? versions.current
    }

    var draft: ABTestDraft? { selectedKey.flatMap { drafts[$0] } }
    /// The test that is shown: the draft where there is one.
    var test: PromptABTest? { draft?.made ?? saved }

    var items: [Item] { (test?.variants.indices ?? 0..<0).map(Item.variant) + [.session] }
    var selectedItem: Item { items.indices.contains(item) ? items[item] : .session }
    var selectedVariant: Int? { if case .variant(let index) = selectedItem { index } else { nil } }

    func shown(_ key: String) -> PromptABTest? { drafts[key]?.made ?? tests[key]?.current }

    func isDraft(_ key: String) -> Bool { drafts[key]?.isChanged == true }

    func concernsPrompt(_ key: String) -> Bool {
        shown(key)?.variants.contains { variant in
            promptKey.map { variant.promptKey?.utf8.elementsEqual($0.utf8) == true } ?? false
        } ?? false
    }

    var lints: [ConfigLint] {
        guard let test else { return [] }
        return test.lints(prompts: prompts, runningBeside: configs + tests.keys.filter { $0 != test.key })
    }

    /// What the shown version or draft can be set against.
    var versionPairs: [VersionPair] {
        guard let saved, let versions = tests[saved.key] else { return [] }
        return VersionPair.all(shown: saved, draft: draft, versions, current: "served")
    }

    // MARK: - News

    mutating func take(_ workspace: WorkspaceSnapshot, drafts: [Draft], promptKey: String?) {
        (tests, prompts, configs) = (workspace.abTests, workspace.prompts, workspace.configs.keys)
        for kept in drafts where kept.kind == .abTest { offer(kept) }
        show(promptKey)
        if let shownVersion, saved?.version != shownVersion { self.shownVersion = nil }
        // A test that was saved a moment ago may not be there yet: what is selected in it stays selected.
        if test != nil { item = min(item, items.count - 1) }
    }

    /// Another prompt is shown: one of its tests is the selected one, unless a draft is being written.
    mutating func show(_ promptKey: String?) {
        self.promptKey = promptKey
        if let awaited, awaited == selectedKey, tests[awaited] == nil { return }
        awaited = nil
        let isThere = selectedKey.map { tests[$0] != nil || drafts[$0] != nil } ?? false
        if !isThere || (selectedKey.map { !concernsPrompt($0) } ?? true && draft == nil) { select(keys.first) }
    }

    /// Takes a draft of an earlier run up again.
    private mutating func offer(_ kept: Draft) {
        guard drafts[kept.key] == nil, takenUp.insert(kept.key).inserted, let text = kept[part: "record"],
            let record = try? JSONValue(parsing: Array(text.utf8))
        else { return }
        let versions = tests[kept.key]
        let saved = kept.basedOn.flatMap { versions?.records[$0] } ?? versions?.current
        guard let base = saved ?? ABTestDraft(new: kept.key, prompt: nil)?.base, record != base.record else { return }
        drafts[kept.key] = ABTestDraft(base, seen: kept.seen ?? kept.basedOn, record: record)
    }

    mutating func select(_ key: String?) {
        guard key != selectedKey else { return }
        awaited = nil
        selectedKey = key
        shownVersion = nil
        item = 0
    }

    mutating func stepVersion(_ step: Int) {
        guard let saved, let versions = tests[saved.key] else { return }
        let all = versions.ascending
        let index = (all.firstIndex(of: saved.version) ?? 0) + step
        guard all.indices.contains(index) else { return }
        shownVersion = all[index] == versions.currentVersion ? nil : all[index]
    }

    // MARK: - Drafts

    /// Changes the draft of the selected test, begun now if there is none.
    ///
    /// - Returns: what is to be done with the draft on disk.
    mutating func change(_ now: Timestamp, _ body: (inout ABTestDraft) -> Void) -> WorkspaceAction? {
        guard let selectedKey,
            let base = drafts[selectedKey] ?? saved.map({ ABTestDraft($0, seen: tests[selectedKey]?.ascending.last) })
        else { return nil }
        var draft = base
        body(&draft)
        drafts[selectedKey] = draft.isChanged || draft.canUndo ? draft : nil
        item = min(item, max(0, items.count - 1))
        let kept = Self.keptDraft(draft, selectedKey, now)
        return draft.isChanged ? .saveDraft(kept) : .removeDraft(kept)
    }

    /// Begins a test that is not there yet.
    mutating func begin(_ key: String, prompt: String?, _ now: Timestamp) -> WorkspaceAction? {
        guard let draft = ABTestDraft(new: key, prompt: prompt.flatMap { prompts[$0] }) else { return nil }
        drafts[key] = draft
        select(key)
        return .saveDraft(Self.keptDraft(draft, key, now))
    }

    /// A test's draft is on its way to the disk, or that failed.
    mutating func noteSaving(_ key: String, _ isSaving: Bool) { drafts[key]?.noteSaving(isSaving) }

    /// A test was saved: its draft goes, but for what was changed since it was sent.
    ///
    /// - Returns: what is to be done with the draft on disk.
    mutating func noteSaved(_ key: String, as version: Int, isCurrent: Bool, _ now: Timestamp) -> WorkspaceAction? {
        if key == selectedKey {
            awaited = key
            shownVersion = isCurrent ? nil : version
        }
        if let rest = drafts[key]?.rest(savedAs: version) {
            drafts[key] = rest
            return .saveDraft(Self.keptDraft(rest, key, now))
        }
        return drafts[key]?.isSaving == true ? forgetDraft(of: key, now) : nil
    }

    mutating func forgetDraft(of key: String, _ now: Timestamp) -> WorkspaceAction? {
        guard let draft = drafts.removeValue(forKey: key) else { return nil }
        return .removeDraft(Self.keptDraft(draft, key, now))
    }

    private static func keptDraft(_ draft: ABTestDraft, _ key: String, _ now: Timestamp) -> Draft {
        let text = String(decoding: draft.record.prettyBytes, as: UTF8.self)
        return Draft(
            kind: .abTest, key: key, basedOn: draft.base.version == 0 ? nil : draft.base.version, seen: draft.seen,
            savedAt: now, parts: [.init(name: "record", text: text)])
    }

    /// The version the selected draft was begun from; `nil` for a new test.
    var basedOn: Int? { selectedKey.flatMap(basedOn) }

    func basedOn(_ key: String) -> Int? {
        drafts[key].flatMap { $0.base.variants.isEmpty && $0.base.version == 0 ? nil : $0.base.version }
    }
}
