import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

/// Model configs: who gets which model and why, what a change would move, and a draft of the next version.
struct ExperimentsScreen: Screen {
    static let place = Place(title: "Experiments")

    enum Slot {
        static let sessions = 0
        static let save = 1
        static let editor = 2
        static let draft = 3
        static let replay = 4
        static let madeUp = 5
        static let results = 6
        static let use = 7
        static let context = 8
    }

    enum Pane: Hashable, Sendable, CaseIterable {
        case configs, config, simulate
    }

    /// What can be selected in the middle pane.
    enum Item: Hashable, Sendable {
        case variant(Int)
        case target(Int)
        case rule(Int)
        case churn
        case replay
        case results
        /// The row a new rule or target is typed in; it is never selected.
        case new(TargetingList)
    }

    /// What is typed in place.
    enum Field: Hashable, Sendable {
        case weight(Int)
        case model(Int)
        case targeting(TargetingList, Int?)
        case line(Simulation.Line)
        case contextName

        var isLine: Bool { if case .line = self { true } else { false } }
    }

    var workspace = WorkspaceSnapshot()
    /// Configs and tests that divide sessions among more than one variant: found once for each state of the workspace.
    private var dividing: [String] = []
    var selectedKey: String?
    /// The version that is shown; `nil` for the current one.
    var shownVersion: Int?
    var pane = Pane.configs
    var item = 0
    var line = 0
    /// How far the answer is scrolled.
    var answer = ListState(isSelectable: false)
    var simulation = Simulation()
    var drafts: [String: ConfigDraft] = [:]
    /// Drafts of an earlier run that were taken up; the workspace goes on telling of them when they are long gone.
    private var takenUp: Set<String> = []
    var editing: InPlaceEditing<Field>?
    /// How far back recorded sessions are looked at.
    var period = RecordedPeriod.week
    var replay: RecordedReplay?
    var recorded: [RecordedSession]?
    /// Whether there are more recorded sessions than were read.
    var isRecordedPartial = false
    /// Whether the next recorded sessions that come are to fill the form.
    var wantsRecordedSession = false
    /// Fields that recorded sessions of the config have.
    var recordedFields: [RecordedField] = []
    /// How many made-up sessions a draft is tried on.
    var madeUpCount = 10_000
    var madeUp: MadeUpSessions?
    var results: ConfigResults?
    /// A conflict that is to be shown as soon as the workspace tells of all versions in it.
    var conflict: Conflict?
    /// Configs whose drafts are being saved.
    var saves = UnderWay<String>(slot: Slot.save)
    /// Versions that are being made live.
    var switches = UnderWay<Switch>(slot: Slot.use)
    /// Names of contexts that are being saved.
    var contextSaves = UnderWay<String>(slot: Slot.context)
    var work = Work()
    var size = Size(width: 0, height: 0)
    /// What follows from config and simulation; made anew when either changes.
    var preview: ExperimentPreview?

    var title: String { "Experiments" }
    var isTyping: Bool { editing != nil }

    /// The config that is shown: the draft where there is one, else the chosen version.
    var config: ModelConfig? {
        guard let selectedKey else { return nil }
        return drafts[selectedKey]?.made ?? live
    }

    /// The version that is shown, without a draft's changes.
    var live: ModelConfig? {
        guard let selectedKey, let versions = workspace.configs[selectedKey] else { return nil }
        return shownVersion.flatMap { versions.records[$0] } ?? versions.current
    }

    var draft: ConfigDraft? { selectedKey.flatMap { drafts[$0] } }

    var items: [Item] {
        guard let config else { return [] }
        var items = config.variants.indices.map(Item.variant)
        items += (config.targeting?.individualTargets.indices ?? 0..<0).map(Item.target)
        items += (config.targeting?.rules.indices ?? 0..<0).map(Item.rule)
        if draft?.isChanged == true { items.append(.churn) }
        return items + [.replay, .results]
    }

    var isReplaying: Bool { work.sessions.isLoading || work.replay.isLoading }

