import Assignment
import Cells
import Experiments
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

extension PromptsScreen {
    func offers(_ gesture: Gesture) -> Bool {
        guard !isTyping, selectedKey != nil else { return false }
        switch gesture {
        case .move, .nextPane, .previousPane, .copy: return true
        case .open: return pane != .text || shown != nil
        case .nextMatch, .previousMatch: return mode != .text
        case .back: return mode != .text || marked != nil
        case .export, .nextError, .previousError, .filter, .search: return false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion, &scope)
        case .nextPane: pane = step(1)
        case .previousPane: pane = step(-1)
        case .open: open(&scope)
        case .copy: copy(&scope)
        case .nextMatch: jump(1)
        case .previousMatch: jump(-1)
        case .back: goBack()
        case .export, .nextError, .previousError, .filter, .search: break
        }
    }

    private mutating func goBack() {
        if sent != nil {
            (sent, mode) = (nil, .text)
        } else if mode != .text {
            mode = .text
        } else {
            marked = nil
        }
    }

    private func copy(_ scope: inout Scope) {
        guard let shown else { return }
        scope.copy(sent?[part] ?? text(of: shown), what: "the \(part.name) text")
    }

    /// The next pane that has something in it.
    private func step(_ step: Int) -> Pane {
        let all = Pane.allCases.filter { $0 != .variables || !variableRows.isEmpty }
        return all[((all.firstIndex(of: pane) ?? 0) + step + all.count) % all.count]
    }

    private mutating func move(_ motion: Motion, _ scope: inout Scope) {
        switch (pane, motion) {
        case (_, .left): pane = step(-1)
        case (_, .right): pane = step(1)
        case (.prompts, _):
            let keys = workspace.prompts.keys
            let index = keys.firstIndex { $0 == selectedKey } ?? 0
            let next = motion.target(from: index, count: keys.count)
            if keys.indices.contains(next), next != index { select(keys[next], &scope) }
        case (.versions, _):
            let index = numbers.firstIndex { $0 == shown?.version } ?? 0
            let next = motion.target(from: index, count: numbers.count)
            if numbers.indices.contains(next) { show(version: numbers[next]) }
        case (.variables, _): variable = motion.target(from: variable, count: variableRows.count)
        case (.text, _): place.move(motion)
        }
    }

    private mutating func show(version number: Int) {
        if number != shown?.version { sent = nil }
        version = number
        place.scroll(to: 0)
    }

    /// Enter goes on to the right; in the text it shows the version's calls in Live.
    private mutating func open(_ scope: inout Scope) {
        switch pane {
        case .prompts: pane = .versions
        case .versions: pane = .text
        case .variables: beginVariable()
        case .text: openCalls(&scope)
        }
    }

    /// Goes to the A/B tests, those of this prompt first.
    func openTests(selecting key: String? = nil, _ scope: inout Scope) {
        guard let shown else { return }
        scope.move(.open(ABTestsScreen(PromptPin(key: shown.key, version: shown.version), selecting: key)))
    }

    /// Shows the spans of the shown version in Live.
    func openCalls(_ scope: inout Scope) {
        guard let shown else { return }
        scope.move(
            .filter(tab: LiveScreen.place, text: FilterText.condition("prompt", "\(shown.key)@\(shown.version)")))
    }

    /// Goes to the next change.
    private mutating func jump(_ step: Int) {
        if let next = textLayout.rows.change(from: place.top, step) { place.scroll(to: next) }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let layout = PromptsLayout(size, hasFigures: true)
        if let editor, layout.main.contains(point) {
            let place = Point(x: point.x - layout.main.x - 1, y: point.y - layout.main.y - 1)
            let layout = editorLayout
            let target = editor.view.position(atX: place.x, y: place.y, of: editor[part], layout: layout)
            self.editor?[part].move(.to(target), layout: layout)
            return
        }
        guard !isTyping else { return }
        if layout.list.contains(point) {
            clickList(point.y, height: layout.list.height, &scope)
        } else if layout.main.contains(point) {
            pane = .text
        }
    }

    private mutating func clickList(_ y: Int, height: Int, _ scope: inout Scope) {
        let sections = PromptsSections(self, height: height)
        guard let row = sections.place(for: self, height: height).row(at: y) else { return }
        if let key = sections.key(at: row) {
            pane = .prompts
            select(key, &scope)
        } else if let number = sections.version(at: row) {
            pane = .versions
            show(version: number)
        } else if let key = sections.test(at: row) {
            openTests(selecting: key, &scope)
        } else if let clicked = sections.variable(at: row) {
            pane = .variables
            variable = variableRows.firstIndex(of: clicked) ?? 0
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        let layout = editorLayout
        if var editor {
            editor[part].move(rows > 0 ? .pageDown(rows: rows) : .pageUp(rows: -rows), layout: layout)
            editor.view.follow(editor[part], layout: layout, height: editorHeight)
            self.editor = editor
        } else {
            place.scroll(by: rows)
        }
    }
}
