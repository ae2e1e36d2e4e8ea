import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

/// Managed prompts: versions, what changed between any two, an editor for the next one, and how each fares.
struct PromptsScreen: Screen {
    static let place = Place(title: "Prompts")

    enum Slot {
        static let figures = 0
        static let save = 1
        static let editor = 2
        static let draft = 3
        static let callers = 4
        static let sent = 5
        static let kept = 8
        static let use = 9
        static let sample = 11
    }

    /// In the order in which Tab goes through them.
    enum Pane: Hashable, Sendable, CaseIterable {
        case prompts, versions, text, variables
    }

    enum Part: Hashable, Sendable, CaseIterable {
        case system, user

        var name: String { self == .system ? "system" : "user" }
    }

    /// How the text of the shown version is set against the one it is compared with.
    enum Mode: Hashable, Sendable {
        case text, sideBySide, unified
    }

    var workspace = WorkspaceSnapshot()
    var selectedKey: String?
    var version: Int?
    /// The version marked to be compared with; the one before where none is.
    var marked: Int?
    var pane = Pane.prompts
    var part = Part.system
    var mode = Mode.text
    var isRendered = false
    /// How far the text or diff is scrolled.
    var place = ListState(isSelectable: false)
    var editor: PromptEditor?
    /// The A/B tests, drafts among them, as the list tells of them.
    var tests = RecordBoard<PromptABTest>(firstSlot: 0)
    /// Variables the prompts are tried with, by key, where they are not the first sample's.
    var fillings: [String: SampleFilling] = [:]
    /// The selected variable.
    var variable = 0
    /// What is typed in the line below the text.
    var lineEditing: InPlaceEditing<LineField>?
    /// Drafts that lie on disk, by key.
    var keptDrafts: [String: Draft] = [:]
    var figures = Loader(slot: Slot.figures)
    var metrics: PromptMetrics?
    /// Who was seen to use the prompt.
    var callers = PromptCallers()
    var callersLoader = Loader(slot: Slot.callers)
    /// The texts of a call that was made with the shown version, as they were sent.
    var sent: SentPrompt?
    var sentLoader = Loader(slot: Slot.sent)
    /// Prompts that are being saved, as they were sent.
    var saves = UnderWay<Draft>(slot: Slot.save)
    /// Versions of prompts that are being made current.
    var switches = UnderWay<Switch>(slot: Slot.use)
    /// Names of samples that are being saved.
    var sampleSaves = UnderWay<String>(slot: Slot.sample)
    var size = Size(width: 0, height: 0)
    /// Made after each event; `nil` where it has to be made anew.
    var keptLayout: TextLayout?

    var title: String { "Prompts" }
    var isTyping: Bool { editor != nil || lineEditing != nil }
    /// Whether no text is being typed and there is a prompt to act on.
    var isFree: Bool { !isTyping && shown != nil }
    /// The editor keeps its draft by the clock.
    var needsClock: Bool { editor?.isUnkept == true }

    var versions: VersionCatalog<PromptRecord>.Versions? { selectedKey.flatMap { workspace.prompts[$0] } }
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
        } else if let shown, sent != nil {
            path.append("\(shown.version) \u{2194} as sent")
        } else if mode != .text, let shown, let other {
            path.append("\(other.version) \u{2194} \(shown.version)")
        } else if let shown {
            path.append("version \(shown.version)")
        }
        var facts: [StatusLine.Fact] = [.init(part.name, .plain)]
        if let change = changeSummary { facts.append(.init(change)) }
        if isRendered, editor == nil, sent == nil {
            facts.append(.init("rendered" + (filling.name.map { " with \($0)" } ?? ""), .plain))
        }
        // The reason stands in the last row, again with every second that it lasts; this has to fit beside the path.
        if editor?.keepingFault != nil { facts = [.init("draft NOT kept", .warning)] }
        return StatusLine(left: .path(path), facts: facts)
    }

    private var changeSummary: String? {
        guard editor == nil, let diff = textLayout.diff else { return nil }
        if sent != nil { return "the template and what was sent" }
        if textLayout.changeCount == 0 { return "no change in \(part.name)" }
        if diff.isOnlyWhitespace { return "only white space or line ends differ in \(part.name)" }
        let moves = diff.moves.isEmpty ? "" : ", \(diff.moves.count) moved"
        return Figure.count(textLayout.changeCount, "change") + moves + (diff.isCoarse ? ", coarse" : "")
    }

    /// The part's text of a version, with the sample variables filled in where that is asked for.
    func text(of prompt: PromptRecord) -> String {
        let template = part == .system ? prompt.systemPrompt : prompt.userTemplate
        return isRendered ? Template(template).rendered(with: filling.variables).text : template
    }

    static func variables(of prompt: PromptRecord) -> [String] {
        var names = Template(prompt.systemPrompt).variables
        for name in Template(prompt.userTemplate).variables where !names.contains(name) { names.append(name) }
        return names
    }

    /// What in the shown version is perhaps meant as a placeholder and is none, as it stands there.
    var nearPlaceholders: [String] {
        if let editor { return editor.nearPlaceholders }
        // A very long text is looked through in the editor alone, once for each change.
        let texts = (shown.map { [$0.systemPrompt, $0.userTemplate] } ?? []).filter { $0.utf8.count < 50_000 }
        return texts.flatMap { Template($0).nearPlaceholders.map(\.text) }
    }

    /// What differs: between two versions, or between the shown one and what a call made of it.
    var textDiff: TextDiff? {
        guard let shown else { return nil }
        if let sent {
            let template = part == .system ? shown.systemPrompt : shown.userTemplate
            return sent[part].map { TextDiff(old: template, new: $0) }
        }
        guard let other else { return nil }
        return TextDiff(old: text(of: other), new: text(of: shown))
    }

    // MARK: - Editing

    var keptDraft: Draft? { selectedKey.flatMap { keptDrafts[$0] } }

    mutating func beginEditing(_ scope: inout Scope) {
        guard editor == nil, let shown else { return }
        let kept = keptDraft
        let base = kept?.basedOn.flatMap { versions?.records[$0] }
        editor = PromptEditor(base ?? shown, seen: kept?.seen ?? kept?.basedOn ?? versions?.ascending.last, kept: kept)
        mode = .text
        if let kept, kept.parts.contains(where: { $0.text != editor?.baseText($0.name) }) {
            scope.tell("took your unsaved draft up again; to give it up leave it with Esc, then X")
        }
    }

    /// Writes the draft to disk when it changed since it was written last.
    mutating func keepDraft(_ scope: inout Scope) {
        guard var editor, editor.isUnkept else { return }
        editor.lookThrough()
        scope.work(.saveDraft(editor.draft(scope.now)), as: requestID(Slot.kept, scope))
        editor.noteKept(true)
        self.editor = editor
    }

    mutating func save(_ editor: inout PromptEditor, makesCurrent: Bool, note: String, _ scope: inout Scope) {
        guard editor.saving == nil else { return scope.tell("the version before is still being saved", .problem) }
        editor.noteSaving(true)
        let draft = editor.draft(scope.now)
        scope.work(
            .savePrompt(draft, note: note.isEmpty ? nil : note, makesCurrent: makesCurrent),
            as: saves.begin(draft, scope))
    }
}
