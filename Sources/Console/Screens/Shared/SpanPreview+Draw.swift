import Cells
import TraceModel

extension SpanPreview {
    /// `conv-8f2 · turn 3 · summarizer · variant B · prompt onboarding@7`.
    func title(_ scene: Scene) -> [TextLine.Run] {
        guard let stored else { return [] }
        let separator = TextLine.Run(" \(scene.glyphs.separator) ", .lines)
        var parts: [TextLine.Run] = [.init(stored.sessionID, .accent)]
        if let turn { parts.append(.init("turn \(turn)", .heading)) }
        if let config = stored.configKey { parts.append(.init(config, .heading)) }
        if let key = stored.span.promptKey {
            parts.append(.init("prompt " + key + (stored.span.promptVersion.map { "@" + $0 } ?? ""), .heading))
        }
        if let index = stored.span.promptVariantIndex {
            parts.append(.init("variant " + VariantName.text(index), .variant(index)))
        }
        return Array(parts.flatMap { [separator, $0] }.dropFirst())
    }

    /// Draws facts at the left and the conversation at the right.
    func draw(into canvas: inout Canvas, in rect: Rect, hasKeys: Bool, _ scene: Scene) {
        let layout = PreviewLayout(rect)
        if !layout.facts.isEmpty {
            canvas.draw(in: layout.facts) { drawFacts(into: &$0, scene) }
            canvas.divider(
                in: layout.divider, scene[hasKeys ? .accent : .lines], joining: scene[.lines], glyphs: scene.glyphs)
        }
        let conversation = conversation
        canvas.draw(in: layout.conversation) { conversation.draw(into: &$0, scene) }
        if loaded != nil, hasKeys || conversation.lines.count > conversation.height {
            conversation.drawBar(
                into: &canvas, in: Rect(x: rect.x + rect.width - 1, y: rect.y, width: 1, height: rect.height), scene)
        }
    }

    private func drawFacts(into canvas: inout Canvas, _ scene: Scene) {
        guard let stored else { return }
        var y = 0
        let figures = SpanFigures.all(stored, scene)
        let room = canvas.height - min(figures.count, 6) - 2
        if let waterfall, waterfall.rows.count > 1 || canvas.height > figures.count + 3 {
            y = canvas.draw(in: canvas.bounds.inset(bottom: canvas.height - max(1, room))) {
                waterfall.draw(into: &$0, around: stored.span.key, .selectionInactive, scene)
            }
            y += canvas.height - y > figures.count ? 1 : 0
        }
        y += LabelledFigure.draw(figures, into: &canvas, rect: canvas.bounds.inset(top: y), scene)
        if let session, y + 1 < canvas.height {
            y += 1
            var text = StyledText("session  ", scene[.dim])
            let room = canvas.width - text.width
            for run in SessionFacts.line(session, turns: nil, width: room, scene) {
                text.append(run.text, scene[run.role])
            }
            canvas.write(text, at: Point(x: 0, y: y), overflow: .ellipsis)
        }
    }
}
