import Assignment
import Cells
import Display
import Prompts
import TraceModel
import WorkspaceModel

extension PromptDesk {
    func draw(_ list: PromptList, into canvas: inout Canvas, _ scene: Scene) {
        if let editor {
            drawEditor(editor, into: &canvas, scene)
        } else {
            drawText(list, into: &canvas, scene)
        }
    }

    // MARK: - The text

    private func drawText(_ list: PromptList, into canvas: inout Canvas, _ scene: Scene) {
        drawHeads(list, into: &canvas, scene)
        canvas.draw(in: canvas.bounds.inset(top: 1)) { comparison?.rows.draw(into: &$0, place, scene) }
        drawOtherPart(into: &canvas, scene)
        guard let line = samples.line else { return }
        let label: String =
            switch line.target {
            case .variable(let name): "{{\(name)}} is "
            case .sampleName: "name of the sample: "
            }
        line.draw(label, into: &canvas, y: canvas.height - 1, scene)
    }

    /// The other part below the shown one, where there is room for both.
    private func drawOtherPart(into canvas: inout Canvas, _ scene: Scene) {
        guard samples.line == nil, let comparison, let other = comparison.otherPart else { return }
        let top = 1 + comparison.rows.count + 1
        guard top + 1 + other.count < canvas.height else { return }
        canvas.draw(in: canvas.bounds.row(top)) { Section.draw(part.other.name, into: &$0, y: 0, scene) }
        canvas.draw(in: canvas.bounds.inset(top: top + 1)) {
            other.draw(into: &$0, ListState(isSelectable: false), scene)
        }
    }

    private func drawHeads(_ list: PromptList, into canvas: inout Canvas, _ scene: Scene) {
        guard let shown = list.shown else { return }
        let (left, right): (String, String?) =
            if let sent {
                (
                    Self.head(shown, list),
                    "as sent \(scene.wallClock.dateAndTime(sent.span.span.start, now: scene.now))"
                        + "   session \(sent.span.sessionID)"
                )
            } else if mode != .text, let other = list.other {
                (Self.head(other, list), Self.head(shown, list))
            } else {
                (Self.head(shown, list), nil)
            }
        let half = (canvas.width - 1) / 2
        canvas.write(
            left, at: Point(x: 1, y: 0), scene[.heading], maxWidth: right == nil ? canvas.width - 2 : half - 2,
            overflow: .ellipsis)
        guard let right else { return }
        canvas.write(
            right, at: Point(x: half + 2, y: 0), scene[sent == nil ? .heading : .accent],
            maxWidth: canvas.width - half - 3, overflow: .ellipsis)
    }

    private static func head(_ prompt: PromptRecord, _ list: PromptList) -> String {
        let note = list.note(prompt.version)
        let facts = [
            "version \(prompt.version)", prompt.version == list.versions?.currentVersion ? "● current" : nil,
            note?.note, note?.author, note?.createdAt.map { String($0.iso8601.prefix(10)) },
        ]
        return facts.compactMap { $0 }.joined(separator: "   ")
    }

    // MARK: - The editor

    private func drawEditor(_ editor: PromptEditor, into canvas: inout Canvas, _ scene: Scene) {
        canvas.write(
            editor.isChanged ? "\(part.name)   changed" : part.name, at: Point(x: 1, y: 0), scene[.heading])
        Self.drawVariableNews(editor, into: &canvas, scene)
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
        Self.drawLine(editor, into: &canvas, scene)
    }

    /// Which placeholders came and went since the version the draft was begun from: callers have to know.
    private static func drawVariableNews(_ editor: PromptEditor, into canvas: inout Canvas, _ scene: Scene) {
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
    private static func drawLine(_ editor: PromptEditor, into canvas: inout Canvas, _ scene: Scene) {
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
