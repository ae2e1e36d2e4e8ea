import Assignment
import Cells
import Display
import Experiments
import Prompts
import WorkspaceModel

extension PromptsScreen {
    /// The list at the left: prompts, versions, A/B tests, variables.
    func drawList(into canvas: inout Canvas, _ scene: Scene) {
        let sections = PromptsSections(self, height: canvas.height)
        let place = sections.place(for: self, height: canvas.height)
        for (y, row) in sections.rows[place.visible].enumerated() {
            let at = Point(x: 2, y: y)
            switch row {
            case .blank: break
            case .heading(let text): canvas.write(text, at: Point(x: 1, y: y), scene[.heading])
            case .advice(let text):
                canvas.write(text, at: at, scene[.dim], maxWidth: canvas.width - 3, overflow: .ellipsis)
            case .key(let key):
                select(key == selectedKey, pane == .prompts, y, into: &canvas, scene)
                canvas.write(
                    key, at: at, key == selectedKey ? scene[.strong].adding(.bold) : scene[.text],
                    maxWidth: canvas.width - 3, overflow: .ellipsis)
            case .version(let number): drawVersion(number, y, into: &canvas, scene)
            case .test(let key):
                ABTestRows.drawName(
                    key, isDraft: tests.isDraft(key), isQuiet: !concernsTest(key), into: &canvas, y: y, scene)
            case .variant(let key, let index):
                guard let test = tests.shown(key) else { continue }
                ABTestRows.drawVariant(test, index, ofPrompt: selectedKey, into: &canvas, y: y, scene)
            case .variable(let row): drawVariable(row, y, into: &canvas, scene)
            }
        }
    }

    /// A variable with its value: what is missing, and what the text has no use for, is said.
    private func drawVariable(_ row: SampleFilling.Row, _ y: Int, into canvas: inout Canvas, _ scene: Scene) {
        select(pane == .variables && row == selectedVariable, pane == .variables, y, into: &canvas, scene)
        let room = canvas.width - 3
        let name = canvas.write(
            row.name, at: Point(x: 2, y: y), scene[row.isUsed ? .syntaxKeyword : .dim], maxWidth: max(6, room * 3 / 5),
            overflow: .ellipsis)
        let state: (String, Role) =
            !row.isUsed
            ? ("unused", .warning)
            : row.value.map { ($0, .text) } ?? ("missing", filling.variables.isEmpty ? .dim : .warning)
        canvas.writeRight(
            state.0, endingAt: canvas.width - 1, y: y, scene[state.1], maxWidth: max(0, room - name - 2))
    }

    private func select(_ isSelected: Bool, _ isActive: Bool, _ y: Int, into canvas: inout Canvas, _ scene: Scene) {
        if isSelected { canvas.select(row: y, hasKeys: isActive, scene) }
    }

    private func drawVersion(_ number: Int, _ y: Int, into canvas: inout Canvas, _ scene: Scene) {
        let isShown = number == shown?.version
        select(isShown, pane == .versions, y, into: &canvas, scene)
        canvas.writeRight("\(number)", endingAt: 4, y: y, scene[isShown ? .strong : .text])
        let note = selectedKey.flatMap { workspace.note(ofPrompt: $0, version: number)?.note } ?? ""
        canvas.write(
            note, at: Point(x: 6, y: y), scene[isShown ? .text : .dim], maxWidth: canvas.width - 9, overflow: .ellipsis)
        let isCurrent = number == versions?.currentVersion
        let sign = isCurrent ? scene.glyphs.dot : number == marked ? scene.glyphs.folded : " "
        canvas.writeRight(sign, endingAt: canvas.width - 1, y: y, scene[isCurrent ? .good : .accent])
    }
}
