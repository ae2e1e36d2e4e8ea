import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

extension PromptsScreen {
    var editorLayout: EditorLayout {
        EditorLayout(width: max(2, PromptsLayout(size, hasFigures: false).main.width - 2))
    }

    var editorHeight: Int { max(1, PromptsLayout(size, hasFigures: false).main.height - 2) }

    mutating func type(_ key: Key, _ scope: inout Scope) -> Bool {
        if lineEditing != nil { return typeSample(key, &scope) }
        guard var editor else { return false }
        let isTaken: Bool
        switch editor.focus {
        case .text: isTaken = typeText(key, &editor, &scope)
        case .note, .find: isTaken = typeLine(key, &editor, &scope)
        }
        if self.editor != nil { self.editor = editor }
        return isTaken
    }

    mutating func paste(_ text: String, _ scope: inout Scope) {
        if lineEditing != nil { return pasteSample(text) }
        guard var editor else { return }
        if editor.focus == .text {
            editor[part].insert(text)
            editor.noteChange()
            editor.view.follow(editor[part], layout: editorLayout, height: editorHeight)
        } else {
            editor.line.insert(text)
        }
        self.editor = editor
    }

    private mutating func typeText(_ key: Key, _ editor: inout PromptEditor, _ scope: inout Scope) -> Bool {
        switch key {
        case .escape:
            leaveEditor(editor, &scope)
            return true
        case .control("s"):
            begin(.note(makesCurrent: false), &editor)
            return true
        case .alt("s"):
            begin(.note(makesCurrent: true), &editor)
            return true
        case .control("f"):
            begin(.find, &editor)
            return true
        case .control("t"):
            part = part == .system ? .user : .system
            editor.view = EditorView()
            return true
        case .control("o"):
            scope.edit(
                editor.text(part), name: "\(editor.base.key)-\(part.name).txt", as: requestID(Slot.editor, scope))
            return true
        default: break
        }
        let before = editor[part].document
        switch editor[part].handle(key, layout: editorLayout, rows: editorHeight) {
        case .ignored: return false
        case .copy(let text): if !text.isEmpty { scope.copy(text, what: "the selection") }
        case .handled: break
        }
        // Line counts first: comparing whole documents would make each key cost as much as the text is long.
        if editor[part].document != before { editor.noteKey(part) }
        editor.view.follow(editor[part], layout: editorLayout, height: editorHeight)
        return true
    }

    private func begin(_ focus: PromptEditor.Focus, _ editor: inout PromptEditor) {
        editor.focus = focus
        editor.line = TextField()
    }

    private mutating func typeLine(_ key: Key, _ editor: inout PromptEditor, _ scope: inout Scope) -> Bool {
        switch key {
        case .escape: editor.focus = .text
        case .enter:
            let text = editor.line.text
            switch editor.focus {
            case .note(let makesCurrent):
                editor.focus = .text
                save(&editor, makesCurrent: makesCurrent, note: text, &scope)
            case .find:
                if !editor[part].find(text) { scope.tell("\"\(text)\" is not in the text") }
                editor.view.follow(editor[part], layout: editorLayout, height: editorHeight)
            case .text: break
            }
        default: return editor.line.handle(key)
        }
        return true
    }

    /// The draft stays on disk: it is taken up again by `e`, or at the next start.
    mutating func leaveEditor(_ editor: PromptEditor, _ scope: inout Scope) {
        var editor = editor
        editor.lookThrough()
        guard editor.isChanged else {
            keptDrafts[editor.base.key] = nil
            scope.work(.removeDraft(editor.draft(scope.now)), as: requestID(Slot.draft, scope))
            self.editor = nil
            return
        }
        let draft = editor.draft(scope.now)
        scope.work(.saveDraft(draft), as: requestID(Slot.draft, scope))
        keptDrafts[draft.key] = draft
        self.editor = nil
        scope.tell("the draft is kept; e goes on with it")
    }
}
