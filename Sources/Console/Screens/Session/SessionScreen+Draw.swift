import Cells
import Display
import TraceModel

extension SessionScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let layout = layout(canvas.size)
        if pane.hasLoaded, pane.rows.isEmpty {
            EmptyState(
                title: "This session is not in the store",
                lines: ["Its spans may have been removed to keep the store within its limits.", "", "  Esc   go back"]
            ).draw(into: &canvas, scene)
            return
        }
        drawSummary(into: &canvas, layout, scene)
        let pane = pane
        let hasKeys = focus == .rows
        canvas.draw(in: layout.rows) { pane.drawRows(into: &$0, hasKeys: hasKeys, scene) }
        if !layout.figures.isEmpty { canvas.draw(in: layout.figures) { drawSpan(into: &$0, scene) } }
        if !layout.attributes.isEmpty { canvas.draw(in: layout.attributes) { drawAttributes(into: &$0, scene) } }
        if !layout.session.isEmpty { canvas.draw(in: layout.session) { drawSession(into: &$0, scene) } }
        canvas.divider(
            in: layout.divider, scene[hasKeys ? .lines : .accent], joining: scene[.lines], glyphs: scene.glyphs)
        canvas.draw(in: layout.conversation) { pane.conversation.draw(into: &$0, scene) }
        if !layout.conversation.isEmpty {
            let column = Rect(
                x: canvas.width - 1, y: layout.conversation.y, width: 1, height: layout.conversation.height)
            pane.conversation.drawBar(into: &canvas, in: column, scene)
        }
    }

    private func drawSummary(into canvas: inout Canvas, _ layout: SessionLayout, _ scene: Scene) {
        guard !layout.summary.isEmpty, let session = pane.session else { return }
        var text = StyledText()
        if let config = session.configKey { text.append(config + "  ", scene[.heading]) }
        if let customer = session.customerID { text.append(customer + "  ", scene[.text]) }
        let room = canvas.width - 2 - text.width
        for run in SessionFacts.line(session, turns: pane.turns.turns.count, width: room, scene) {
            text.append(run.text, scene[run.role == .text ? .dim : run.role])
        }
        canvas.write(text, at: Point(x: 1, y: layout.summary.y), maxWidth: canvas.width - 2, overflow: .ellipsis)
        if layout.rows.y > 1 || layout.conversation.y > 1 {
            canvas.draw(in: canvas.bounds.row(1)) { Section.draw([], into: &$0, y: 0, scene) }
            canvas.draw(in: canvas.bounds.row(1)) { TokenBar.draw(pane.tokens, into: &$0, y: 0, scene) }
        }
    }

    private func drawSpan(into canvas: inout Canvas, _ scene: Scene) {
        guard let stored = pane.selectedSpan else { return }
        Section.draw([.init(stored.span.name, .heading)], into: &canvas, y: 0, scene)
        let figures = SpanFigures.all(stored, scene)
        let rect = canvas.bounds.inset(left: 2, top: 1, right: 1)
        if canvas.width >= SessionLayout.wideFigures {
            Self.draw(figures, inTwoColumnsOf: rect, into: &canvas, scene)
        } else {
            LabelledFigure.draw(figures, into: &canvas, rect: rect, scene)
        }
    }

    private func drawAttributes(into canvas: inout Canvas, _ scene: Scene) {
        guard let key = pane.selectedSpan?.span.key else { return }
        Section.draw("attributes", into: &canvas, y: 0, scene)
        let rect = canvas.bounds.inset(left: 2, top: 1, right: 1)
        let loaded = pane.loaded(key)
        let attributes = loaded.map { AttributeTree.figures(of: $0.detail) } ?? []
        if attributes.isEmpty {
            let text = loaded == nil ? "not read yet" : "the span has none"
            canvas.write(text, at: Point(x: rect.x, y: rect.y), scene[.dim], maxWidth: rect.width, overflow: .ellipsis)
        }
        LabelledFigure.draw(attributes, into: &canvas, rect: rect, scene)
        guard attributes.count > rect.height else { return }
        canvas.fill(rect.row(rect.height - 1), scene[.background])
        canvas.write(
            "\(Figure.count(attributes.count - rect.height + 1, "more attribute")): Enter opens the span",
            at: Point(x: rect.x, y: rect.y + rect.height - 1), scene[.dim], maxWidth: rect.width, overflow: .ellipsis)
    }

    private static func draw(
        _ figures: [LabelledFigure], inTwoColumnsOf rect: Rect, into canvas: inout Canvas, _ scene: Scene
    ) {
        let half = (figures.count + 1) / 2
        let columns = rect.columns([.rest, .rest], gap: 2)
        LabelledFigure.draw(Array(figures.prefix(half)), into: &canvas, rect: columns[0], scene)
        LabelledFigure.draw(Array(figures.dropFirst(half)), into: &canvas, rect: columns[1], scene)
    }

    private func drawSession(into canvas: inout Canvas, _ scene: Scene) {
        guard let session = pane.session else { return }
        Section.draw("session", into: &canvas, y: 0, scene)
        let figures = SessionFacts.all(session, scene) + SessionFacts.assigned(pane.assignments)
        Self.draw(figures, inTwoColumnsOf: canvas.bounds.inset(left: 2, top: 1), into: &canvas, scene)
    }
}
