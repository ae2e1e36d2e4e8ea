import Assignment
import Cells
import Display
import OrderedJSON
import Prompts
import TraceModel
import WorkspaceModel

extension PromptsScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard shown != nil else { return drawEmpty(into: &canvas, scene) }
        let layout = PromptsLayout(canvas.size, hasFigures: editor == nil)
        canvas.draw(in: layout.list) { drawList(into: &$0, scene) }
        if layout.main.x > 0 {
            let line = Rect(x: layout.main.x - 1, y: 0, width: 1, height: canvas.height)
            canvas.divider(in: line, scene[.lines], glyphs: scene.glyphs)
        }
        canvas.draw(in: layout.main) { canvas in
            if editor != nil {
                drawEditor(into: &canvas, scene)
            } else {
                drawText(into: &canvas, scene)
            }
        }
        canvas.draw(in: layout.figures) { drawFigures(into: &$0, scene) }
    }

    private func drawEmpty(into canvas: inout Canvas, _ scene: Scene) {
        EmptyState(
            title: "No prompts in this workspace",
            lines: [
                "A managed prompt is two texts, system and user, with versions. Save a first one as",
                "  fallom prompts new onboarding \\", "    --system system.txt --user user.txt --use", "",
                "It becomes files under \(workspace.path)/prompts, meant for git, and apps get it from here.",
            ] + workspace.problems.prefix(4).map { "  \($0)" }
        ).draw(into: &canvas, scene)
    }

    // MARK: - The text

    private func drawText(into canvas: inout Canvas, _ scene: Scene) {
        drawHeads(into: &canvas, scene)
        canvas.draw(in: canvas.bounds.inset(top: 1)) { textLayout.rows.draw(into: &$0, place, scene) }
        guard let lineEditing else { return }
        let label: String =
            switch lineEditing.target {
            case .variable(let name): "{{\(name)}} is "
            case .sampleName: "name of the sample: "
            }
        lineEditing.draw(label, into: &canvas, y: canvas.height - 1, scene)
    }

    private func drawHeads(into canvas: inout Canvas, _ scene: Scene) {
        guard let shown else { return }
        let half = (canvas.width - 1) / 2
        if let sent {
            canvas.write(
                head(shown), at: Point(x: 1, y: 0), scene[.heading], maxWidth: half - 2, overflow: .ellipsis)
            let time = scene.wallClock.dateAndTime(sent.span.span.start, now: scene.now)
            canvas.write(
                "as sent \(time)   session \(sent.span.sessionID)", at: Point(x: half + 2, y: 0), scene[.accent],
                maxWidth: canvas.width - half - 3, overflow: .ellipsis)
            return
        }
        guard mode != .text, let other else {
            canvas.write(
                head(shown), at: Point(x: 1, y: 0), scene[.heading], maxWidth: canvas.width - 2, overflow: .ellipsis)
            return
        }
        canvas.write(head(other), at: Point(x: 1, y: 0), scene[.heading], maxWidth: half - 2, overflow: .ellipsis)
        canvas.write(
            head(shown), at: Point(x: half + 2, y: 0), scene[.heading], maxWidth: canvas.width - half - 3,
            overflow: .ellipsis)
    }

    private func head(_ prompt: PromptRecord) -> String {
        let note = workspace.note(ofPrompt: prompt.key, version: prompt.version)
        let facts = [
            "version \(prompt.version)", prompt.version == versions?.currentVersion ? "● current" : nil, note?.note,
            note?.author, note?.createdAt.map { String($0.iso8601.prefix(10)) },
        ]
        return facts.compactMap { $0 }.joined(separator: "   ")
    }

    // MARK: - The editor

    private func drawEditor(into canvas: inout Canvas, _ scene: Scene) {
        guard let editor else { return }
        canvas.write(
            editor.isChanged ? "\(part.name)   changed" : part.name, at: Point(x: 1, y: 0), scene[.heading])
        drawVariableNews(editor, into: &canvas, scene)
        let body = Rect(x: 1, y: 1, width: canvas.width - 2, height: canvas.height - 2)
        canvas.draw(in: body) { canvas in
            let styles = EditorView.Styles(text: scene[.text], selection: scene[.selection], number: scene[.dim])
            let layout = EditorLayout(width: max(2, canvas.width))
            let cursor = editor.view.draw(
                editor[part], layout: layout, into: &canvas, styles: styles,
                highlights: { _, line in Self.highlights(line, scene) })
            if let cursor, editor.focus == .text {
                let cell = canvas[cursor.x, cursor.y]
                canvas.write(cell.text.isEmpty ? " " : cell.text, at: cursor, scene[.cursor])
            }
        }
        drawLine(editor, into: &canvas, scene)
    }

    /// Which placeholders came and went since the version the draft was begun from: callers have to know.
    private func drawVariableNews(_ editor: PromptEditor, into canvas: inout Canvas, _ scene: Scene) {
        let before = editor.baseVariables
        let new = editor.variables.filter { !before.contains($0) }
        let gone = before.filter { !editor.variables.contains($0) }
        let news = [
            new.isEmpty ? nil : "new: " + new.joined(separator: ", "),
            gone.isEmpty ? nil : "gone: " + gone.joined(separator: ", "),
            editor.nearPlaceholders.first.map { "no placeholder: \($0)" },
        ].compactMap { $0 }
        canvas.writeRight(
            news.joined(separator: "   "), endingAt: canvas.width - 1, y: 0, scene[.warning], maxWidth: canvas.width / 2
        )
    }

    private static func highlights(_ line: [Character], _ scene: Scene) -> [(Range<Int>, Style)] {
        var ranges: [(Range<Int>, Style)] = []
        var start = 0
        let looks = DiffRows.looked(String(line)).map(\.1)
        while start < looks.count {
            let end = looks[start...].firstIndex { $0 != looks[start] } ?? looks.count
            switch looks[start] {
            case .placeholder: ranges.append((start..<end, scene[.syntaxKeyword].adding(.bold)))
            case .nearPlaceholder: ranges.append((start..<end, scene[.warning].adding(.underline)))
            default: break
            }
            start = end
        }
        return ranges
    }

    /// The line that asks for a note or for what to find.
    private func drawLine(_ editor: PromptEditor, into canvas: inout Canvas, _ scene: Scene) {
        let label: String
        switch editor.focus {
        case .text: return
        case .note(let makesCurrent): label = makesCurrent ? "why (saves and makes current): " : "why (saves): "
        case .find: label = "find: "
        }
        let y = canvas.height - 1
        let used = canvas.write(label, at: Point(x: 1, y: y), scene[.dim])
        let row = Rect(x: 1 + used, y: y, width: max(1, canvas.width - used - 2), height: 1)
        editor.line.draw(into: &canvas, in: row, .inPlace(scene))
    }
}
