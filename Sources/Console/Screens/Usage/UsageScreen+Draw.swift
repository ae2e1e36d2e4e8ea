import Cells
import Display
import TraceModel

extension UsageScreen {
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard hasLoaded else {
            canvas.write("reading", at: Point(x: 2, y: 1), scene[.dim])
            return
        }
        guard !rows.isEmpty else { return drawEmpty(into: &canvas, scene) }
        let layout = layout
        if !layout.time.isEmpty {
            canvas.draw(in: layout.rule) { Section.draw(headline(scene), into: &$0, y: 0, scene) }
            canvas.draw(in: layout.time) {
                histogram.draw(rows.sort, into: &$0, hasKeys: pane == .time, scene)
            }
        }
        let table = table
        if !layout.titles.isEmpty {
            canvas.draw(in: layout.titles) { table.drawTitles(rows, into: &$0, scene) }
        }
        canvas.draw(in: layout.list) { canvas in
            for (y, row) in list.visible.enumerated() {
                let isSelected = row == list.selected
                if isSelected { canvas.select(row: y, hasKeys: pane == .groups, scene) }
                table.draw(
                    rows.rows[row], of: rows, total: total, folds: second != nil, into: &canvas, y: y,
                    isSelected: isSelected, scene)
            }
            list.drawBar(into: &canvas, scene)
        }
        if !layout.total.isEmpty {
            // Below the rows, apart from them, where they leave room.
            let y = min(layout.total.y, layout.list.y + list.visible.count + 1)
            let row = Rect(x: 0, y: y, width: canvas.width, height: 1)
            canvas.draw(in: row) { table.drawTotal(total, into: &$0, y: 0, scene) }
        }
    }

    func spokenPicture(_ scene: Scene) -> SpokenPicture? {
        guard hasLoaded, !rows.isEmpty, !layout.time.isEmpty else { return nil }
        return SpokenPicture(
            rows: layout.time.y..<layout.time.y + layout.time.height, lines: histogram.spoken(rows.sort, scene))
    }

    /// What the histogram shows, and the piece under the cursor.
    private func headline(_ scene: Scene) -> [TextLine.Run] {
        var runs = [
            TextLine.Run(rows.sort.name, .strong), TextLine.Run(" by \(histogram.bucket.rawValue)", .heading),
        ]
        if let meaning = rows.sort.meaning { runs.append(TextLine.Run("  " + meaning, .dim)) }
        runs += legend(scene)
        if let selected = histogram.selected, let start = selected.bucketStart {
            runs.append(TextLine.Run("  " + histogram.time(start, scene) + "  ", .accent))
            runs.append(TextLine.Run(rows.sort.text(selected.figures, isNarrow: false), .strong))
        }
        return runs
    }

    private func drawEmpty(into canvas: inout Canvas, _ scene: Scene) {
        if filter.isEmpty {
            EmptyState(
                title: "Nothing to sum yet",
                lines: [
                    "With the first spans this shows calls, tokens, cost and latency over time and by model, customer, "
                        + "config and more.", "", "  fallom env     prints the variables that point an app here",
                    "  fallom usage   prints the same sums",
                ]
            ).draw(into: &canvas, scene)
        } else {
            EmptyState(title: "No span matches", lines: ["  /     change the filter", "  Esc   one step back"])
                .draw(into: &canvas, scene)
        }
    }
}
