import Cells
import Display
import Experiments
import TraceModel

extension TryScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let layout = TryLayout(canvas.size)
        canvas.draw(in: layout.form) { drawForm(into: &$0, scene) }
        canvas.draw(in: layout.figures) { drawFigures(into: &$0, scene) }
        canvas.draw(in: layout.rule) { drawHeads(into: &$0, scene) }
        canvas.draw(in: layout.answers) { drawAnswers(into: &$0, scene) }
        if loaded != nil { rows.join(layout.rule, of: layout.answers, into: &canvas, scene) }
        canvas.draw(in: layout.notes) { drawNotes(into: &$0, scene) }
    }

    private func drawForm(into canvas: inout Canvas, _ scene: Scene) {
        for field in TryForm.Field.allCases {
            let y = field.rawValue
            let isSelected = field == self.field
            let isEdited = editing?.target == field
            let chosen = form.text(field)
            FormRow(
                name: field.label, text: chosen ?? TryForm.recorded(field, stored.span),
                role: chosen == nil ? .dim : .accent, free: 4
            ).draw(
                into: &canvas, y: y, editing: isEdited ? editing : nil, hint: "as recorded", isSelected: isSelected,
                hasKeys: !isReading, scene)
            if isSelected, !isReading, !isEdited {
                canvas.write(
                    scene.glyphs.arrowLeft + scene.glyphs.arrowRight, at: Point(x: canvas.width - 3, y: y), scene[.dim])
            }
        }
        if let mistake = editing?.mistake {
            canvas.write(mistake, at: Point(x: 1, y: 5), scene[.warning], overflow: .ellipsis)
        } else if form.prompts.isEmpty, field == .prompt {
            canvas.write(
                "no version of a prompt is in the workspace", at: Point(x: 1, y: 5), scene[.dim], overflow: .ellipsis)
        } else {
            canvas.write(variantText, at: Point(x: 1, y: 5), scene[.heading], overflow: .ellipsis)
        }
    }

    private var variantText: String { form.variant == CallVariant() ? "the same call once more" : form.variant.title }

    private func drawFigures(into canvas: inout Canvas, _ scene: Scene) {
        guard canvas.width > 0 else { return }
        let after = trial?.outcome ?? CallOutcome()
        // Before and after have half each of what the names and the change leave.
        let half = (canvas.width - 20) / 2
        for (y, row) in OutcomeComparison(recorded, after).rows.enumerated() where y < canvas.height {
            canvas.write(row.label, at: Point(x: 0, y: y), scene[.dim], maxWidth: 10)
            canvas.writeRight(row.before, endingAt: 11 + half, y: y, scene[.text], maxWidth: half)
            canvas.writeRight(row.after, endingAt: 12 + 2 * half, y: y, scene[.strong], maxWidth: half)
            let role: Role = row.change.hasPrefix("-") == row.isWorseWhenMore ? .good : .warning
            canvas.writeRight(row.change, endingAt: canvas.width - 1, y: y, scene[role], maxWidth: 6)
        }
    }

    private func drawHeads(into canvas: inout Canvas, _ scene: Scene) {
        let half = (canvas.width - 1) / 2
        guard rows.isDivided else {
            Section.draw(
                trial == nil ? "recorded answer" : isPlain || isRunning ? "new answer" : "recorded and new answer",
                into: &canvas, y: 0, scene)
            return
        }
        Section.draw("recorded answer", into: &canvas, y: 0, scene)
        let right = Rect(x: half, y: 0, width: canvas.width - half, height: 1)
        canvas.draw(in: right) { Section.draw("new answer  " + (asked?.title ?? ""), into: &$0, y: 0, scene) }
    }

    private func drawAnswers(into canvas: inout Canvas, _ scene: Scene) {
        if loaded == nil {
            canvas.write("reading", at: Point(x: 1, y: 0), scene[.dim])
            return
        }
        if trial == nil, isRunning {
            canvas.write(
                "waiting for the first token  " + scene.spinner, at: Point(x: 1, y: max(0, canvas.height - 1)),
                scene[.accent])
        }
        rows.draw(into: &canvas, place, scene)
    }

    private func drawNotes(into canvas: inout Canvas, _ scene: Scene) {
        let (text, role) = note
        for (y, line) in TextFlow.lines(text, width: max(10, canvas.width)).prefix(canvas.height).enumerated() {
            canvas.write(line, at: Point(x: 0, y: y), scene[role])
        }
    }

    /// What is to be said of it now.
    private var note: (String, Role) {
        if let problem { return (problem, .error) }
        guard let trial else {
            return isRunning
                ? ("", .dim) : ("t asks the provider, with the key from the environment or the settings", .dim)
        }
        if let error = trial.outcome.error { return ("failed: " + error, .error) }
        guard trial.isOver, !isRunning else { return ("", .dim) }
        let isSame = trial.outcome.answer.utf8.elementsEqual(recorded.answer.utf8)
        return isSame ? ("the same answer, byte for byte", .good) : (trial.notes.joined(separator: "; "), .dim)
    }
}
