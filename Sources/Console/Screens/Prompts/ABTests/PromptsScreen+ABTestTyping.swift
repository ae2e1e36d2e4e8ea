import Assignment
import Cells
import Experiments
import OrderedJSON
import Prompts
import TraceModel

extension PromptsScreen {
    /// A key while something of an A/B test is typed in place.
    mutating func typeTest(_ key: Key, _ scope: inout Scope) -> Bool {
        guard var editing = board.editing else { return false }
        switch key {
        case .escape:
            if editing.target == .session { board.sessionID = editing.original }
            board.editing = nil
        case .enter: acceptTest(editing, &scope)
        default:
            guard editing.field.handle(key) else { return false }
            board.editing = checked(editing)
        }
        return true
    }

    mutating func pasteTest(_ text: String) {
        guard var editing = board.editing else { return }
        editing.field.insert(text)
        board.editing = checked(editing)
    }

    /// Shows at once what a text would do: a session's prompt is looked up as its id is typed, a prompt is checked.
    private mutating func checked(_ editing: InPlaceEditing<ABTestBoard.Field>) -> InPlaceEditing<ABTestBoard.Field> {
        var editing = editing
        editing.mistake = nil
        let text = editing.field.text
        switch editing.target {
        case .session: board.sessionID = text
        case .prompt:
            do throws(PromptPin.Mistake) { _ = try PromptPin(text, in: board.prompts) } catch {
                editing.mistake = error.message
            }
        case .newKey where board.keys.contains { $0.utf8.elementsEqual(text.utf8) }:
            editing.mistake = "there is a test of that key"
        case .newKey, .weight: break
        }
        return editing
    }

    private mutating func acceptTest(_ editing: InPlaceEditing<ABTestBoard.Field>, _ scope: inout Scope) {
        let checked = checked(editing)
        guard checked.mistake == nil else { return board.editing = checked }
        let text = editing.field.text
        switch editing.target {
        case .weight(let index): changeTest(&scope) { $0.setWeight(ofVariant: index, to: text) }
        case .prompt(let index):
            guard let pin = try? PromptPin(text, in: board.prompts) else { return }
            changeTest(&scope) { $0.setPrompt(ofVariant: index, to: pin) }
        case .session: board.sessionID = text
        case .newKey:
            guard !text.isEmpty else { break }
            if let action = board.begin(text, prompt: selectedKey, scope.now) {
                scope.work(action, as: requestID(Slot.draft, scope))
            }
        }
        board.editing = nil
    }

    /// Enter on what is selected in the test.
    mutating func openTestItem() {
        switch board.selectedItem {
        case .variant(let index):
            guard let test = board.test else { return }
            board.editing = InPlaceEditing(
                .weight(index), test.variants[index].weight.written?.compactText ?? "", isReplaced: true)
        case .session: board.editing = InPlaceEditing(.session, board.sessionID)
        }
    }
}
