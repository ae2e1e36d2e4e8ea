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
        static let replay = 4
        static let madeUp = 5
        static let results = 6
        static let context = 8
        static let plan = 9
        /// The first of the board's.
        static let board = 10
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
        /// The row in which it says by what the config is decided; it is never selected.
        case plan
    }

    /// What is typed in place.
    enum Field: Hashable, Sendable {
        case weight(Int)
        case model(Int)
        case targeting(TargetingList, Int?)
        case line(Simulation.Line)
        case contextName
        case plan

        var isLine: Bool { if case .line = self { true } else { false } }
    }

    var workspace = WorkspaceSnapshot()
    /// Configs and tests that divide sessions among more than one variant: found once for each state of the workspace.
    private var dividing: [String] = []
    /// The configs, their versions and drafts.
    var board = RecordBoard<ModelConfig>(firstSlot: Slot.board)
    var pane = Pane.configs
    var item = 0
    var line = 0
    /// How far the answer is scrolled.
    var answer = ListState(isSelectable: false)
    var simulation = Simulation()
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
    /// Names of contexts that are being saved.
    var contextSaves = UnderWay<String>(slot: Slot.context)
    /// Configs whose goal is being saved.
    var planSaves = UnderWay<String>(slot: Slot.plan)
    var work = Work()
    var size = Size(width: 0, height: 0)
    /// What follows from config and simulation; made anew when either changes.
    var preview: ExperimentPreview?

    var title: String { "Experiments" }
    var isTyping: Bool { editing != nil }

    var selectedKey: String? { board.selectedKey }
    /// The config that is shown: the draft where there is one, else the chosen version.
    var config: ModelConfig? { board.shown }
    /// The version that is shown, without a draft's changes.
    var saved: ModelConfig? { board.saved }

    var items: [Item] {
        guard let config else { return [] }
        var items = config.variants.indices.map(Item.variant)
        items += (config.targeting?.individualTargets.indices ?? 0..<0).map(Item.target)
        items += (config.targeting?.rules.indices ?? 0..<0).map(Item.rule)
        if board.isChanged { items.append(.churn) }
        return items + [.replay, .results]
    }

    var isReplaying: Bool { work.sessions.isLoading || work.replay.isLoading }

    var selectedItem: Item? { items.indices.contains(item) ? items[item] : nil }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if board.isChanged { facts.append(.init("draft, not saved", .warning)) }
        if !workspace.problems.isEmpty {
            facts.append(.init(Figure.count(workspace.problems.count, "broken file"), .warning))
        }
        var path = ["configs"]
        if let selectedKey { path.append(selectedKey) }
        if let saved {
            let isCurrent = saved.version == workspace.configs[saved.key]?.currentVersion
            let other = workspace.configs[saved.key]?.currentVersion.map { ", not current: \($0) is" } ?? ""
            path.append("v\(saved.version)" + (isCurrent ? " current" : other))
        }
        return StatusLine(left: .path(path), facts: facts, rest: [.init("workspace \(workspace.path)")])
    }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        workspaceChanged(&scope)
        if results == nil, !work.results.isLoading { loadResults(&scope) }
    }

    mutating func storeChanged(_ scope: inout Scope) { refreshResults(&scope) }

    mutating func workspaceChanged(_ scope: inout Scope) {
        let (before, planBefore) = (saved, plan)
        workspace = scope.workspace
        dividing =
            workspace.configs.keys.filter { (workspace.configs[$0]?.current?.split.pieces.count ?? 0) > 1 }
            + workspace.abTests.keys.filter { (workspace.abTests[$0]?.current?.split.pieces.count ?? 0) > 1 }
        if !board.take(scope) { select(workspace.configs.keys.first, &scope) }
        refresh()
        if before != saved {
            loadResults(&scope)
            recount(&scope)
        } else if planBefore != plan {
            loadResults(&scope)
        }
        board.showConflict(&scope)
    }

    mutating func select(_ key: String?, _ scope: inout Scope) {
        board.select(key)
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
            config: config, live: saved, simulation: simulation, contexts: workspace.contexts,
            others: dividing.filter { !$0.utf8.elementsEqual(config.key.utf8) })
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        switch answer {
        case .experiment(let answer): receive(answer, for: id, &scope)
        case .workspace(let outcome): receive(outcome, for: id, &scope)
        case .edited(let text?): if board.receive(edited: text, for: id, &scope) { boardChanged(&scope) }
        default: break
        }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        _ = work.sessions.accept(id)
        _ = work.replay.accept(id)
        _ = work.madeUp.accept(id)
        _ = work.results.accept(id)
        wantsRecordedSession = false
        board.fail(id)
        _ = contextSaves.end(id)
        _ = planSaves.end(id)
    }
}
