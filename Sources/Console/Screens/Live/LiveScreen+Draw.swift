import Cells
import TraceModel

extension LiveScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let layout = laidOut(canvas.size)
        if window.spans.isEmpty {
            drawEmpty(into: &canvas, scene)
            return
        }
        let table = SpanTable(
            width: canvas.width, chosen: scene.columns[Self.columnTable.name], spans: window.spans)
        if !layout.titles.isEmpty {
            canvas.draw(in: layout.titles) { table.drawTitles(into: &$0, scale: scale(scene), scene) }
        }
        canvas.draw(in: layout.list) { drawRows(table, into: &$0, scene) }
        guard !layout.preview.isEmpty else { return }
        canvas.draw(in: layout.rule) { Section.draw(preview.title(scene), into: &$0, y: 0, scene) }
        preview.draw(into: &canvas, in: layout.preview, hasKeys: pane == .conversation, scene)
    }

    private func scale(_ scene: Scene) -> Int64 {
        LatencyBar.scale(longest: window.visible.map { $0.span.elapsed(now: scene.now) }.max() ?? 0)
    }

    private func drawRows(_ table: SpanTable, into canvas: inout Canvas, _ scene: Scene) {
        let scale = scale(scene)
        let indents = window.indents()
        for (y, index) in window.list.visible.enumerated() {
            let isSelected = index == window.list.selected
            if isSelected { canvas.select(row: y, hasKeys: pane == .list, scene) }
            let snippet = snippets[window.spans[index].span.key]
            table.draw(
                window.spans[index], indent: indents[y], into: &canvas, y: y, isSelected: isSelected, scale: scale,
                hasBar: snippet == nil, scene)
            if let snippet { table.draw(snippet, into: &canvas, y: y, scene) }
        }
    }

    /// How an app's calls come here. An address that is not known yet, or not ours, is not made up.
    private func waysIn(_ scene: Scene) -> [String] {
        guard let address = scene.httpAddress.map({ "http://" + $0 }) else {
            return [
                "Every call of your app shows up here once its spans come.", "",
                "`fallom env` prints the variables for it. `fallom demo` shows a live load without an app.",
            ]
        }
        return [
            "Run your app with these variables, and every call shows up here:", "",
            "  FALLOM_TRACES_URL=\(address)", "  OTEL_EXPORTER_OTLP_ENDPOINT=\(address)", "",
            "`fallom env` prints all of them. `fallom demo` shows a live load without an app.",
        ]
    }

    private func drawEmpty(into canvas: inout Canvas, _ scene: Scene) {
        if !hasLoaded {
            canvas.write(rows.isLoading ? "reading" : "", at: Point(x: 2, y: 1), scene[.dim])
        } else if filter.isEmpty {
            EmptyState(title: "Waiting for spans", lines: waysIn(scene)).draw(into: &canvas, scene)
        } else {
            EmptyState(
                title: "No span matches",
                lines: [
                    "Spans that match are shown as they come.", "", "  /     change the filter", "  Esc   clear it",
                ]
            ).draw(into: &canvas, scene)
        }
    }
}
