import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

/// The next version of a prompt while it is written: both parts, and the note it will be saved with.
struct PromptEditor: Sendable {
    /// What has the keys.
    enum Focus: Hashable, Sendable {
        case text
        /// The line that asks why this version, before it is saved.
        case note(makesCurrent: Bool)
        /// The line that asks what to look for.
        case find
    }

    /// The version it was begun from.
    private(set) var base: PromptRecord
    /// The highest version there was then: later ones are others'.
    private(set) var seen: Int?
    private var system: TextEditor
    private var user: TextEditor
    var view = EditorView()
    var focus = Focus.text
    var line = TextField()
    /// Whether it has changed since it was written to disk.
    private(set) var isUnkept = false
    /// Why it could not be written to disk; the next second tries again.
    var keepingFault: String?
    /// Its placeholders, of both parts. Found once for each change: texts may be long.
    private(set) var variables: [String] = []
    /// What in both parts is perhaps meant as a placeholder and is none, as it stands there.
    private(set) var nearPlaceholders: [String] = []
    /// Those of the version it was begun from.
    private(set) var baseVariables: [String]
    /// Whether it differs from what it was begun from.
    private(set) var isChanged = false
    /// Whether placeholders and ``isChanged`` are those of the text as it stands.
    private var isLookedThrough = true
    /// What is being saved, until it is known what came of it.
    private(set) var saving: PromptRecord?

    init(_ base: PromptRecord, seen: Int?, kept: Draft?) {
        self.base = base
        self.seen = seen
        baseVariables = base.variables
        system = TextEditor(base.systemPrompt)
        user = TextEditor(base.userTemplate)
        if let text = kept?[part: "system"], text != base.systemPrompt { system.replaceAll(with: text) }
        if let text = kept?[part: "user"], text != base.userTemplate { user.replaceAll(with: text) }
        look()
    }

    subscript(part: PromptPart) -> TextEditor {
        get { part == .system ? system : user }
        set { if part == .system { system = newValue } else { user = newValue } }
    }

    func text(_ part: PromptPart) -> String { self[part].text }

    func baseText(_ part: String) -> String { part == "system" ? base.systemPrompt : base.userTemplate }

    /// The text has changed.
    mutating func noteChange() {
        isUnkept = true
        look()
    }

    /// A key has changed the text. What follows from it is found at once in a text of usual length; of a long one with the
    /// next second, so that a key costs no more than its screen.
    mutating func noteKey(_ part: PromptPart) {
        guard self[part].document.lines.reduce(0, { $0 + $1.count }) > Self.longText else { return noteChange() }
        isUnkept = true
        isChanged = true
        isLookedThrough = false
    }

    /// Characters from which a text is long.
    private static let longText = 50_000

    /// Scrolls to where the cursor is.
    mutating func follow(_ part: PromptPart, _ layout: PromptsLayout) {
        view.follow(self[part], layout: layout.editor, height: layout.editorHeight)
    }

    /// Asks something in the line below the text.
    mutating func ask(_ focus: Focus) { (self.focus, line) = (focus, TextField()) }

    /// Looks at all of the text, if keys were typed since.
    mutating func lookThrough() {
        if !isLookedThrough { look() }
    }

    /// The text is to be written to disk, or to be written again since that failed.
    mutating func noteKept(_ isKept: Bool) { isUnkept = !isKept }

    private mutating func look() {
        isLookedThrough = true
        let record = record
        variables = record.variables
        nearPlaceholders = [record.systemPrompt, record.userTemplate].flatMap {
            Template($0).nearPlaceholders.map(\.text)
        }
        isChanged =
            !record.systemPrompt.utf8.elementsEqual(base.systemPrompt.utf8)
            || !record.userTemplate.utf8.elementsEqual(base.userTemplate.utf8)
    }

    /// The prompt as it would be saved.
    var record: PromptRecord {
        PromptRecord(
            key: base.key, version: base.version, systemPrompt: text(.system), userTemplate: text(.user))
    }

    /// The text is on its way to the disk, or that failed.
    mutating func noteSaving(_ isSaving: Bool) { saving = isSaving ? record : nil }

    /// What was sent became a version. What was written since is then a draft begun from it.
    ///
    /// - Returns: whether there is such a draft.
    mutating func noteSaved(as version: Int) -> Bool {
        guard let sent = saving else { return false }
        saving = nil
        seen = version
        base = PromptRecord(
            key: base.key, version: version, systemPrompt: sent.systemPrompt, userTemplate: sent.userTemplate)
        baseVariables = base.variables
        noteChange()
        return isChanged
    }

    mutating func replaceText(_ text: String, in part: PromptPart) {
        self[part].replaceAll(with: text)
        noteChange()
    }

    /// The draft as it is kept on disk.
    func draft(_ now: Timestamp) -> Draft {
        Draft(
            kind: .prompt, key: base.key, basedOn: base.version, seen: seen, savedAt: now,
            parts: PromptPart.allCases.map { .init(name: $0.name, text: text($0)) })
    }
}
