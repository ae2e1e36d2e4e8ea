import Cells
import Prompts
import WorkspaceModel

extension PromptsScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard list.shown != nil else { return drawEmpty(into: &canvas, scene) }
        let layout = PromptsLayout(canvas.size, hasFigures: desk.editor == nil)
        canvas.draw(in: layout.list) { PromptListView(self, height: $0.height).draw(into: &$0, scene) }
        canvas.draw(in: layout.main) { desk.draw(list, into: &$0, scene) }
        canvas.draw(in: layout.figures) {
            figures.draw(list.shown?.version, against: list.other?.version, into: &$0, scene)
        }
        if desk.editor == nil {
            desk.comparison?.rows.join(layout.figures, of: layout.main, into: &canvas, scene)
        }
        if layout.main.x > 0 {
            let line = Rect(x: layout.main.x - 1, y: 0, width: 1, height: canvas.height)
            canvas.divider(in: line, scene[.lines], joining: scene[.lines], glyphs: scene.glyphs)
        }
    }

    private func drawEmpty(into canvas: inout Canvas, _ scene: Scene) {
        EmptyState(
            title: "No prompts in this workspace",
            lines: [
                "A managed prompt is two texts, system and user, with versions. Save a first one as",
                "  fallom prompts new onboarding \\", "    --system system.txt --user user.txt --use", "",
                "It becomes files under \(list.workspace.path)/prompts, meant for git, and apps get it from here.",
            ] + list.workspace.problems.prefix(4).map { "  \($0)" }
        ).draw(into: &canvas, scene)
    }
}
