import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel

/// Managed prompts: versions, what changed between any two, an editor for the next one, and how each fares.
struct PromptsScreen: Screen {
    static let place = Place(title: "Prompts")

    enum Slot {
        static let figures = 0
        static let save = 1
        static let editor = 2
        static let draft = 3
    }

    enum Pane: Hashable, Sendable, CaseIterable {
        case prompts, versions, text
    }

    enum Part: Hashable, Sendable, CaseIterable {
        case system, user

        var name: String { self == .system ? "system" : "user" }
    }

    /// How the text of the shown version is set against the one it is compared with.
    enum Mode: Hashable, Sendable {
        case text, sideBySide, unified
    }

    var bench = Workbench()
    var selectedKey: String?
    var version: Int?
    /// The version marked to be compared with; the one before where none is.
    var marked: Int?
    var pane = Pane.prompts
    var part = Part.system
    var mode = Mode.text
    var isRendered = false
    /// Rows of the text or diff that are scrolled away.
    var top = 0
    var editor: PromptEditor?
    /// Drafts that lie on disk, by key. The workbench tells of those of an earlier run; what becomes of them is known here.
    var keptDrafts: [String: WorkDraft] = [:]
    private var takenUp: Set<String> = []
    var figures = Loader(slot: Slot.figures)
    var metrics: PromptMetrics?
    /// Which versions have spans asked for; the key they belong to.
    private var metricsKey: String?
    var size = Size(width: 0, height: 0)

    var title: String { "Prompts" }
    var isTyping: Bool { editor != nil }
    /// The editor keeps its draft by the clock.
    var needsClock: Bool { editor?.isUnkept == true }

    var versions: VersionCatalog<PromptRecord>.Versions? { selectedKey.flatMap { bench.prompts[$0] } }
    /// Versions, the newest first.
    var numbers: [Int] { (versions?.ascending ?? []).reversed() }
    var shown: PromptRecord? { version.flatMap { versions?.records[$0] } ?? versions?.current }

    /// The version the shown one is compared with.
    var other: PromptRecord? {
        guard let versions, let shown else { return nil }
        if let marked, marked != shown.version { return versions.records[marked] }
        return versions.ascending.last { $0 < shown.version }.flatMap { versions.records[$0] }
    }

    func status(overview: StoreOverview?) -> StatusLine {
        var path = ["prompts"]
        if let selectedKey { path.append(selectedKey) }
        if editor != nil {
            path.append("draft of version \((versions?.ascending.last ?? 0) + 1)")
        } else if mode != .text, let shown, let other {
            path.append("\(other.version) \u{2194} \(shown.version)")
        } else if let shown {
            path.append("version \(shown.version)")
        }
        var facts: [StatusLine.Fact] = [.init(part.name, .plain)]
        if let change = changeSummary { facts.append(.init(change)) }
        if isRendered { facts.append(.init("rendered", .plain)) }
        return StatusLine(left: .path(path), facts: facts)
    }

    private var changeSummary: String? {
        guard editor == nil, mode != .text, let diff = textDiff else { return nil }
        let changes = diff.hunks(context: 0).count
        if changes == 0 { return "no change in \(part.name)" }
        let moves = diff.moves.isEmpty ? "" : ", \(diff.moves.count) moved"
        return CountDisplay.text(changes, "change") + moves + (diff.isCoarse ? ", coarse" : "")
    }

    /// The part's text of a version, with the sample variables filled in where that is asked for.
    func text(of prompt: PromptRecord) -> String {
        let template = part == .system ? prompt.systemPrompt : prompt.userTemplate
        return isRendered ? Template(template).rendered(with: sampleVariables).text : template
    }

    /// Each variable filled with its own name in guillemets, so that one sees where it goes.
    var sampleVariables: PromptVariables {
        PromptVariables(shown.map(Self.variables)?.map { ($0, .string("«\($0)»")) } ?? [])
    }

    static func variables(of prompt: PromptRecord) -> [String] {
        var names = Template(prompt.systemPrompt).variables
        for name in Template(prompt.userTemplate).variables where !names.contains(name) { names.append(name) }
        return names
    }

    var textDiff: TextDiff? {
        guard let shown, let other else { return nil }
        return TextDiff(old: text(of: other), new: text(of: shown))
    }

