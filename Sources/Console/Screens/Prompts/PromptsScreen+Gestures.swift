import Assignment
import Cells
import Experiments
import Prompts
import TraceModel

extension PromptsScreen {
    func offers(_ gesture: Gesture) -> Bool {
        guard !isTyping, list.selectedKey != nil else { return false }
        switch gesture {
        case .move, .nextPane, .previousPane, .copy: return true
        case .open: return pane != .text || list.shown != nil
        case .nextMatch, .previousMatch: return desk.mode != .text
        case .back: return desk.mode != .text || list.marked != nil
        case .export, .nextError, .previousError, .filter, .search: return false
        }
    }

    var backTitle: String { desk.mode == .text ? "unmark" : "end diff" }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion, &scope)
        case .nextPane: pane = step(1)
        case .previousPane: pane = step(-1)
        case .open: open(&scope)
        case .copy: desk.copy(list, &scope)
        case .nextMatch: desk.jump(1)
        case .previousMatch: desk.jump(-1)
        case .back: if !desk.goBack() { list.marked = nil }
        case .export, .nextError, .previousError, .filter, .search: break
        }
    }

    /// The next pane that has something in it.
    private func step(_ step: Int) -> Pane {
        let all = Pane.allCases.filter { $0 != .variables || !desk.variableRows(list).isEmpty }
        return all[((all.firstIndex(of: pane) ?? 0) + step + all.count) % all.count]
    }

    private mutating func move(_ motion: Motion, _ scope: inout Scope) {
        switch (pane, motion) {
        case (_, .left): pane = step(-1)
        case (_, .right): pane = step(1)
        case (.prompts, _): if let key = list.key(after: motion) { select(key, &scope) }
        case (.versions, _): if let number = list.version(after: motion) { show(version: number) }
        case (.variables, _):
            let count = desk.variableRows(list).count
            desk.samples.selected = motion.target(from: desk.samples.selected, count: count)
        case (.text, _): desk.place.move(motion)
        }
    }

    /// Enter goes on to the right; in the text it shows the version's calls in Live.
    private mutating func open(_ scope: inout Scope) {
        switch pane {
        case .prompts: pane = .versions
        case .versions: pane = .text
        case .variables: desk.beginVariable(list)
        case .text: openCalls(&scope)
        }
    }

    /// Goes to the A/B tests, those of this prompt first.
    func openTests(selecting key: String? = nil, _ scope: inout Scope) {
        guard let shown = list.shown else { return }
        scope.move(.open(ABTestsScreen(PromptPin(key: shown.key, version: shown.version), selecting: key)))
    }

    /// Shows the spans of the shown version in Live.
    func openCalls(_ scope: inout Scope) {
        guard let shown = list.shown else { return }
        scope.move(
            .filter(tab: LiveScreen.place, text: FilterText.condition("prompt", "\(shown.key)@\(shown.version)")))
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let layout = PromptsLayout(size, hasFigures: desk.editor == nil)
        if layout.main.contains(point), desk.editor != nil {
            desk.click(point, layout)
        } else if isTyping {
            return
        } else if layout.list.contains(point) {
            clickList(PromptListView(self, height: layout.list.height).row(at: point.y), &scope)
        } else if layout.main.contains(point) {
            pane = .text
        }
    }

    private mutating func clickList(_ row: PromptListView.Row?, _ scope: inout Scope) {
        switch row {
        case .key(let key):
            pane = .prompts
            select(key, &scope)
        case .version(let number):
            pane = .versions
            show(version: number)
        case .test(let key), .variant(let key, _): openTests(selecting: key, &scope)
        case .variable(let variable):
            pane = .variables
            desk.samples.selected = desk.variableRows(list).firstIndex(of: variable) ?? 0
        case .heading, .advice, .blank, nil: break
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        desk.wheel(rows, PromptsLayout(size, hasFigures: desk.editor == nil))
    }
}
