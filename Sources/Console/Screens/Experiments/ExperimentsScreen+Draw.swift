import Assignment
import Cells
import Experiments
import OrderedJSON
import TraceModel
import WorkspaceModel

extension ExperimentsScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard config != nil else { return drawEmpty(into: &canvas, scene) }
        let layout = ExperimentsLayout(canvas.size, pane: pane)
        canvas.draw(in: layout.list) { drawList(into: &$0, scene) }
        canvas.draw(in: layout.config) { drawConfig(into: &$0, scene) }
        canvas.draw(in: layout.simulate) { drawSimulation(into: &$0, scene) }
        for pane in [layout.config, layout.simulate] where !pane.isEmpty && pane.x > 0 {
            let line = Rect(x: pane.x - 1, y: 0, width: 1, height: canvas.height)
            canvas.divider(in: line, scene[.lines], joining: scene[.lines], glyphs: scene.glyphs)
        }
    }

    private func drawEmpty(into canvas: inout Canvas, _ scene: Scene) {
        let folder = workspace.path.isEmpty ? "fallom" : workspace.path
        EmptyState(
            title: "No configs in this workspace",
            lines: [
                "A config says which models an app's sessions are divided among. Save a first one as",
                "  fallom configs new my-agent config.json --use",
                "with, in config.json,",
                "  {\"variants\": [{\"model\": \"gpt-4o\", \"weight\": 50},",
                "                {\"model\": \"claude-sonnet-4-5\", \"weight\": 50}]}", "",
                "It becomes a file under \(folder)/configs and shows up here by itself.",
            ] + workspace.problems.prefix(4).map { "  \($0)" }
        ).draw(into: &canvas, scene)
    }

    // MARK: - The list

    /// The keys that there is room for, the selected one among them.
    func listedKeys(height: Int) -> ArraySlice<String> {
        let keys = workspace.configs.keys
        let room = max(1, height - 1 - (height > 12 ? min(workspace.contexts.count, height / 3) + 2 : 0))
        let own = keys.firstIndex { $0 == selectedKey } ?? 0
        return keys[ListState(count: keys.count, height: room, showing: own).visible]
    }

    private func drawList(into canvas: inout Canvas, _ scene: Scene) {
        canvas.write("CONFIGS", at: Point(x: 1, y: 0), scene[.heading])
        let keys = listedKeys(height: canvas.height)
        for (row, key) in keys.enumerated() { drawKey(key, y: row + 1, into: &canvas, scene) }
        let top = keys.count + 3
        guard canvas.height > 12, !workspace.contexts.isEmpty, top < canvas.height else { return }
        canvas.write("CONTEXTS", at: Point(x: 1, y: top - 1), scene[.heading])
        for (row, context) in workspace.contexts.enumerated() where top + row < canvas.height {
            let isTaken = context.name == simulation.contextName
            if isTaken { canvas.tint(canvas.bounds.row(top + row), scene.ground(.selectionInactive)) }
            canvas.write(
                context.name, at: Point(x: 2, y: top + row), scene[isTaken ? .text : .dim], maxWidth: canvas.width - 3,
                overflow: .ellipsis)
        }
        canvas.write(
            "+ recorded session  R", at: Point(x: 2, y: min(top + workspace.contexts.count, canvas.height - 1)),
            scene[.dim], maxWidth: canvas.width - 3, overflow: .ellipsis)
    }

    private func drawKey(_ key: String, y: Int, into canvas: inout Canvas, _ scene: Scene) {
        let isSelected = key == selectedKey
        if isSelected { canvas.select(row: y, hasKeys: pane == .configs, scene) }
        guard let current = workspace.configs[key]?.current else { return }
        let isDraft = board.isDraft(key)
        // Lints of errors are the malformed parts, which are known from reading: nothing is linted to draw a list.
        let isBroken = !current.problems.isEmpty
        let sign = isDraft ? scene.glyphs.folded : isBroken ? "!" : scene.glyphs.dot
        let role: Role = isDraft || isBroken ? .warning : .good
        canvas.writeRight(sign, endingAt: canvas.width - 1, y: y, scene[role])
        let version = canvas.writeRight("v\(current.version)", endingAt: canvas.width - 3, y: y, scene[.dim])
        canvas.write(
            key, at: Point(x: 2, y: y), isSelected ? scene[.strong].adding(.bold) : scene[.text],
            maxWidth: canvas.width - 6 - version, overflow: .ellipsis)
    }

    // MARK: - The config

    /// Which rows are in view: the selected one, or the one being typed in, is seen.
    func place(of rows: [ConfigRows.Row], height: Int) -> ListState {
        let own =
            editing.flatMap { editing in rows.firstIndex { $0.isEdited(by: editing.target) } }
            ?? rows.firstIndex { $0.item != nil && $0.item == selectedItem } ?? 0
        return ListState(count: rows.count, height: height, around: own, margin: 2)
    }

    private func drawConfig(into canvas: inout Canvas, _ scene: Scene) {
        let rows = ConfigRows(self, width: canvas.width - 2, scene).rows
        let place = place(of: rows, height: canvas.height)
        defer { place.drawBar(into: &canvas, scene) }
        let shown = rows[place.visible]
        for (y, row) in shown.enumerated() {
            let isSelected = pane == .config && row.item != nil && row.item == selectedItem
            row.draw(into: &canvas, y: y, isSelected: isSelected, scene)
        }
        // Over the rows: what is wrong with it stands on the next one.
        guard let editing, let y = shown.enumerated().first(where: { $1.isEdited(by: editing.target) })?.offset else {
            return
        }
        drawField(editing, into: &canvas, y: y, scene)
    }

    /// The text being typed, over the row it belongs to.
    private func drawField(_ editing: InPlaceEditing<Field>, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        let (label, hint): (String, String) =
            switch editing.target {
            case .weight: ("weight ", "")
            case .model: ("model ", "")
            case .targeting(.rules, _): ("rule ", "plan eq pro and region startsWith eu- -> 1")
            case .targeting(.targets, _): ("target ", "")
            case .plan: ("decided by ", "helpful, p95=10%, cost=5%")
            case .line, .contextName: ("", "")
            }
        editing.draw(label, hint: hint, into: &canvas, y: y, scene)
    }
}