    // MARK: - News

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        workspaceChanged(&scope)
        askFigures(&scope)
    }

    mutating func storeChanged(_ scope: inout Scope) {
        if let request = figuresRequest { figures.refresh(request, &scope) }
    }

    mutating func workspaceChanged(_ scope: inout Scope) {
        bench = scope.workbench
        for draft in bench.drafts where draft.kind == .prompt && takenUp.insert(draft.key).inserted {
            keptDrafts[draft.key] = draft
        }
        if selectedKey.map({ bench.prompts[$0] == nil }) ?? true { select(bench.prompts.keys.first, &scope) }
        if let version, versions?.records[version] == nil { self.version = nil }
    }

    mutating func select(_ key: String?, _ scope: inout Scope) {
        selectedKey = key
        version = nil
        marked = nil
        top = 0
        metrics = nil
        askFigures(&scope)
    }

    private var figuresRequest: Request? {
        selectedKey.map { .spans(PromptMetrics.query(key: $0)) }
    }

    private mutating func askFigures(_ scope: inout Scope) {
        guard let figuresRequest else { return }
        metricsKey = selectedKey
        figures.ask(figuresRequest, &scope)
    }

    mutating func receive(_ answer: Answer, for id: RequestID, _ scope: inout Scope) {
        switch answer {
        case .spans(let page):
            let verdict = figures.accept(id)
            guard verdict != .stale else { return }
            metrics = PromptMetrics(page.spans, isPartial: page.hasEarlier)
            if verdict == .currentButOld, let figuresRequest { figures.ask(figuresRequest, &scope) }
        case .workspace(.saved(let saved, let others, let isCurrent)) where id.slot == Slot.save:
            finishSaving(saved, others, isCurrent, &scope)
        case .edited(let text?) where id.slot == Slot.editor:
            beginEditing(&scope)
            editor?.replaceText(text, in: part)
        default: break
        }
    }

    private mutating func finishSaving(_ saved: Int, _ others: [Int], _ isCurrent: Bool, _ scope: inout Scope) {
        if let editor {
            keptDrafts[editor.base.key] = nil
            scope.work(.removeDraft(editor.draft(scope.now)), as: requestID(Slot.draft, scope))
        }
        editor = nil
        version = saved
        let state = isCurrent ? "now current" : "not current yet: M makes it so"
        let list = others.map(String.init).joined(separator: ", ")
        scope.tell(
            others.isEmpty
                ? "saved version \(saved), \(state)"
                : "saved version \(saved); version \(list) came in between: both are kept, compare them with Space",
            others.isEmpty ? .good : .problem)
        if !others.isEmpty {
            marked = others.last
            mode = .sideBySide
        }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) { _ = figures.accept(id) }

    mutating func tick(_ scope: inout Scope) { keepDraft(&scope) }

    func requestID(_ slot: Int, _ scope: Scope) -> RequestID {
        RequestID(owner: scope.owner, slot: slot, generation: 0)
    }

    // MARK: - Editing

    var keptDraft: WorkDraft? { selectedKey.flatMap { keptDrafts[$0] } }

    mutating func beginEditing(_ scope: inout Scope) {
        guard editor == nil, let shown else { return }
        let kept = keptDraft
        let base = kept?.basedOn.flatMap { versions?.records[$0] }
        editor = PromptEditor(base ?? shown, kept: kept)
        mode = .text
        if let kept, kept.parts.contains(where: { $0.text != editor?.baseText($0.name) }) {
            scope.tell("took your unsaved draft up again; to give it up leave it with Esc, then X")
        }
    }

    /// Writes the draft to disk when it changed since it was written last.
    mutating func keepDraft(_ scope: inout Scope) {
        guard var editor, editor.isUnkept else { return }
        scope.work(.saveDraft(editor.draft(scope.now)), as: requestID(Slot.draft, scope))
        editor.isUnkept = false
        self.editor = editor
    }

    mutating func save(makesCurrent: Bool, note: String, _ scope: inout Scope) {
        guard let editor else { return }
        scope.work(
            .savePrompt(
                key: editor.base.key, system: editor.text(.system), user: editor.text(.user),
                note: note.isEmpty ? nil : note, basedOn: editor.base.version, makesCurrent: makesCurrent),
            as: requestID(Slot.save, scope))
    }
}
