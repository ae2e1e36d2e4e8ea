import Assignment
import Cells
import Display
import Experiments
import Prompts
import WorkspaceModel

/// The list at the left: the tests, and the variants of the selected one and of those of the prompt.
struct ABTestList {
    enum Row: Hashable {
        case heading
        case test(String)
        case variant(test: String, index: Int)
    }

    let rows: [Row]
    private let place: ListState

    init(_ screen: ABTestsScreen, height: Int) {
        rows =
            [.heading]
            + screen.keys.flatMap { key -> [Row] in
                guard key == screen.board.selectedKey || screen.concernsPrompt(key) else { return [.test(key)] }
                return [.test(key)]
                    + (screen.board.shown(key)?.variants.indices ?? 0..<0).map { .variant(test: key, index: $0) }
            }
        let own = rows.firstIndex { $0 == screen.board.selectedKey.map(Row.test) } ?? 0
        place = ListState(count: rows.count, height: height, around: own, margin: 3)
    }

    var visible: ArraySlice<Row> { rows[place.visible] }

    func key(at y: Int) -> String? {
        switch place.row(at: y).map({ rows[$0] }) {
        case .test(let key), .variant(let key, _): key
        case .heading, nil: nil
        }
    }
}

extension ABTestsScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let layout = layout
        canvas.draw(in: layout.list) { drawList(into: &$0, scene) }
        canvas.draw(in: layout.test) { drawTest(into: &$0, scene) }
        if let difference, !layout.difference.isEmpty {
            canvas.draw(in: layout.difference) { difference.draw(into: &$0, scene) }
        }
        let versions = test?.variants.prefix(2).map { workspace.version(of: $0) } ?? []
        canvas.draw(in: layout.figures) {
            figures.draw(versions.last ?? nil, against: versions.first ?? nil, into: &$0, scene)
        }
        difference?.join(layout.figures, of: layout.difference, into: &canvas, scene)
        if layout.test.x > 0 {
            let line = Rect(x: layout.test.x - 1, y: 0, width: 1, height: canvas.height)
            canvas.divider(in: line, scene[.lines], joining: scene[.lines], glyphs: scene.glyphs)
        }
    }

    private func drawList(into canvas: inout Canvas, _ scene: Scene) {
        for (y, row) in ABTestList(self, height: canvas.height).visible.enumerated() {
            switch row {
            case .heading: canvas.write("A/B TESTS", at: Point(x: 1, y: y), scene[.heading])
            case .test(let key):
                if key == board.selectedKey { canvas.select(row: y, hasKeys: pane == .list, scene) }
                ABTestRows.drawName(
                    key, isDraft: board.isDraft(key), isQuiet: !concernsPrompt(key), into: &canvas, y: y, scene)
            case .variant(let key, let index):
                guard let test = board.shown(key) else { continue }
                ABTestRows.drawVariant(test, index, into: &canvas, y: y, scene)
            }
        }
    }

    private func drawTest(into canvas: inout Canvas, _ scene: Scene) {
        drawHead(into: &canvas, scene)
        guard test != nil else { return drawNoTest(into: &canvas, scene) }
        canvas.draw(in: canvas.bounds.inset(top: 2)) { canvas in
            let rows = ABTestRows(self, width: canvas.width - 2, scene).rows
            let own = rows.firstIndex { $0.item == selectedItem } ?? 0
            let place = ListState(count: rows.count, height: canvas.height, around: own, margin: 3)
            for (y, row) in rows[place.visible].enumerated() {
                row.draw(into: &canvas, y: y, isSelected: pane == .test && row.item == selectedItem, scene)
            }
            // Last: what is wrong with it stands over the row below.
            for (y, row) in rows[place.visible].enumerated() { drawField(row, into: &canvas, y: y, scene) }
        }
    }

    private func drawHead(into canvas: inout Canvas, _ scene: Scene) {
        if let editing, editing.target == .newKey {
            return editing.draw("key of the new test: ", into: &canvas, y: 0, scene)
        }
        guard let key = board.selectedKey, let test else { return }
        var x = 1 + canvas.write(key, at: Point(x: 1, y: 0), scene[.strong].adding(.bold), maxWidth: canvas.width / 2)
        let state: (String, Role)
        if board.isChanged {
            state = (board.basedOn(key).map { "draft, begun from version \($0)" } ?? "new, not saved yet", .warning)
        } else if test.version == board.versions?.currentVersion {
            state = ("version \(test.version) \(scene.glyphs.dot) current", .good)
        } else {
            state = ("version \(test.version), not current", .heading)
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
        guard editing == nil else { return }
        EmptyState(
            title: "No A/B test in this workspace",
            lines: [
                "A test divides sessions between versions of a prompt, the same session always to the same one.",
                "  n begins a test of \(prompt.key)", "",
                "It becomes a file under \(workspace.path)/prompt-ab-tests, and apps get it at their next sync.",
            ]
        ).draw(into: &canvas, scene)
    }

    private func drawField(_ row: ABTestRows.Row, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        guard let editing, let item = row.item else { return }
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
