import Assignment
import Cells
import Experiments
import OrderedJSON
import TraceModel
import WorkspaceModel

extension ExperimentsScreen {
    func offers(_ gesture: Gesture) -> Bool {
        guard editing == nil else { return false }
        switch gesture {
        case .move, .nextPane, .previousPane: return selectedKey != nil
        case .open: return selectedKey != nil
        case .copy: return preview?.evaluation.model != nil
        case .back, .export, .nextError, .previousError, .nextMatch, .previousMatch, .filter, .search: return false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion, &scope)
        case .nextPane: pane = step(pane, 1)
        case .previousPane: pane = step(pane, -1)
        case .open: open(&scope)
        case .copy:
            if let model = preview?.evaluation.model { scope.copy(model, what: "the model's name") }
        case .back, .export, .nextError, .previousError, .nextMatch, .previousMatch, .filter, .search: break
        }
    }

    private func step(_ pane: Pane, _ step: Int) -> Pane {
        let all = Pane.allCases
        let index = all.firstIndex(of: pane) ?? 0
        return all[(index + step + all.count) % all.count]
    }

    private mutating func move(_ motion: Motion, _ scope: inout Scope) {
        switch (pane, motion) {
        case (_, .left): pane = step(pane, -1)
        case (_, .right): pane = step(pane, 1)
        case (.configs, _):
            let keys = workspace.configs.keys
            let index = keys.firstIndex { $0 == selectedKey } ?? 0
            let next = motion.target(from: index, count: keys.count)
            if keys.indices.contains(next), next != index { select(keys[next], &scope) }
        case (.config, _): item = motion.target(from: item, count: items.count)
        case (.simulate, .pageDown), (.simulate, .halfPageDown): scrollAnswer(10)
        case (.simulate, .pageUp), (.simulate, .halfPageUp): scrollAnswer(-10)
        case (.simulate, _): line = motion.target(from: line, count: simulation.lines.count)
        }
    }

    /// The lines of the form are few: pages scroll the answer below them.
    private mutating func scrollAnswer(_ rows: Int) {
        let pane = ExperimentsLayout(size, pane: .simulate).simulate
        let count = preview.map { AnswerRows($0, width: pane.width - 2, .measuring).rows.count } ?? 0
        answer.resize(count: count, height: pane.height - simulation.lines.count - 3)
        answer.scroll(by: rows)
    }

    private mutating func open(_ scope: inout Scope) {
        switch pane {
        case .configs: pane = .config
        case .config:
            switch selectedItem {
            case .variant(let index):
                let weight = config?.variants[index].weight.written?.compactText ?? ""
                editing = InPlaceEditing(.weight(index), weight, isReplaced: true)
            case .target(let index): beginTargeting(.targets, index, &scope)
            case .rule(let index): beginTargeting(.rules, index, &scope)
            case .replay: openReplay(&scope)
            case .results: openResults(&scope)
            case .churn, .new, .plan, nil: break
            }
        case .simulate:
            let line = simulation.lines[min(line, simulation.lines.count - 1)]
            begin(.line(line), simulation.text(of: line))
        }
    }

    /// The list of who moves; where nothing is replayed yet, the replay.
    private mutating func openReplay(_ scope: inout Scope) {
        guard let replay, let selectedKey else { return loadSessions(&scope) }
        guard !replay.moves.isEmpty else { return scope.tell("nobody would move") }
        scope.move(.open(MovesScreen(config: selectedKey, replay: replay)))
    }

    private mutating func openResults(_ scope: inout Scope) {
        guard let results, let selectedKey else { return loadResults(&scope) }
        scope.move(.open(ResultsScreen(config: selectedKey, results: results, period: period)))
    }

    mutating func begin(_ target: Field, _ text: String) { editing = InPlaceEditing(target, text) }

    private mutating func beginTargeting(_ list: TargetingList, _ index: Int, _ scope: inout Scope) {
        guard let targeting = config?.targeting else { return }
        let text = list == .targets ? RuleText(targeting.individualTargets[index]) : RuleText(targeting.rules[index])
        guard let text else {
            return scope.tell("this one is malformed or has values that are no text: E edits the JSON", .problem)
        }
        begin(.targeting(list, index), text.text)
    }

    // MARK: - Typing in place

    mutating func type(_ key: Key, _ scope: inout Scope) -> Bool {
        guard var editing else { return false }
        switch key {
        case .escape: cancel(editing)
        case .enter: accept(editing, &scope)
        case .tab where editing.target.isLine:
            accept(editing, &scope)
            line = min(line + 1, simulation.lines.count - 1)
            let next = simulation.lines[line]
            begin(.line(next), simulation.text(of: next))
        default:
            guard editing.field.handle(key) else { return false }
            self.editing = take(&editing)
        }
        return true
    }

    private mutating func cancel(_ editing: InPlaceEditing<Field>) {
        if case .line(let line) = editing.target, line != .newField {
            simulation.set(editing.original, in: line)
            refresh()
        }
        self.editing = nil
    }

    mutating func paste(_ text: String, _ scope: inout Scope) {
        guard var editing else { return }
        editing.field.insert(text)
        self.editing = take(&editing)
    }

    /// Shows at once what a text would do: a simulated value is used as it is typed, a rule is checked.
    private mutating func take(_ editing: inout InPlaceEditing<Field>) -> InPlaceEditing<Field> {
        switch editing.target {
        case .line(let line) where line != .newField:
            simulation.set(editing.field.text, in: line)
            refresh()
        case .targeting(let list, _):
            do {
                _ = try RuleText(editing.field.text, list)
                editing.mistake = nil
            } catch {
                editing.mistake = error.message
            }
        case .plan:
            do {
                _ = try PlanText.plan(editing.field.text)
                editing.mistake = nil
            } catch {
                editing.mistake = error.message
            }
        default: break
        }
        return editing
    }

    private mutating func accept(_ editing: InPlaceEditing<Field>, _ scope: inout Scope) {
        let text = editing.field.text
        switch editing.target {
        case .weight(let index): change(&scope) { $0.setWeight(ofVariant: index, to: text) }
        case .model(let index): change(&scope) { $0.setModel(ofVariant: index, to: text) }
        case .line(let line):
            if let field = simulation.set(text, in: line), let place = simulation.lines.firstIndex(of: field) {
                self.line = place
            }
            simulationChanged(&scope)
        case .contextName:
            guard !text.isEmpty else { break }
            scope.work(
                .saveContext(
                    SampleContext(
                        name: text, sessionID: simulation.sessionID,
                        customerID: simulation.customerID.isEmpty ? nil : simulation.customerID,
                        context: simulation.context)), as: contextSaves.begin(text, scope))
        case .plan:
            guard var plan = try? PlanText.plan(text), let saved else { return }
            // Which way is better of scores that are not among the typed ones.
            let typed = plan.metrics
            plan.lowerIsBetter += self.plan.lowerIsBetter.filter { !typed.contains(.score($0)) }
            if plan != self.plan {
                scope.work(.savePlan(plan, ofConfig: saved.key), as: planSaves.begin(saved.key, scope))
            }
        case .targeting(let list, let index):
            guard let rule = try? RuleText(text, list) else { return }
            change(&scope) { $0.set(rule, list, at: index) }
        }
        self.editing = nil
    }

    // MARK: - Mouse

    mutating func click(_ point: Point, _ scope: inout Scope) {
        guard editing == nil else { return }
        let layout = ExperimentsLayout(size, pane: pane)
        if layout.list.contains(point) {
            pane = .configs
            let shown = listedKeys(height: layout.list.height)
            let row = point.y - layout.list.y - 1
            if row >= 0, row < shown.count { select(shown[shown.startIndex + row], &scope) }
        } else if layout.config.contains(point) {
            pane = .config
            selectItem(at: point.y - layout.config.y, in: layout.config)
        } else if layout.simulate.contains(point) {
            pane = .simulate
            let row = point.y - layout.simulate.y - 2
            if simulation.lines.indices.contains(row) { line = row }
        }
    }

    private mutating func selectItem(at y: Int, in pane: Rect) {
        let rows = ConfigRows(self, width: pane.width - 2, .measuring).rows
        guard let row = place(of: rows, height: pane.height).row(at: y), let clicked = rows[row].item else { return }
        item = items.firstIndex(of: clicked) ?? item
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        if ExperimentsLayout(size, pane: pane).simulate.contains(point) { return scrollAnswer(rows) }
        for _ in 0..<abs(rows / 3) { move(rows > 0 ? .down : .up, &scope) }
    }
}
