import Cells
import Experiments
import Prompts
import TraceModel
import WorkspaceModel

extension PromptDesk {
    /// The workspace has changed, or the screen is shown anew.
    mutating func take(_ scope: Scope) {
        comparison = nil
        drafts.take(scope)
    }

    /// Another prompt or another version is shown.
    mutating func startAnew(keepsSent: Bool = false) {
        if !keepsSent { sent = nil }
        place.scroll(to: 0)
    }

    // MARK: - Reading

    mutating func nextMode() {
        (sent, mode) = (nil, mode.next)
        place.scroll(to: 0)
    }

    mutating func turnPart() {
        part = part.other
        place.scroll(to: 0)
    }

    mutating func toggleRendered() {
        sent = nil
        isRendered.toggle()
    }

    /// Whether there is something to go back from before the mark goes.
    mutating func goBack() -> Bool {
        guard mode != .text || sent != nil else { return false }
        (sent, mode) = (nil, .text)
        return true
    }

    /// Goes to the next change.
    mutating func jump(_ step: Int) {
        if let next = comparison?.rows.change(from: place.top, step) { place.scroll(to: next) }
    }

    func copy(_ list: PromptList, _ scope: inout Scope) {
        guard let shown = list.shown else { return }
        scope.copy(sent?[part] ?? text(of: shown, list), what: "the \(part.name) text")
    }

    /// Asks for what a call made of the shown version.
    mutating func ask(for span: SpanKey, _ scope: inout Scope) { sentLoader.ask(.span(span), &scope) }

    /// Works out what is shown: two long texts cost too much to be compared and laid out again at every key.
    mutating func settle(_ list: PromptList, _ callers: PromptCallers, _ layout: PromptsLayout) {
        guard editor == nil, list.shown != nil else { return }
        let comparison = PromptComparison(self, list, callers, width: layout.main.width, reusing: comparison)
        self.comparison = comparison
        place.resize(count: comparison.rows.count, height: layout.main.height - 1)
    }

    // MARK: - News

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ list: PromptList, _ scope: inout Scope) {
        switch answer {
        case .span(let loaded) where sentLoader.accept(id) != .stale: take(loaded, &scope)
        case .edited(let text?) where drafts.isFromEditor(id):
            beginEditing(list, &scope)
            drafts.editor?.replaceText(text, in: part)
            drafts.editor?.follow(part, PromptsLayout(scope.area, hasFigures: false))
        default: break
        }
    }

    private mutating func take(_ loaded: LoadedSpan?, _ scope: inout Scope) {
        guard let sent = loaded.map({ SentPrompt($0) }), sent.system != nil || sent.user != nil else {
            return scope.tell("what this call sent was not captured: the template alone is shown")
        }
        self.sent = sent
        if sent[part] == nil { part = part.other }
        mode = .sideBySide
    }

    mutating func fail(_ id: RequestID, _ scope: Scope) {
        _ = sentLoader.accept(id)
        _ = samples.saves.end(id)
        drafts.fail(id, scope)
    }

    // MARK: - Writing

    mutating func beginEditing(_ list: PromptList, _ scope: inout Scope) {
        drafts.begin(list, &scope)
        if editor != nil { mode = .text }
    }

    /// Opens the shown part, or its draft, in `$EDITOR`; what comes back is the draft.
    func editElsewhere(_ list: PromptList, _ scope: inout Scope) {
        guard let shown = list.shown else { return }
        drafts.edit(drafts.kept[shown.key]?[part: part.name] ?? shown[part], shown.key, part, &scope)
    }

    /// A click into the editor.
    mutating func click(_ point: Point, _ layout: PromptsLayout) {
        guard let editor else { return }
        let target = editor.view.position(
            atX: point.x - layout.main.x - 1, y: point.y - layout.main.y - 1, of: editor[part], layout: layout.editor)
        drafts.editor?[part].move(.to(target), layout: layout.editor)
    }

    mutating func wheel(_ rows: Int, _ layout: PromptsLayout) {
        guard var editor else { return place.scroll(by: rows) }
        editor[part].move(rows > 0 ? .pageDown(rows: rows) : .pageUp(rows: -rows), layout: layout.editor)
        editor.follow(part, layout)
        drafts.editor = editor
    }
}
