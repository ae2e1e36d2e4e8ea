import Assignment
import Prompts
import WorkspaceModel

/// The next versions of prompts while they are written: the one in the editor, and those that lie on disk.
struct PromptDrafts: Sendable {
    var editor: PromptEditor?
    /// Drafts that lie on disk, by key.
    private(set) var kept: [String: Draft] = [:]
    /// Prompts that are being saved, as they were sent.
    private var saves: UnderWay<Draft>
    private let firstSlot: Int

    /// - Parameter firstSlot: the first of the four of the screen's slots that are the drafts'.
    init(firstSlot: Int) {
        self.firstSlot = firstSlot
        saves = UnderWay(slot: firstSlot)
    }

    private var editorSlot: Int { firstSlot + 1 }
    /// Drafts that are left or given up.
    private var draftSlot: Int { firstSlot + 2 }
    /// The draft that is written to disk while one types: that this failed is told for as long as it lasts.
    private var keepingSlot: Int { firstSlot + 3 }

    private func id(_ slot: Int, _ scope: Scope) -> RequestID {
        RequestID(owner: scope.owner, slot: slot, generation: 0)
    }

    /// Whether a draft of a prompt lies on disk.
    func isKept(_ key: String) -> Bool { kept[key] != nil }

    func isFromEditor(_ id: RequestID) -> Bool { id.slot == editorSlot }

    /// The workspace has changed, or the screen is shown anew.
    mutating func take(_ scope: Scope) {
        kept = Dictionary(
            scope.drafts.lazy.filter { $0.kind == .prompt }.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    }

    /// Opens the editor on the shown version, or on the draft that was begun.
    mutating func begin(_ list: PromptList, _ scope: inout Scope) {
        guard editor == nil, let shown = list.shown else { return }
        let draft = kept[shown.key]
        let base = draft?.basedOn.flatMap { list.versions?.records[$0] } ?? shown
        editor = PromptEditor(base, seen: draft?.seen ?? draft?.basedOn ?? list.versions?.ascending.last, kept: draft)
        if let draft, draft.parts.contains(where: { $0.text != editor?.baseText($0.name) }) {
            scope.tell("took your unsaved draft up again; to give it up leave it with Esc, then X")
        }
    }

    /// Opens a text in `$EDITOR`.
    func edit(_ text: String, _ key: String, _ part: PromptPart, _ scope: inout Scope) {
        scope.edit(text, name: "\(key)-\(part.name).txt", as: id(editorSlot, scope))
    }

    /// Writes the draft to disk when it changed since it was written last.
    mutating func keep(_ scope: inout Scope) {
        guard var editor, editor.isUnkept else { return }
        editor.lookThrough()
        scope.work(.saveDraft(editor.draft(scope.now)), as: id(keepingSlot, scope))
        editor.noteKept(true)
        self.editor = editor
    }

    /// Leaves the editor. The draft stays on disk: it is taken up again by `e`, or at the next start.
    mutating func leave(_ scope: inout Scope) {
        guard var editor else { return }
        editor.lookThrough()
        self.editor = nil
        let draft = editor.draft(scope.now)
        guard editor.isChanged else { return forget(draft, &scope) }
        scope.work(.saveDraft(draft), as: id(draftSlot, scope))
        kept[draft.key] = draft
        scope.tell("the draft is kept; e goes on with it")
    }

    mutating func discard(_ key: String, _ scope: inout Scope) {
        guard let draft = kept[key] else { return }
        forget(draft, &scope)
        scope.tell("the draft is gone")
    }

    private mutating func forget(_ draft: Draft, _ scope: inout Scope) {
        kept[draft.key] = nil
        scope.work(.removeDraft(draft), as: id(draftSlot, scope))
    }

    // MARK: - Saving

    mutating func save(makesCurrent: Bool, note: String, _ scope: inout Scope) {
        guard let draft = editor?.draft(scope.now) else { return }
        guard editor?.saving == nil else { return scope.tell("the version before is still being saved", .problem) }
        editor?.noteSaving(true)
        scope.work(
            .savePrompt(draft, note: note.isEmpty ? nil : note, makesCurrent: makesCurrent),
            as: saves.begin(draft, scope))
    }

    /// A version was saved: the draft goes, but for what was written since it was sent.
    ///
    /// - Returns: the prompt's key; `nil` for an answer that was to another question.
    mutating func finish(_ id: RequestID, _ saved: SavedVersion, _ scope: inout Scope) -> String? {
        guard let sent = saves.end(id) else { return nil }
        if editor?.base.key == sent.key, editor?.saving != nil {
            if editor?.noteSaved(as: saved.version) == true {
                keep(&scope)
            } else {
                editor = nil
                forget(sent, &scope)
            }
        } else if kept[sent.key]?.parts == sent.parts {
            forget(sent, &scope)
        }
        return sent.key
    }

    /// An action on the workspace is done: the draft is on disk.
    mutating func noteDone(_ id: RequestID) {
        if id.slot == keepingSlot { editor?.keepingFault = nil }
    }

    mutating func fail(_ id: RequestID, _ scope: Scope) {
        if let sent = saves.end(id), editor?.base.key == sent.key { editor?.noteSaving(false) }
        guard id.slot == keepingSlot, let reason = scope.reason else { return }
        editor?.keepingFault = reason
        editor?.noteKept(false)
    }
}
