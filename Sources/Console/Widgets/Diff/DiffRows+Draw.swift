import Cells

extension DiffRows {
    /// Draws the rows that are in view, with a bar at the right that says where one is.
    func draw(into canvas: inout Canvas, _ place: ListState, _ scene: Scene) {
        let place = place.resized(count: rows.count, height: canvas.height)
        let half = (canvas.width - 1) / 2
        // First, so that remarks over the whole width go over it.
        if isDivided {
            let line = Rect(x: half, y: 0, width: 1, height: canvas.height)
            canvas.divider(in: line, scene[.lines], glyphs: scene.glyphs)
        }
        for (y, row) in rows[place.visible].enumerated() {
            if let note = row.note {
                if isDivided, !row.isRight, displayWidth(of: note) + 2 > half {
                    canvas.write(" ", at: Point(x: half, y: y), scene[.text])
                }
                canvas.write(
                    note, at: Point(x: row.isRight ? half + 2 : 1, y: y), scene[row.isQuiet ? .dim : .warning],
                    maxWidth: canvas.width - (row.isRight ? half + 3 : 2), overflow: .ellipsis)
            }
            let left = Rect(x: 0, y: y, width: isDivided ? half : canvas.width, height: 1)
            if let text = row.left { canvas.draw(in: left) { draw(text, into: &$0, scene) } }
            let right = Rect(x: half + 1, y: y, width: canvas.width - half - 1, height: 1)
            if let text = row.right { canvas.draw(in: right) { draw(text, into: &$0, scene) } }
        }
        place.drawBar(into: &canvas, scene)
    }

    /// Joins the line between the columns with a line across above or below them.
    /// - Parameters:
    ///   - rule: the row of the line across.
    ///   - rect: where the rows were drawn.
    func join(_ rule: Rect, of rect: Rect, into canvas: inout Canvas, _ scene: Scene) {
        guard isDivided, !rule.isEmpty else { return }
        canvas.joint(at: Point(x: rect.x + (rect.width - 1) / 2, y: rule.y), scene[.lines], glyphs: scene.glyphs)
    }

    private func draw(_ half: Half, into canvas: inout Canvas, _ scene: Scene) {
        if let ground = half.ground { canvas.tint(canvas.bounds, scene.ground(ground)) }
        if let number = half.number {
            canvas.writeRight("\(number)", endingAt: 4, y: 0, scene[.dim])
        }
        canvas.write(half.sign, at: Point(x: 4, y: 0), scene[half.ground ?? .dim])
        var x = Self.gutter
        var start = half.text.startIndex
        while start < half.text.endIndex {
            let look = half.text[start].look
            let end = half.text[start...].firstIndex { $0.look != look } ?? half.text.endIndex
            var run = String(half.text[start..<end].map(\.character))
            if look == .whitespace { run = run.replacing(" ", with: scene.glyphs.track) }
            let style: Style =
                switch look {
                case .plain: scene[.text]
                case .placeholder: scene[.syntaxKeyword].adding(.bold)
                case .nearPlaceholder: scene[.warning].adding(.underline)
                case .changed: scene[half.mark]
                case .changedPlaceholder: scene[half.mark].adding(.bold).adding(.underline)
                case .whitespace: scene[.dim]
                }
            x += canvas.write(run, at: Point(x: x, y: 0), style)
            start = end
        }
    }
}
