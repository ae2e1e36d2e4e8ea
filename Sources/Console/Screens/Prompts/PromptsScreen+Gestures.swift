import Assignment
import Cells
import OrderedJSON
import Prompts
import TraceModel

extension PromptsScreen {
    func offers(_ gesture: Gesture) -> Bool {
        guard editor == nil, selectedKey != nil else { return false }
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
        case .copy: if let shown { scope.copy(text(of: shown), what: "the \(part.name) text") }
        case .nextMatch: jump(1)
        case .previousMatch: jump(-1)
        case .back: if mode != .text { mode = .text } else { marked = nil }
        case .export, .nextError, .previousError, .filter, .search: break
        }
    }

    private func step(_ step: Int) -> Pane {
        let all = Pane.allCases
        return all[((all.firstIndex(of: pane) ?? 0) + step + all.count) % all.count]
    }

    private mutating func move(_ motion: Motion, _ scope: inout Scope) {
        switch (pane, motion) {
        case (_, .left): pane = step(-1)
        case (_, .right): pane = step(1)
        case (.prompts, _):
            let keys = bench.prompts.keys
            let index = keys.firstIndex { $0 == selectedKey } ?? 0
            let next = motion.target(from: index, count: keys.count)
            if keys.indices.contains(next), next != index { select(keys[next], &scope) }
        case (.versions, _):
            let index = numbers.firstIndex { $0 == shown?.version } ?? 0
            let next = motion.target(from: index, count: numbers.count)
            if numbers.indices.contains(next) { version = numbers[next] }
            top = 0
        case (.text, _):
            top = motion.target(from: top, count: PromptRows(self, width: textWidth).count)
        }
    }

    private var textWidth: Int { PromptsLayout(size, hasFigures: true).main.width }

    /// Enter goes on to the right; in the text it shows the version's calls in Live.
    private mutating func open(_ scope: inout Scope) {
        switch pane {
        case .prompts: pane = .versions
        case .versions: pane = .text
        case .text:
            guard let shown else { return }
            scope.move(
                .filter(tab: LiveScreen.place, text: FilterText.condition("prompt", "\(shown.key)@\(shown.version)")))
        }
    }

    /// Goes to the next change.
    private mutating func jump(_ step: Int) {
        let rows = PromptRows(self, width: textWidth)
        let changes = rows.changeStarts
        let next = step > 0 ? changes.first { $0 > top } : changes.last { $0 < top }
        if let next { top = next }
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
        guard editor == nil else { return }
        let sections = PromptsSections(self, height: layout.list.height)
        if let key = sections.key(at: point.y), layout.list.contains(point) {
            pane = .prompts
            select(key, &scope)
        } else if let number = sections.version(at: point.y), layout.list.contains(point) {
            pane = .versions
            version = number
            top = 0
        } else if layout.main.contains(point) {
            pane = .text
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        let layout = editorLayout
        if var editor {
            editor[part].move(rows > 0 ? .pageDown(rows: rows) : .pageUp(rows: -rows), layout: layout)
            editor.view.follow(editor[part], layout: layout, height: editorHeight)
            self.editor = editor
        } else {
            top = min(max(0, top + rows), max(0, PromptRows(self, width: textWidth).count - 1))
        }
    }
}
