import Cells

extension Tour {
    /// Draws the box where it hides least: below, but above Live's newest rows where the list fills the screen.
    func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        let width = min(74, canvas.width)
        guard width >= 24, canvas.height >= 10 else { return }
        let lines = TextFlow.lines(step?.says ?? Self.end, width: width - 4)
        let height = min(lines.count + 4, canvas.height)
        let isOverNewest = state.activeTab == 0 && canvas.height < 34
        let y = isOverNewest ? 1 : canvas.height - height
        let rect = Rect(x: canvas.width - width, y: y, width: width, height: height)
        canvas.fill(rect, scene.raised)
        let title = step == nil ? "tour" : "tour \(index + 1) of \(Self.steps.count)"
        let inside = canvas.frame(rect, scene[.lines], title: StyledText(title, scene[.heading]), glyphs: scene.glyphs)
        canvas.draw(in: inside) { canvas in
            for (index, line) in lines.enumerated() where index < canvas.height - 2 {
                canvas.write(line, at: Point(x: 1, y: index), scene[.text])
            }
            drawKeys(into: &canvas, scene)
        }
    }

    /// The last line: the key that is asked for, and the way past it.
    private func drawKeys(into canvas: inout Canvas, _ scene: Scene) {
        let y = canvas.height - 1
        func keys(_ name: String) -> String {
            guard let command = CommandTable.all.first(where: { $0.name == name }) else { return "" }
            return scene.keys.chords(of: command).prefix(2).map { KeyMap.text($0, scene.glyphs) }.joined(separator: " ")
        }
        var asked = StyledText()
        if let step {
            asked.append(keys(step.command), scene[.accent].adding(.bold))
            asked.append(" " + step.asks, scene[.strong])
        }
        var onward = StyledText(keys("tour.next"), scene[.accent])
        onward.append(step == nil ? " close" : " skip  ", scene[.dim])
        if step != nil {
            onward.append(keys("tour"), scene[.accent])
            onward.append(" end", scene[.dim])
        }
        let x = max(1, canvas.width - onward.width - 1)
        canvas.write(asked, at: Point(x: 1, y: y), maxWidth: max(0, x - 3), overflow: .ellipsis)
        canvas.write(onward, at: Point(x: x, y: y))
    }
}
