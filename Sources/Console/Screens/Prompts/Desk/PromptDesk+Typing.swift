import Cells
import Prompts

extension PromptDesk {
    mutating func type(_ key: Key, _ list: PromptList, _ scope: inout Scope) -> Bool {
        if samples.line != nil { return typeSample(key, list, &scope) }
        return switch editor?.focus {
        case nil: false
        case .text: typeText(key, &scope)
        case .note, .find: typeLine(key, &scope)
        }
    }

    mutating func paste(_ text: String, _ list: PromptList, _ scope: inout Scope) {
        if samples.line != nil { return pasteSample(text, list) }
        guard editor?.focus == .text else {
            drafts.editor?.line.insert(text)
            return
        }
        drafts.editor?[part].insert(text)
        drafts.editor?.noteChange()
        drafts.editor?.follow(part, PromptsLayout(scope.area, hasFigures: false))
    }

    private mutating func typeText(_ key: Key, _ scope: inout Scope) -> Bool {
        switch key {
        case .escape: drafts.leave(&scope)
        case .control("s"): drafts.editor?.ask(.note(makesCurrent: false))
        case .alt("s"): drafts.editor?.ask(.note(makesCurrent: true))
        case .control("f"): drafts.editor?.ask(.find)
        case .control("t"):
            part = part.other
            drafts.editor?.view = EditorView()
        case .control("o"):
            if let editor { drafts.edit(editor.text(part), editor.base.key, part, &scope) }
        default: return edit(key, &scope)
        }
        return true
    }

    private mutating func edit(_ key: Key, _ scope: inout Scope) -> Bool {
        guard var editor else { return false }
        let layout = PromptsLayout(scope.area, hasFigures: false)
        let before = editor[part].document
        switch editor[part].handle(key, layout: layout.editor, rows: layout.editorHeight) {
        case .ignored: return false
        case .copy(let text): if !text.isEmpty { scope.copy(text, what: "the selection") }
        case .handled: break
        }
        // Line counts first: comparing whole documents would make each key cost as much as the text is long.
        if editor[part].document != before { editor.noteKey(part) }
        editor.follow(part, layout)
        drafts.editor = editor
        return true
    }

    /// A key in the line that asks for a note or for what to find.
    private mutating func typeLine(_ key: Key, _ scope: inout Scope) -> Bool {
        switch key {
        case .escape: drafts.editor?.focus = .text
        case .enter: acceptLine(&scope)
        default: return drafts.editor?.line.handle(key) == true
        }
        return true
    }

    private mutating func acceptLine(_ scope: inout Scope) {
        guard let text = editor?.line.text else { return }
        switch editor?.focus {
        case .note(let makesCurrent):
            drafts.editor?.focus = .text
            drafts.save(makesCurrent: makesCurrent, note: text, &scope)
        case .find:
            if drafts.editor?[part].find(text) == false { scope.tell("\"\(text)\" is not in the text") }
            drafts.editor?.follow(part, PromptsLayout(scope.area, hasFigures: false))
        case .text, nil: break
        }
    }
}
