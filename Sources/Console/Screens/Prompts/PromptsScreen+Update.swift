import Assignment
import Cells
import Prompts
import TraceModel
import WorkspaceModel

extension PromptsScreen {
    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        workspaceChanged(&scope)
        figures.ask(list.selectedKey, &scope)
    }

    mutating func storeChanged(_ scope: inout Scope) { figures.refresh(list.selectedKey, &scope) }

    mutating func workspaceChanged(_ scope: inout Scope) {
        desk.take(scope)
        if !list.take(scope) { select(list.keys.first, &scope) }
    }

    mutating func select(_ key: String?, _ scope: inout Scope) {
        list.select(key)
        desk.startAnew()
        desk.samples.selected = 0
        figures.select(key, &scope)
    }

    mutating func show(version number: Int) {
        desk.startAnew(keepsSent: number == list.shown?.version)
        list.shownVersion = number
    }

    /// Goes to a version, and to what a call made of it.
    mutating func show(_ link: PromptLink, _ scope: inout Scope) {
        desk.drafts.leave(&scope)
        guard let versions = list.workspace.prompts[link.key] else {
            return scope.tell("this workspace has no prompt \(link.key)", .problem)
        }
        if list.selectedKey != link.key { select(link.key, &scope) }
        desk.startAnew()
        (pane, list.marked) = (.text, nil)
        list.shownVersion = link.version.flatMap { versions.records[$0] == nil ? nil : $0 }
        if let wanted = link.version, list.shownVersion == nil {
            scope.tell("this workspace has no version \(wanted) of \(link.key); the current one is shown", .problem)
        } else if let span = link.span {
            desk.ask(for: span, &scope)
        }
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        if case .workspace(let outcome) = answer { return receive(outcome, for: id, &scope) }
        figures.receive(answer, for: id, of: list.selectedKey, &scope)
        desk.receive(answer, for: id, list, &scope)
    }

    /// What an action on the workspace did.
    private mutating func receive(_ outcome: WorkspaceOutcome, for id: RequestID, _ scope: inout Scope) {
        if case .saved(let saved) = outcome {
            if let key = desk.drafts.finish(id, saved, &scope) { tell(saved, of: key, &scope) }
        } else if list.receive(outcome, for: id, &scope) {
        } else if let name = desk.samples.saves.end(id) {
            scope.tell("saved the sample \(name)", .good)
        } else {
            desk.drafts.noteDone(id)
        }
    }

    /// Shows a version that was saved, beside one that somebody else saved meanwhile.
    private mutating func tell(_ saved: SavedVersion, of key: String, _ scope: inout Scope) {
        guard key == list.selectedKey else { return scope.tell("saved version \(saved.version) of \(key)", .good) }
        list.shownVersion = saved.version
        let state = saved.isCurrent ? "now current" : "not current yet: M makes it so"
        guard let latest = saved.savedByOthers.last else {
            return scope.tell("saved version \(saved.version), \(state)", .good)
        }
        let others = saved.savedByOthers.map(String.init).joined(separator: ", ")
        scope.tell(
            "saved version \(saved.version); version \(others) came in between: both are kept, compare them with Space",
            .problem)
        list.marked = latest
        desk.mode = .sideBySide
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        list.fail(id)
        desk.fail(id, scope)
        figures.fail(id)
    }

    mutating func tick(_ scope: inout Scope) { desk.drafts.keep(&scope) }

    mutating func settle() { desk.settle(list, figures.callers, PromptsLayout(size, hasFigures: true)) }

    mutating func type(_ key: Key, _ scope: inout Scope) -> Bool { desk.type(key, list, &scope) }

    mutating func paste(_ text: String, _ scope: inout Scope) { desk.paste(text, list, &scope) }
}
