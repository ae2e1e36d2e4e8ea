import Assignment
import Cells
import Display
import Experiments
import Prompts
import TraceModel
import WorkspaceModel

/// Prompt A/B tests: how each divides sessions between versions of prompts, what a change would move, what a session gets.
struct ABTestsScreen: RecordScreen {
    static let place = Place(title: "A/B tests")

    /// Which pane has the keys.
    enum Pane: Hashable, Sendable {
        case list, test
    }

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

    /// The version of a prompt the screen was opened at: its tests come first, and new variants begin with it.
    let prompt: PromptPin
    var workspace = WorkspaceSnapshot()
    var board = RecordBoard<PromptABTest>(firstSlot: 0)
    var pane = Pane.test
    var item = 0
    /// Whose prompt is shown.
    var sessionID = "session-1"
    var editing: InPlaceEditing<Field>?
    /// How the versions fare that the test divides sessions between.
    var figures = PromptFigures(firstSlot: 4)
    /// The prompt the figures are of.
    private var figuresKey: String?
    /// In what the versions differ; made after each event where that has changed.
    private(set) var difference: VariantDifference?
    private var size = Size(width: 0, height: 0)

    /// - Parameter key: the test to show; without one the first of the prompt's.
    init(_ prompt: PromptPin, selecting key: String? = nil) {
        self.prompt = prompt
        board.select(key)
    }

    var title: String { "A/B tests" }
    var isTyping: Bool { editing != nil }
    var isFree: Bool { editing == nil && test != nil }
    var layout: ABTestLayout { ABTestLayout(size, rowCount: rowCount) }
    /// How many rows the test takes, worked out after each event.
    private var rowCount = 0

    /// The test that is shown: the draft where there is one.
    var test: PromptABTest? { board.shown }

    /// Keys of all tests, those of the prompt first; new ones that are not saved yet are among them.
    var keys: [String] {
        let all = board.keys
        return all.filter(concernsPrompt) + all.filter { !concernsPrompt($0) }
    }

    func concernsPrompt(_ key: String) -> Bool { board.shown(key)?.concerns(prompt.key) == true }

    var items: [Item] { (test?.variants.indices ?? 0..<0).map(Item.variant) + [.session] }
    var selectedItem: Item { items.indices.contains(item) ? items[item] : .session }
    var selectedVariant: Int? {
        if case .variant(let index) = selectedItem, isFree, pane == .test { index } else { nil }
    }

    var lints: [ConfigLint] {
        guard let test else { return [] }
        let others = board.records.keys.filter { $0 != test.key }
        return test.lints(prompts: workspace.prompts, runningBeside: workspace.configs.keys + others)
    }

    var question: String? { board.question() }

    func status(overview: StoreOverview?) -> StatusLine {
        StatusLine(
            left: .path(["prompts", "A/B tests"] + [board.selectedKey].compactMap { $0 }),
            facts: board.isChanged ? [.init("draft, not saved", .warning)] : [])
    }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        workspaceChanged(&scope)
        if test == nil { pane = .list }
        figures.ask(figuresKey, &scope)
    }

    mutating func storeChanged(_ scope: inout Scope) { figures.refresh(figuresKey, &scope) }

    mutating func settle() {
        let layout = PromptsLayout(size, hasFigures: false)
        rowCount = ABTestRows(self, width: layout.main.width - 2, .measuring).rows.count
        difference = VariantDifference(test, workspace.prompts, width: layout.main.width, reusing: difference)
    }

    mutating func workspaceChanged(_ scope: inout Scope) {
        workspace = scope.workspace
        difference = nil
        if !board.take(scope) { select(keys.first) }
        boardChanged(&scope)
        board.showConflict(&scope)
    }

    mutating func boardChanged(_ scope: inout Scope) {
        if board.selectedKey == nil || board.keys.isEmpty { select(keys.first) }
        // A test that was saved a moment ago may not be there yet: what is selected in it stays selected.
        if test != nil { item = min(item, items.count - 1) }
        let key = test?.variants.first?.promptKey
        guard key != figuresKey else { return }
        figuresKey = key
        figures.select(key, &scope)
    }

    mutating func select(_ key: String?) {
        guard key != board.selectedKey else { return }
        board.select(key)
        item = 0
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        figures.receive(answer, for: id, of: figuresKey, &scope)
        switch answer {
        case .workspace(let outcome): if board.receive(outcome, for: id, &scope) { boardChanged(&scope) }
        case .edited(let text?): if board.receive(edited: text, for: id, &scope) { boardChanged(&scope) }
        default: break
        }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        board.fail(id)
        figures.fail(id)
    }
}

extension PromptABTest {
    /// Whether one of its variants is a version of that prompt.
    func concerns(_ promptKey: String) -> Bool {
        variants.contains { $0.promptKey?.utf8.elementsEqual(promptKey.utf8) == true }
    }
}
