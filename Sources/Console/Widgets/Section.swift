import Cells

/// Lines that divide a screen.
enum Section {
    /// A line with a title in it: `─ answer ─────`.
    static func draw(_ title: String, into canvas: inout Canvas, y: Int, _ scene: Scene, role: Role = .heading) {
        draw([TextLine.Run(title, role)], into: &canvas, y: y, scene)
    }

    static func draw(_ title: [TextLine.Run], into canvas: inout Canvas, y: Int, _ scene: Scene) {
        var styled = StyledText()
        for run in title { styled.append(run.text, scene[run.role].adding(run.attributes)) }
        canvas.rule(in: canvas.bounds.row(y), scene[.lines], title: title.isEmpty ? nil : styled, glyphs: scene.glyphs)
    }
}

/// What a view says when it has nothing to show, and what to do next.
struct EmptyState: Sendable {
    let title: String
    let lines: [String]

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard canvas.height > 0, canvas.width > 2 else { return }
        let wrapped = lines.flatMap { TextFlow.lines($0, width: max(1, min(72, canvas.width - 4))) }
        let widest = ([title] + wrapped).map { displayWidth(of: $0) }.max() ?? 0
        let x = max(1, (canvas.width - widest) / 2)
        var y = max(0, (canvas.height - wrapped.count - 2) / 3)
        canvas.write(title, at: Point(x: x, y: y), scene[.strong].adding(.bold), overflow: .ellipsis)
        y += 2
        for line in wrapped {
            let isCommand = line.hasPrefix("  ")
            canvas.write(line, at: Point(x: x, y: y), scene[isCommand ? .accent : .dim], overflow: .ellipsis)
            y += 1
        }
    }
}

/// A label and what stands behind it.
struct LabelledFigure: Sendable {
    let label: String
    let value: [TextLine.Run]

    init(_ label: String, _ value: [TextLine.Run]) {
        self.label = label
        self.value = value
    }

    init(_ label: String, _ value: String, _ role: Role = .text) {
        self.init(label, [TextLine.Run(value, role)])
    }

    /// Draws figures one under the other and returns the rows they took.
    @discardableResult
    static func draw(_ figures: [LabelledFigure], into canvas: inout Canvas, rect: Rect, _ scene: Scene) -> Int {
        let labels = min((figures.map { displayWidth(of: $0.label) }.max() ?? 0) + 3, max(4, rect.width / 2))
        for (row, figure) in figures.enumerated() where row < rect.height {
            canvas.draw(in: rect.row(row)) { canvas in
                canvas.write(
                    figure.label, at: Point(x: 0, y: 0), scene[.dim], maxWidth: labels - 1, overflow: .ellipsis)
                var text = StyledText()
                for run in figure.value { text.append(run.text, scene[run.role].adding(run.attributes)) }
                canvas.write(text, at: Point(x: labels, y: 0), maxWidth: rect.width - labels, overflow: .ellipsis)
            }
        }
        return min(figures.count, rect.height)
    }
}
