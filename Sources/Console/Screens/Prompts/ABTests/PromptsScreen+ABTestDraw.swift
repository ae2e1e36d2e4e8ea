import Assignment
import Cells
import Display
import Experiments
import OrderedJSON
import Prompts
import WorkspaceModel

extension PromptsScreen {
    /// The selected A/B test in the main pane.
    func drawTest(into canvas: inout Canvas, _ scene: Scene) {
        drawTestHead(into: &canvas, scene)
        guard board.test != nil else { return drawNoTest(into: &canvas, scene) }
        canvas.draw(in: canvas.bounds.inset(top: 2)) { canvas in
            let rows = ABTestRows(board, width: canvas.width - 2, scene).rows
            let own = rows.firstIndex { $0.item == board.selectedItem } ?? 0
            let place = ListState(count: rows.count, height: canvas.height, around: own, margin: 3)
            for (y, row) in rows[place.visible].enumerated() {
                let isSelected = pane == .board && row.item == board.selectedItem
                row.draw(into: &canvas, y: y, isSelected: isSelected, scene)
            }
            // Last: what is wrong with it stands over the row below.
            for (y, row) in rows[place.visible].enumerated() {
                drawTestField(row, into: &canvas, y: y, scene)
            }
        }
    }

    private func drawTestHead(into canvas: inout Canvas, _ scene: Scene) {
        if let editing = board.editing, editing.target == .newKey {
            return editing.draw("key of the new test: ", into: &canvas, y: 0, scene)
        }
        guard let key = board.selectedKey, let test = board.test else { return }
        var x = 1 + canvas.write(key, at: Point(x: 1, y: 0), scene[.strong].adding(.bold), maxWidth: canvas.width / 2)
        let state: (String, Role)
        if board.draft?.isChanged == true {
            state = (board.basedOn.map { "draft, begun from version \($0)" } ?? "new, not saved yet", .warning)
        } else if test.version == board.tests[key]?.currentVersion {
            state = ("version \(test.version) \(scene.glyphs.dot) served", .good)
        } else {
            state = ("version \(test.version), not served", .heading)
        }
        x += canvas.write("   " + state.0, at: Point(x: x, y: 0), scene[state.1])
        let isStopped = !test.isRunning && !test.variants.isEmpty
        let winner = test.variants.indices.first { test.split.buckets(of: $0) > 0 }
        let what = isStopped ? winner.map { "stopped: everybody gets \(test.variants[$0].displayName)" } : nil
        canvas.write(
            "   " + (what ?? "runs between \(Figure.count(test.variants.count, "variant"))"),
            at: Point(x: x, y: 0), scene[.heading], maxWidth: max(0, canvas.width - x - 1), overflow: .ellipsis)
    }

    private func drawNoTest(into canvas: inout Canvas, _ scene: Scene) {
        guard board.editing == nil else { return }
        EmptyState(
            title: "No A/B test in this workspace",
            lines: [
                "A test divides sessions between versions of a prompt, the same session always to the same one.",
                "  n begins a test of \(selectedKey ?? "a prompt")", "",
                "It becomes a file under \(workspace.path)/prompt-ab-tests, and apps get it at their next sync.",
            ]
        ).draw(into: &canvas, scene)
    }

    private func drawTestField(_ row: ABTestRows.Row, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        guard let editing = board.editing, let item = row.item else { return }
        switch (editing.target, item) {
        case (.weight(let index), .variant(let own)) where index == own:
            editing.draw("weight ", into: &canvas, y: y, scene)
        case (.prompt(let index), .variant(let own)) where index == own:
            editing.draw("prompt@version ", into: &canvas, y: y, scene)
        case (.session, .session): editing.draw("session   ", into: &canvas, y: y, scene)
        default: break
        }
    }
}
