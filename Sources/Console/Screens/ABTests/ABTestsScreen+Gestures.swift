import Assignment
import Cells
import Experiments
import OrderedJSON
import Prompts
import WorkspaceModel

extension ABTestsScreen {
    func offers(_ gesture: Gesture) -> Bool {
        guard editing == nil else { return false }
        return switch gesture {
        case .move, .nextPane, .previousPane, .open: test != nil
        case .copy: test != nil
        default: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion, &scope)
        case .nextPane, .previousPane: pane = pane == .list ? .test : .list
        case .open: open()
        case .copy:
            guard let test else { return }
            scope.copy(String(decoding: test.record.prettyBytes, as: UTF8.self), what: "the test's record")
        default: break
        }
    }

    private mutating func move(_ motion: Motion, _ scope: inout Scope) {
        switch (pane, motion) {
        case (_, .left), (_, .right): pane = pane == .list ? .test : .list
        case (.list, _):
            let keys = keys
            let next = motion.target(from: keys.firstIndex { $0 == board.selectedKey } ?? 0, count: keys.count)
            if keys.indices.contains(next) { show(keys[next], &scope) }
        case (.test, _): item = motion.target(from: item, count: items.count)
        }
    }

    /// Enter on what is selected.
    private mutating func open() {
        guard pane == .test else { return pane = .test }
        switch selectedItem {
        case .variant(let index):
            guard let test else { return }
            editing = InPlaceEditing(
                .weight(index), test.variants[index].weight.written?.compactText ?? "", isReplaced: true)
        case .session: editing = InPlaceEditing(.session, sessionID)
        }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        guard editing == nil else { return }
        let layout = layout
        if layout.list.contains(point) {
            pane = .list
            if let key = ABTestList(self, height: layout.list.height).key(at: point.y) {
                show(key, &scope)
            }
        } else if point.x >= layout.test.x, test != nil {
            pane = .test
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        guard editing == nil else { return }
        for _ in 0..<abs(rows / 3) { move(rows > 0 ? .down : .up, &scope) }
    }

    private mutating func show(_ key: String, _ scope: inout Scope) {
        select(key)
        boardChanged(&scope)
    }

    // MARK: - Typing in place

    mutating func type(_ key: Key, _ scope: inout Scope) -> Bool {
        guard var editing else { return false }
        switch key {
        case .escape:
            if editing.target == .session { sessionID = editing.original }
            self.editing = nil
        case .enter: accept(editing, &scope)
        default:
            guard editing.field.handle(key) else { return false }
            self.editing = checked(editing)
        }
        return true
    }

    mutating func paste(_ text: String, _ scope: inout Scope) {
        guard var editing else { return }
        editing.field.insert(text)
        self.editing = checked(editing)
    }

    /// Shows at once what a text would do: a session's prompt is looked up as its id is typed, a prompt is checked.
    private mutating func checked(_ editing: InPlaceEditing<Field>) -> InPlaceEditing<Field> {
        var editing = editing
        editing.mistake = nil
        let text = editing.field.text
        switch editing.target {
        case .session: sessionID = text
        case .prompt:
            do throws(PromptPin.Mistake) { _ = try PromptPin(text, in: workspace.prompts) } catch {
                editing.mistake = error.message
            }
        case .newKey where keys.contains { $0.utf8.elementsEqual(text.utf8) }:
            editing.mistake = "there is a test of that key"
        case .newKey, .weight: break
        }
        return editing
    }

    private mutating func accept(_ editing: InPlaceEditing<Field>, _ scope: inout Scope) {
        let checked = checked(editing)
        guard checked.mistake == nil else { return self.editing = checked }
        let text = editing.field.text
        switch editing.target {
        case .weight(let index): change(&scope) { $0.setWeight(ofVariant: index, to: text) }
        case .prompt(let index):
            guard let pin = try? PromptPin(text, in: workspace.prompts) else { return }
            change(&scope) { $0.setPrompt(ofVariant: index, to: pin) }
        case .session: sessionID = text
        case .newKey:
            guard !text.isEmpty, let draft = ABTestDraft(new: text, prompt: workspace.prompts[prompt.key]) else {
                break
            }
            board.begin(text, draft, &scope)
            item = 0
        }
        self.editing = nil
    }
}
