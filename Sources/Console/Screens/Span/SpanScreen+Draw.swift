import Cells
import Display
import TraceModel

extension SpanScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let layout = layout(canvas.size)
        drawViews(into: &canvas, layout, scene)
        if !layout.facts.isEmpty {
            canvas.draw(in: layout.facts) { drawFacts(into: &$0, scene) }
            canvas.divider(in: layout.divider, scene[.lines], joining: scene[.lines], glyphs: scene.glyphs)
        }
        canvas.draw(in: layout.main) { drawMain(into: &$0, scene) }
        if view == .messages || view == .raw {
            let column = Rect(x: canvas.width - 1, y: layout.main.y, width: 1, height: layout.main.height)
            text.drawBar(into: &canvas, in: column, scene)
        }
    }

    /// Where a view's name begins and how wide it is.
    private func viewPlaces() -> [(view: View, x: Int, width: Int)] {
        var x = 1
        return views.map { view in
            defer { x += view.title.utf8.count + 3 }
            return (view, x, view.title.utf8.count)
        }
    }

    func view(at x: Int) -> View? {
        viewPlaces().first { x >= $0.x - 1 && x <= $0.x + $0.width }?.view
    }

    private func drawViews(into canvas: inout Canvas, _ layout: SpanLayout, _ scene: Scene) {
        guard !layout.views.isEmpty else { return }
        for place in viewPlaces() {
            let isShown = place.view == view
            let style = isShown ? scene[.strong].adding([.bold, .underline]) : scene[.dim]
            canvas.write(place.view.title, at: Point(x: place.x, y: layout.views.y), style)
        }
        drawHead(
            into: &canvas, y: layout.views.y, from: (viewPlaces().last.map { $0.x + $0.width } ?? 0) + 3, scene)
        guard layout.main.y > 1 else { return }
        canvas.draw(in: canvas.bounds.row(1)) { Section.draw([], into: &$0, y: 0, scene) }
    }

    /// The span in one line, right-aligned: name, kind, when, how long, as far as there is room; how long stays longest.
    private func drawHead(into canvas: inout Canvas, y: Int, from left: Int, _ scene: Scene) {
        let span = stored.span
        let elapsed = span.elapsed(now: scene.now)
        let name = StyledText(span.name, scene[span.kind.role == .dim ? .text : span.kind.role].adding(.bold))
        let kind = StyledText(span.kind.rawValue, scene[.dim])
        let end =
            span.isRunning
            ? StyledText("running " + Figure.elapsed(elapsed), scene[.accent])
            : StyledText(Figure.duration(elapsed), scene[.text])
        let failed = StyledText("\(scene.glyphs.failure) failed", scene[.error])
        func moment(_ text: String) -> StyledText { StyledText(text, scene[.dim]) }
        let ends = span.status == .error ? [end, failed] : [end]
        let full = moment(scene.wallClock.full(span.start))
        let short = moment(scene.wallClock.short(span.start, now: scene.now))
        let room = max(0, canvas.width - left - 1)
        let forms = [
            [name, kind, full] + ends, [name, kind, short] + ends, [kind, short] + ends, [short] + ends, ends,
        ]
        let text = forms.lazy.map(Self.joined).first { $0.width <= room } ?? Self.joined(ends)
        let width = min(room, text.width)
        canvas.write(text, at: Point(x: canvas.width - 1 - width, y: y), maxWidth: width, overflow: .ellipsis)
    }

    private static func joined(_ parts: [StyledText]) -> StyledText {
        var text = StyledText()
        for part in parts {
            if text.width > 0 { text.append("  ", Style()) }
            text.runs += part.runs
        }
        return text
    }

    private func drawFacts(into canvas: inout Canvas, _ scene: Scene) {
        let figures = SpanFigures.all(stored, scene) + identity(scene)
        let rows = max(1, min(waterfall.rows.count, canvas.height - figures.count - 1))
        canvas.draw(in: canvas.bounds.inset(bottom: canvas.height - rows)) {
            _ = waterfall.draw(into: &$0, around: stored.span.key, .selection, scene)
        }
        LabelledFigure.draw(figures, into: &canvas, rect: canvas.bounds.inset(top: rows + 1), scene)
    }

    private func identity(_ scene: Scene) -> [LabelledFigure] {
        var figures = [
            LabelledFigure("session", stored.sessionID, .accent),
            LabelledFigure("trace", stored.span.key.traceID, .dim),
            LabelledFigure("span", stored.span.key.spanID, .dim),
        ]
        if let parent = stored.span.parentID { figures.append(LabelledFigure("parent", parent, .dim)) }
        if let link = links.first {
            figures.append(LabelledFigure(Figure.count(links.count, "link"), link.traceID, .accent))
        }
        figures.append(
            LabelledFigure(
                "emitter", stored.span.dialect.rawValue + (loaded?.detail.scope.map { "  " + $0 } ?? ""), .dim))
        return figures
    }

    private func drawMain(into canvas: inout Canvas, _ scene: Scene) {
        if isMissing {
            canvas.write("This span is no longer in the store.", at: Point(x: 0, y: 0), scene[.warning])
            return
        }
        guard loaded != nil else {
            canvas.write("reading", at: Point(x: 0, y: 0), scene[.dim])
            return
        }
        switch view {
        case .messages: messages.draw(into: &canvas, scene)
        case .figures: drawFacts(into: &canvas, scene)
        case .raw: raw.draw(into: &canvas, scene)
        case .attributes: tree.draw(into: &canvas, marking: messages.search, scene)
        }
    }
}
