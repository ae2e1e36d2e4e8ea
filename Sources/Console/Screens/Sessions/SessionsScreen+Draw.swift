import Cells
import Display
import TraceModel

extension SessionsScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard hasLoaded else { return }
        if showsGroups, let groups, groups.list.count > 0 { return draw(groups, into: &canvas, scene) }
        if window.total == 0 || showsGroups { return drawEmpty(into: &canvas, scene) }
        let table = table(showsDates: showsDates(now: scene.now, scene.wallClock))
        let titles = canvas.height - Self.listHeight(canvas.size)
        if titles > 0 { table.drawTitles(into: &canvas, sort: sort, isDescending: isDescending, scene) }
        canvas.draw(in: canvas.bounds.inset(top: titles)) { canvas in
            drawRows(table, into: &canvas, scene)
            window.list.drawBar(into: &canvas, scene)
        }
        drawPreview(into: &canvas, scene)
    }

    private func draw(_ groups: SessionGroups, into canvas: inout Canvas, _ scene: Scene) {
        let titles = canvas.height - Self.listHeight(canvas.size)
        if titles > 0 { groups.drawTitles(into: &canvas, scene) }
        canvas.draw(in: canvas.bounds.inset(top: titles)) { groups.drawRows(into: &$0, scene) }
    }

    /// Whether a loaded session began or ended on another day than today.
    func showsDates(now: Timestamp, _ wallClock: WallClock) -> Bool {
        window.sessions.contains { !wallClock.isSameDay($0.startedAt, now) || !wallClock.isSameDay($0.lastAt, now) }
    }

    private func drawRows(_ table: SessionTable, into canvas: inout Canvas, _ scene: Scene) {
        for (y, row) in window.list.visible.enumerated() {
            let isSelected = row == window.selectedRow
            if isSelected { canvas.select(row: y, scene) }
            guard let session = window[row] else {
                canvas.write(scene.glyphs.ellipsis, at: Point(x: 1, y: y), scene[.dim])
                continue
            }
            if session.sessionID == marked {
                canvas.write(scene.glyphs.check, at: Point(x: 0, y: y), scene[.accent])
            }
            table.draw(
                session, words: said.words(of: session), into: &canvas, y: y, isSelected: isSelected, scene)
            if !filter.sought.isEmpty, let match = said.match(in: session) {
                table.draw(match, into: &canvas, y: y, width: canvas.width, scene)
            }
        }
    }

    private func drawEmpty(into canvas: inout Canvas, _ scene: Scene) {
        if filter.isEmpty {
            EmptyState(
                title: "No sessions yet",
                lines: [
                    "A session appears with its first span. Spans without a session id are grouped by their trace.", "",
                    "  fallom env     prints the variables that point an app here",
                    "  fallom demo    shows a live load without an app",
                ]
            ).draw(into: &canvas, scene)
        } else {
            EmptyState(
                title: "No session has a span that matches", lines: ["  /     change the filter", "  Esc   clear it"]
            ).draw(into: &canvas, scene)
        }
    }
}
