import Assignment
import Cells
import Experiments
import Prompts
import TraceModel
import WorkspaceModel

extension PromptsScreen {
    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        workspaceChanged(&scope)
        askFigures(&scope)
    }

    mutating func storeChanged(_ scope: inout Scope) {
        if let request = figuresRequest { figures.refresh(request, &scope) }
    }

    mutating func workspaceChanged(_ scope: inout Scope) {
        workspace = scope.workspace
        keptLayout = nil
        keptDrafts = Dictionary(
            scope.drafts.lazy.filter { $0.kind == .prompt }.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        tests = RecordBoard(firstSlot: 0)
        _ = tests.take(scope)
        if selectedKey.map({ workspace.prompts[$0] == nil }) ?? true { select(workspace.prompts.keys.first, &scope) }
        if let version, versions?.records[version] == nil { self.version = nil }
    }

    mutating func select(_ key: String?, _ scope: inout Scope) {
        selectedKey = key
        version = nil
        marked = nil
        place.scroll(to: 0)
        variable = 0
        metrics = nil
        callers = PromptCallers()
        sent = nil
        askFigures(&scope)
    }

    private var figuresRequest: Request? {
        selectedKey.map { .spans(PromptMetrics.query(key: $0)) }
    }

    private mutating func askFigures(_ scope: inout Scope) {
        guard let figuresRequest else { return }
        figures.ask(figuresRequest, &scope)
    }

    /// Goes to a version, and to what a call made of it.
    mutating func show(_ link: PromptLink, _ scope: inout Scope) {
        if let editor { leaveEditor(editor, &scope) }
        guard let versions = workspace.prompts[link.key] else {
            return scope.tell("this workspace has no prompt \(link.key)", .problem)
        }
        if selectedKey != link.key { select(link.key, &scope) }
        (pane, marked, sent) = (.text, nil, nil)
        place.scroll(to: 0)
        version = link.version.flatMap { versions.records[$0] == nil ? nil : $0 }
        if let wanted = link.version, version == nil {
            scope.tell("this workspace has no version \(wanted) of \(link.key); the current one is shown", .problem)
        } else if let span = link.span {
            sentLoader.ask(.span(span), &scope)
        }
    }

    private mutating func take(_ loaded: LoadedSpan?, _ scope: inout Scope) {
        guard let sent = loaded.map({ SentPrompt($0) }), sent.system != nil || sent.user != nil else {
            return scope.tell("what this call sent was not captured: the template alone is shown")
        }
        self.sent = sent
        if sent[part] == nil { part = part == .system ? .user : .system }
        mode = .sideBySide
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        switch answer {
        case .spans(let page):
            let verdict = figures.accept(id)
            guard verdict != .stale else { return }
            metrics = PromptMetrics(page.spans, isPartial: page.hasEarlier)
            callers = PromptCallers(page.spans)
            if !callers.wanted.isEmpty { callersLoader.ask(.contents(callers.wanted), &scope) }
            if verdict == .currentButOld, let figuresRequest { figures.ask(figuresRequest, &scope) }
        case .contents(let loaded) where callersLoader.accept(id) != .stale: callers.learn(loaded)
        case .span(let loaded) where sentLoader.accept(id) != .stale: take(loaded, &scope)
        case .workspace(let outcome): receive(outcome, for: id, &scope)
        case .edited(let text?) where id.slot == Slot.editor:
            beginEditing(&scope)
            editor?.replaceText(text, in: part)
            if var editor {
                editor.view.follow(editor[part], layout: editorLayout, height: editorHeight)
                self.editor = editor
            }
        default: break
        }
    }

    /// What an action on the workspace did.
    private mutating func receive(_ outcome: WorkspaceOutcome, for id: RequestID, _ scope: inout Scope) {
        if case .saved(let saved) = outcome {
            if let sent = saves.end(id) { finishSaving(sent, saved, &scope) }
        } else if let used = switches.end(id) {
            scope.tell("version \(used.version) of \(used.key) is current; apps get it at their next sync", .good)
        } else if let name = sampleSaves.end(id) {
            scope.tell("saved the sample \(name)", .good)
        } else if id.slot == Slot.kept {
            editor?.keepingFault = nil
        }
    }

    /// The draft goes, but for what was written since it was sent.
    private mutating func finishSaving(_ sent: Draft, _ outcome: SavedVersion, _ scope: inout Scope) {
        let (saved, others) = (outcome.version, outcome.savedByOthers)
        if editor?.base.key == sent.key, editor?.saving != nil {
            if editor?.noteSaved(as: saved) == true {
                keepDraft(&scope)
            } else {
                editor = nil
                forgetDraft(sent, &scope)
            }
        } else if keptDrafts[sent.key].map({ $0.parts == sent.parts }) ?? false {
            forgetDraft(sent, &scope)
        }
        guard sent.key == selectedKey else { return scope.tell("saved version \(saved) of \(sent.key)", .good) }
        version = saved
        let state = outcome.isCurrent ? "now current" : "not current yet: M makes it so"
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

    private mutating func forgetDraft(_ draft: Draft, _ scope: inout Scope) {
        keptDrafts[draft.key] = nil
        scope.work(.removeDraft(draft), as: requestID(Slot.draft, scope))
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        _ = figures.accept(id)
        _ = callersLoader.accept(id)
        _ = sentLoader.accept(id)
        if let sent = saves.end(id), editor?.base.key == sent.key { editor?.noteSaving(false) }
        _ = switches.end(id)
        _ = sampleSaves.end(id)
        guard id.slot == Slot.kept, let reason = scope.reason else { return }
        editor?.keepingFault = reason
        editor?.noteKept(false)
    }

    mutating func tick(_ scope: inout Scope) { keepDraft(&scope) }

    func requestID(_ slot: Int, _ scope: Scope) -> RequestID {
        RequestID(owner: scope.owner, slot: slot, generation: 0)
    }
}