    var selectedItem: Item? { items.indices.contains(item) ? items[item] : nil }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if draft?.isChanged == true { facts.append(.init("draft, not saved", .warning)) }
        if !workspace.problems.isEmpty {
            facts.append(.init(Figure.count(workspace.problems.count, "broken file"), .warning))
        }
        facts.append(.init("workspace \(workspace.path)"))
        var path = ["configs"]
        if let selectedKey { path.append(selectedKey) }
        if let live {
            let isCurrent = live.version == workspace.configs[live.key]?.currentVersion
            let served = workspace.configs[live.key]?.currentVersion.map { ", not live: \($0) is" } ?? ""
            path.append("version \(live.version)" + (isCurrent ? " live" : served))
        }
        return StatusLine(left: .path(path), facts: facts)
    }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        workspaceChanged(&scope)
        if results == nil, !work.results.isLoading { loadResults(&scope) }
    }

    mutating func storeChanged(_ scope: inout Scope) { refreshResults(&scope) }

    mutating func workspaceChanged(_ scope: inout Scope) {
        let before = live
        workspace = scope.workspace
        dividing =
            workspace.configs.keys.filter { (workspace.configs[$0]?.current?.split.pieces.count ?? 0) > 1 }
            + workspace.abTests.keys.filter { (workspace.abTests[$0]?.current?.split.pieces.count ?? 0) > 1 }
        if selectedKey.map({ workspace.configs[$0] == nil }) ?? true { select(workspace.configs.keys.first, &scope) }
        for kept in scope.drafts where kept.kind == .config { offer(kept) }
        refresh()
        if before != live { versionChanged(&scope) }
        showConflict(&scope)
    }

    /// Another version is shown: what is known of the one before says nothing of it.
    mutating func versionChanged(_ scope: inout Scope) {
        refresh()
        loadResults(&scope)
        recount(&scope)
    }

    /// Takes a draft of an earlier run up again.
    private mutating func offer(_ kept: Draft) {
        guard drafts[kept.key] == nil, workspace.configs[kept.key] != nil, takenUp.insert(kept.key).inserted else {
            return
        }
        guard let text = kept[part: "record"], let record = try? JSONValue(parsing: Array(text.utf8)),
            let versions = workspace.configs[kept.key],
            let base = kept.basedOn.flatMap({ versions.records[$0] }) ?? versions.current, record != base.record
        else { return }
        drafts[kept.key] = ConfigDraft(base, seen: kept.seen ?? kept.basedOn, record: record)
    }

    mutating func select(_ key: String?, _ scope: inout Scope) {
        selectedKey = key
        shownVersion = nil
        item = 0
        answer.scroll(to: 0)
        recorded = nil
        replay = nil
        results = nil
        forgetMadeUp()
        recordedFields = []
        work.sessions.forget()
        work.replay.forget()
        if let config { simulation.suggestFields(of: config) }
        refresh()
        loadResults(&scope)
        recount(&scope)
    }

    /// Makes what follows from config and simulation.
    mutating func refresh() {
        item = min(item, max(0, items.count - 1))
        line = min(line, simulation.lines.count - 1)
        guard let config else { return preview = nil }
        preview = ExperimentPreview(
            config: config, live: live, simulation: simulation, contexts: workspace.contexts,
            others: dividing.filter { !$0.utf8.elementsEqual(config.key.utf8) })
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        switch answer {
        case .experiment(let answer): receive(answer, for: id, &scope)
        case .workspace(let outcome): receive(outcome, for: id, &scope)
        case .edited(let text?) where id.slot == Slot.editor:
            takeEdited(text, &scope)
        default: break
        }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        _ = work.sessions.accept(id)
        _ = work.replay.accept(id)
        _ = work.madeUp.accept(id)
        _ = work.results.accept(id)
        wantsRecordedSession = false
        if let key = saves.end(id) { drafts[key]?.noteSaving(false) }
        _ = switches.end(id)
        _ = contextSaves.end(id)
    }

    private mutating func takeEdited(_ text: String, _ scope: inout Scope) {
        do {
            let record = try JSONValue(parsing: Array(text.utf8))
            change(&scope) { $0.change(to: record) }
        } catch {
            scope.tell("the text is no JSON, so the draft stays as it was: \(error)", .problem)
        }
    }

    /// Changes the draft, begun now if there is none, and keeps it on disk.
    mutating func change(_ scope: inout Scope, _ body: (inout ConfigDraft) -> Void) {
        guard let selectedKey, let live else { return }
        var draft = drafts[selectedKey] ?? ConfigDraft(live, seen: workspace.configs[selectedKey]?.ascending.last)
        let wasChanged = draft.isChanged
        body(&draft)
        drafts[selectedKey] = draft.isChanged || draft.canUndo ? draft : nil
        if let fault = draft.fault { scope.tell("\(fault)", .problem) }
        if draft.isChanged {
            scope.work(.saveDraft(keptDraft(draft, scope.now)), as: requestID(Slot.draft, scope))
        } else if wasChanged {
            scope.work(.removeDraft(keptDraft(draft, scope.now)), as: requestID(Slot.draft, scope))
        }
        refresh()
        recount(&scope)
    }

    mutating func forgetDraft(of key: String, _ scope: inout Scope) {
        guard let draft = drafts.removeValue(forKey: key) else { return }
        scope.work(.removeDraft(keptDraft(draft, scope.now)), as: requestID(Slot.draft, scope))
        refresh()
        recount(&scope)
    }

    func keptDraft(_ draft: ConfigDraft, _ now: Timestamp) -> Draft {
        Draft(
            kind: .config, key: draft.base.key, basedOn: draft.base.version, seen: draft.seen, savedAt: now,
            parts: [.init(name: "record", text: String(decoding: draft.record.prettyBytes, as: UTF8.self))])
    }

    func requestID(_ slot: Int, _ scope: Scope) -> RequestID {
        RequestID(owner: scope.owner, slot: slot, generation: 0)
    }
}
