import Cells
import TraceModel

/// The selected session below a short list: its calls and what was said, where the rows leave the room for it.
extension SessionsScreen {
    /// Where list and preview lie. The line between them stays where it is while sessions come.
    struct PreviewLayout {
        let rule: Rect
        let rows: Rect
        let divider: Rect
        let conversation: Rect

        /// `nil` where the rows need the room, or where there is too little.
        init?(_ size: Size, rowCount: Int) {
            let titles = size.height - SessionsScreen.listHeight(size)
            let list = max(8, size.height * 2 / 5)
            guard size.width >= 110, size.height >= 26, rowCount > 0, rowCount < list else { return nil }
            let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
            let parts = all.rows([.fixed(titles + list), .fixed(1), .rest])
            rule = parts[1]
            let columns = parts[2].columns([.flex(13, min: 40), .fixed(1), .flex(12, min: 40)])
            rows = columns[0]
            divider = columns[1]
            conversation = columns[2].inset(left: 1, right: 2)
        }
    }

    private var previewLayout: PreviewLayout? {
        showsGroups || !hasLoaded ? nil : PreviewLayout(size, rowCount: window.total)
    }

    /// Shows the selected session, and reads it unless it is shown already.
    mutating func showPreview(_ scope: inout Scope) {
        guard let layout = previewLayout, let id = window.selected?.sessionID else { return isPreviewed = false }
        let isNew = !isPreviewed || !preview.id.utf8.elementsEqual(id.utf8)
        if isNew { preview = preview.replaced(by: id) }
        isPreviewed = true
        preview.resize(
            rows: layout.rows.height,
            conversation: Size(width: layout.conversation.width, height: layout.conversation.height))
        if isNew { preview.appear(&scope) }
    }

    /// Scrolls what was said; `false` where the mouse is over something else.
    mutating func scrollPreview(_ count: Int, at point: Point, _ scope: inout Scope) -> Bool {
        guard isPreviewed, let layout = previewLayout, point.y >= layout.rule.y else { return false }
        if point.x > layout.divider.x {
            preview.scrollConversation(&scope) { $0.scroll(by: count) }
        } else {
            preview.scroll(by: count)
        }
        return true
    }

    func drawPreview(into canvas: inout Canvas, _ scene: Scene) {
        guard isPreviewed, let layout = PreviewLayout(canvas.size, rowCount: window.total) else { return }
        canvas.draw(in: layout.rule) { canvas in
            var title = [TextLine.Run(preview.id, .accent)]
            if let session = preview.session {
                let room = canvas.width - displayWidth(of: preview.id) - 8
                let facts = SessionFacts.line(session, turns: preview.turns.turns.count, width: room, scene)
                title += [TextLine.Run("  ")] + facts.map { TextLine.Run($0.text, $0.role == .text ? .dim : $0.role) }
            }
            Section.draw(title, into: &canvas, y: 0, scene)
        }
        canvas.draw(in: layout.rows) { preview.drawRows(into: &$0, hasKeys: nil, scene) }
        canvas.draw(in: layout.conversation) { preview.conversation.draw(into: &$0, scene) }
        let edge = layout.conversation
        preview.conversation.drawBar(
            into: &canvas, in: Rect(x: canvas.width - 1, y: edge.y, width: 1, height: edge.height), scene)
        canvas.divider(in: layout.divider, scene[.lines], joining: scene[.lines], glyphs: scene.glyphs)
    }
}
