import Assignment
import Cells
import Display
import Experiments
import Prompts
import WorkspaceModel

extension PromptListView {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        for (y, row) in rows[place.visible].enumerated() {
            let at = Point(x: 2, y: y)
            switch row {
            case .blank: break
            case .heading(let text): canvas.write(text, at: Point(x: 1, y: y), scene[.heading])
            case .advice(let text):
                canvas.write(text, at: at, scene[.dim], maxWidth: canvas.width - 3, overflow: .ellipsis)
            case .key(let key):
                let isSelected = key == list.selectedKey
                if isSelected { canvas.select(row: y, hasKeys: pane == .prompts, scene) }
                // A draft has the sign that it has among configs and A/B tests.
                let signs =
                    (list.doubtful.contains(key) ? [scene.glyphs.warning] : [])
                    + (desk.drafts.isKept(key) ? [scene.glyphs.folded] : [])
                canvas.write(
                    key, at: at, isSelected ? scene[.strong].adding(.bold) : scene[.text],
                    maxWidth: canvas.width - 3 - 2 * signs.count, overflow: .ellipsis)
                canvas.writeRight(
                    signs.joined(separator: " "), endingAt: canvas.width - 1, y: y, scene[.warning])
            case .version(let number): drawVersion(number, y, into: &canvas, scene)
            case .test(let key):
                ABTestRows.drawName(
                    key, isDraft: list.tests.isDraft(key), isQuiet: !list.concernsTest(key), into: &canvas, y: y, scene)
            case .variant(let key, let index):
                guard let test = list.tests.shown(key) else { continue }
                ABTestRows.drawVariant(test, index, ofPrompt: list.selectedKey, into: &canvas, y: y, scene)
            case .variable(let row): drawVariable(row, y, into: &canvas, scene)
            }
        }
    }

    /// A variable with its value: what is missing, and what the text has no use for, is said.
    private func drawVariable(_ row: SampleFilling.Row, _ y: Int, into canvas: inout Canvas, _ scene: Scene) {
        if pane == .variables, row == desk.selectedVariable(list) { canvas.select(row: y, hasKeys: true, scene) }
        let room = canvas.width - 3
        let name = canvas.write(
            row.name, at: Point(x: 2, y: y), scene[row.isUsed ? .syntaxKeyword : .dim], maxWidth: max(6, room * 3 / 5),
            overflow: .ellipsis)
        let state: (String, Role) =
            !row.isUsed
            ? ("unused", .warning)
            : row.value.map { ($0, .text) } ?? ("missing", desk.filling(list).variables.isEmpty ? .dim : .warning)
        canvas.writeRight(
            state.0, endingAt: canvas.width - 1, y: y, scene[state.1], maxWidth: max(0, room - name - 2))
    }

    private func drawVersion(_ number: Int, _ y: Int, into canvas: inout Canvas, _ scene: Scene) {
        let isShown = number == list.shown?.version
        if isShown { canvas.select(row: y, hasKeys: pane == .versions, scene) }
        canvas.writeRight("\(number)", endingAt: 4, y: y, scene[isShown ? .strong : .text])
        canvas.write(
            list.note(number)?.note ?? "", at: Point(x: 6, y: y), scene[isShown ? .text : .dim],
            maxWidth: canvas.width - 9, overflow: .ellipsis)
        let isCurrent = number == list.versions?.currentVersion
        let sign = isCurrent ? scene.glyphs.dot : number == list.marked ? scene.glyphs.folded : " "
        canvas.writeRight(sign, endingAt: canvas.width - 1, y: y, scene[isCurrent ? .good : .accent])
    }
}
