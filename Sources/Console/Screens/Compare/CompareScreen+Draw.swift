import Cells
import Display
import TraceModel

extension CompareScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let layout = CompareLayout(canvas.size)
        canvas.draw(in: layout.figures) { drawFigures(into: &$0, scene) }
        canvas.draw(in: layout.rule) {
            Section.draw(aligned == nil ? "conversations" : "what differs, turn by turn", into: &$0, y: 0, scene)
        }
        if let aligned {
            let whole = Rect(x: 0, y: layout.left.y, width: canvas.width, height: layout.left.height)
            canvas.draw(in: whole) { aligned.draw(into: &$0, place, scene) }
            aligned.join(layout.rule, of: whole, into: &canvas, scene)
            return
        }
        let (left, right) = (left, right)
        canvas.draw(in: layout.left) { draw(left, into: &$0, scene) }
        canvas.draw(in: layout.right) { draw(right, into: &$0, scene) }
        canvas.divider(in: layout.divider, scene[.lines], joining: scene[.lines], glyphs: scene.glyphs)
    }

    private func draw(_ pane: SessionPane, into canvas: inout Canvas, _ scene: Scene) {
        if pane.hasLoaded, pane.rows.isEmpty {
            canvas.write("not in the store", at: Point(x: 0, y: 0), scene[.dim])
        } else {
            pane.conversation.draw(into: &canvas, scene)
        }
    }

    /// A figure of both sessions.
    private struct Row {
        let label: String
        let left: String
        let right: String
        /// The right one over the left one, where both are numbers.
        var change: String = ""
        /// Whether more is worse, as of latency, tokens, cost and errors.
        var isWorseWhenMore = true
    }

    private func drawFigures(into canvas: inout Canvas, _ scene: Scene) {
        let label = 13
        let column = min(30, max(8, (canvas.width - label - 12) / 2))
        let x = [1, 1 + label, 1 + label + column + 2]
        for (side, pane) in [left, right].enumerated() {
            let style = scene[isRight == (side == 1) ? .accent : .text].adding(.bold)
            canvas.write(pane.id, at: Point(x: x[side + 1], y: 0), style, maxWidth: column, overflow: .ellipsis)
        }
        guard let first = left.session, let second = right.session else { return }
        for (index, row) in rows(first, second, scene).enumerated() where index + 1 < canvas.height {
            let y = index + 1
            canvas.write(row.label, at: Point(x: x[0], y: y), scene[.dim], maxWidth: label - 1)
            canvas.write(row.left, at: Point(x: x[1], y: y), scene[.text], maxWidth: column, overflow: .ellipsis)
            canvas.write(row.right, at: Point(x: x[2], y: y), scene[.text], maxWidth: column, overflow: .ellipsis)
            canvas.write(
                row.change, at: Point(x: x[2] + column + 2, y: y),
                scene[row.isWorseWhenMore ? row.change.hasPrefix("-") ? .good : .warning : .text])
        }
    }

    private func rows(_ left: SessionSummary, _ right: SessionSummary, _ scene: Scene) -> [Row] {
        func durations(_ label: String, _ path: KeyPath<SessionSummary, Int64?>) -> Row {
            let (a, b) = (left[keyPath: path], right[keyPath: path])
            return Row(
                label: label, left: a.map { Figure.duration($0) } ?? scene.glyphs.none,
                right: b.map { Figure.duration($0) } ?? scene.glyphs.none,
                change: Figure.change(a.map(Double.init), b.map(Double.init)))
        }
        func counts(_ label: String, _ path: KeyPath<SessionSummary, Int>, isWorseWhenMore: Bool = true) -> Row {
            let (a, b) = (left[keyPath: path], right[keyPath: path])
            return Row(
                label: label, left: Figure.count(a), right: Figure.count(b),
                change: Figure.change(Double(a), Double(b)), isWorseWhenMore: isWorseWhenMore)
        }
        return [
            durations("latency p50", \.latencyP50Nanoseconds), durations("latency p95", \.latencyP95Nanoseconds),
            durations("ttft p95", \.ttftP95Nanoseconds), counts("tokens", \.totalTokens),
            Row(
                label: "cost", left: left.cost.map { Figure.cost($0) } ?? scene.glyphs.none,
                right: right.cost.map { Figure.cost($0) } ?? scene.glyphs.none,
                change: Figure.change(
                    left.cost.map { Double($0.nanoDollars) }, right.cost.map { Double($0.nanoDollars) })),
            counts("errors", \.errors), counts("llm calls", \.llmCalls, isWorseWhenMore: false),
            counts("spans", \.spans, isWorseWhenMore: false),
            Row(
                label: "models", left: left.models.joined(separator: ", "), right: right.models.joined(separator: ", ")),
            Row(
                label: "config", left: left.configKey ?? scene.glyphs.none, right: right.configKey ?? scene.glyphs.none),
            Row(
                label: "customer", left: left.customerID ?? scene.glyphs.none,
                right: right.customerID ?? scene.glyphs.none),
            Row(
                label: "started", left: scene.wallClock.short(left.startedAt, now: scene.now),
                right: scene.wallClock.short(right.startedAt, now: scene.now)),
        ]
    }
}
