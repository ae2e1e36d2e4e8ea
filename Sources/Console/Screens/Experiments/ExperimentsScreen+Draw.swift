import Assignment
import Cells
import OrderedJSON
import TraceModel

extension ExperimentsScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard config != nil else { return drawEmpty(into: &canvas, scene) }
        let layout = ExperimentsLayout(canvas.size, pane: pane)
        canvas.draw(in: layout.list) { drawList(into: &$0, scene) }
        canvas.draw(in: layout.config) { drawConfig(into: &$0, scene) }
        canvas.draw(in: layout.simulate) { drawSimulation(into: &$0, scene) }
        for pane in [layout.config, layout.simulate] where !pane.isEmpty && pane.x > 0 {
            let line = Rect(x: pane.x - 1, y: 0, width: 1, height: canvas.height)
            canvas.divider(in: line, scene[.lines], glyphs: scene.glyphs)
        }
    }

    private func drawEmpty(into canvas: inout Canvas, _ scene: Scene) {
        let folder = bench.path.isEmpty ? "fallom" : bench.path
        EmptyState(
            title: "No configs in this workspace",
            lines: [
                "A config says which models an app's sessions are divided among. Save a first one as",
                "  fallom configs new my-agent config.json --use",
                "with, in config.json,",
                "  {\"variants\": [{\"model\": \"gpt-4o\", \"weight\": 50},",
                "                {\"model\": \"claude-sonnet-4-5\", \"weight\": 50}]}", "",
                "It becomes a file under \(folder)/configs and shows up here by itself.",
            ] + bench.problems.prefix(4).map { "  \($0)" }
        ).draw(into: &canvas, scene)
    }

    // MARK: - The list

    private func drawList(into canvas: inout Canvas, _ scene: Scene) {
        canvas.write("CONFIGS", at: Point(x: 1, y: 0), scene[.heading])
        let keys = bench.configs.keys
        let room = max(1, canvas.height - 1 - (canvas.height > 12 ? bench.contexts.count + 3 : 0))
        let own = keys.firstIndex { $0 == selectedKey } ?? 0
        let first = max(0, own - room + 1)
        for (row, key) in keys.dropFirst(first).prefix(room).enumerated() {
            drawKey(key, y: row + 1, into: &canvas, scene)
        }
        let top = min(keys.count, room) + 3
        guard canvas.height > 12, !bench.contexts.isEmpty, top < canvas.height else { return }
        canvas.write("CONTEXTS", at: Point(x: 1, y: top - 1), scene[.heading])
        for (row, context) in bench.contexts.enumerated() where top + row < canvas.height {
            let isTaken = context.name == simulation.contextName
            if isTaken { canvas.tint(canvas.bounds.row(top + row), scene.ground(.selectionInactive)) }
            canvas.write(
                context.name, at: Point(x: 2, y: top + row), scene[isTaken ? .text : .dim], maxWidth: canvas.width - 3,
                overflow: .ellipsis)
        }
    }

    private func drawKey(_ key: String, y: Int, into canvas: inout Canvas, _ scene: Scene) {
        let isSelected = key == selectedKey
        if isSelected {
            canvas.tint(canvas.bounds.row(y), scene.ground(pane == .configs ? .selection : .selectionInactive))
            canvas.write(scene.glyphs.marker, at: Point(x: 0, y: y), scene[.accent])
        }
        guard let current = bench.configs[key]?.current else { return }
        let isDraft = drafts[key]?.isChanged == true
        let isBroken = current.lints().contains { $0.severity == .error }
        let sign = isDraft ? scene.glyphs.folded : isBroken ? "!" : scene.glyphs.dot
        let role: Role = isDraft || isBroken ? .warning : .good
        canvas.writeRight(sign, endingAt: canvas.width - 1, y: y, scene[role])
        let version = canvas.writeRight("v\(current.version)", endingAt: canvas.width - 3, y: y, scene[.dim])
        canvas.write(
            key, at: Point(x: 2, y: y), isSelected ? scene[.strong].adding(.bold) : scene[.text],
            maxWidth: canvas.width - 6 - version, overflow: .ellipsis)
    }

    // MARK: - The config

    private func drawConfig(into canvas: inout Canvas, _ scene: Scene) {
        let rows = ConfigRows(self, width: canvas.width - 2, scene).rows
        let own = rows.firstIndex { $0.item != nil && $0.item == selectedItem } ?? 0
        let top = own < canvas.height - 2 ? 0 : min(own - canvas.height / 2, max(0, rows.count - canvas.height))
        for (y, row) in rows.dropFirst(top).prefix(canvas.height).enumerated() {
            if let item = row.item, item == selectedItem, pane == .config {
                canvas.tint(canvas.bounds.row(y), scene.ground(.selection))
                canvas.write(scene.glyphs.marker, at: Point(x: 0, y: y), scene[.accent])
            }
            switch row.content {
            case .text(let text):
                canvas.write(text, at: Point(x: 1, y: y), maxWidth: canvas.width - 2, overflow: .ellipsis)
            case .section(let title):
                canvas.draw(in: canvas.bounds.row(y)) { Section.draw(title, into: &$0, y: 0, scene) }
            case .variant(let variant):
                variant.draw(into: &canvas, y: y, scene)
            }
            if let editing, row.isEdited(by: editing.target) {
                drawField(editing, into: &canvas, y: y, scene)
            }
        }
    }

    /// The text being typed, over the row it belongs to.
    private func drawField(_ editing: Editing, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        let row = Rect(x: 1, y: y, width: canvas.width - 2, height: 1)
        let label: String =
            switch editing.target {
            case .weight: "weight "
            case .model: "model "
            case .targeting(.rules, _): "rule "
            case .targeting(.targets, _): "target "
            case .line, .contextName: ""
            }
        canvas.fill(row, scene[.field])
        let used = canvas.write(label, at: Point(x: 1, y: y), scene[.dim].on(scene[.field].background))
        editing.draw(into: &canvas, x: 1 + used, y: y, width: max(1, row.width - used), scene)
        if let mistake = editing.mistake, y + 1 < canvas.height {
            canvas.fill(Rect(x: 1, y: y + 1, width: canvas.width - 2, height: 1), scene[.background])
            canvas.write(
                mistake, at: Point(x: 1, y: y + 1), scene[.warning], maxWidth: canvas.width - 2, overflow: .ellipsis)
        }
    }
}

extension ExperimentsScreen.Editing {
    /// The field with its cursor.
    func draw(into canvas: inout Canvas, x: Int, y: Int, width: Int, _ scene: Scene) {
        let before = String(field.characters[..<field.cursor])
        // The text slides to the left so that the cursor always shows.
        var start = 0
        while displayWidth(of: String(field.characters[start..<field.cursor])) >= width, start < field.cursor {
            start += 1
        }
        let place = Rect(x: x, y: y, width: width, height: 1)
        canvas.fill(place, scene[.field])
        canvas.write(String(field.characters[start...]), at: Point(x: x, y: y), scene[.field], maxWidth: width)
        let column = displayWidth(of: before) - displayWidth(of: String(field.characters[..<start]))
        let under = field.cursor < field.characters.count ? String(field.characters[field.cursor]) : " "
        canvas.write(under, at: Point(x: x + column, y: y), scene[.cursor], maxWidth: max(1, width - column))
    }
}
