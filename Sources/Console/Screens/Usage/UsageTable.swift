import Cells
import Display
import TraceModel

/// The columns of the groups.
struct UsageTable {
    enum ColumnID: Hashable, Sendable, RawRepresentable {
        case value, bar, share
        case figure(UsageFigure)

        var rawValue: String {
            switch self {
            case .value: "group"
            case .bar: "bar"
            case .share: "share"
            case .figure(let figure): figure.columnName
            }
        }

        init?(rawValue: String) {
            let all = [.value, .bar, .share] + UsageFigure.allCases.map(Self.figure)
            guard let column = all.first(where: { $0.rawValue == rawValue }) else { return nil }
            self = column
        }
    }

    private let layout: ColumnLayout<ColumnID>
    private let fields: [UsageField]
    private let wanted: [Column<ColumnID>]

    /// - Parameters:
    ///   - longest: columns of the longest value: what it does not take, the bars do.
    ///   - chosen: the columns a person has chosen, in their order.
    init(width: Int, fields: [UsageField], longest: Int, chosen: [String]? = nil) {
        self.fields = fields
        let columns = Self.columns(
            title: fields.map { $0.name.uppercased() }.joined(separator: " / "), width: width, longest: longest)
        layout = ColumnLayout(columns.chosen(chosen), width: max(1, width - 1))
        wanted = columns
    }

    /// What of the wanted columns is on the screen: asked for by the list of columns alone, not for each picture.
    var fit: ColumnFit { ColumnFit(layout, wanted: wanted, filled: wanted) }

    static func columns(title: String, width: Int = 80, longest: Int = 0) -> [Column<ColumnID>] {
        func figure(_ figure: UsageFigure, _ least: Int, most: Int? = nil, rank: Int, from: Int = 0) -> Column<ColumnID>
        {
            Column(.figure(figure), figure.title, .right, least: least, most: most, rank: rank, from: from)
        }
        return [
            Column(.value, title, least: 16, most: max(displayWidth(of: title), min(44, longest + 4)), rank: 0),
            // On a wide screen the bars take what no figure needs.
            Column(.bar, "", least: 8, most: max(30, width - 155), rank: 3),
            Column(.share, "SHARE", .right, least: 5, rank: 4, gap: 1),
            figure(.cost, 9, most: 11, rank: 1), figure(.perCall, 8, most: 9, rank: 11, from: 118),
            figure(.calls, 6, most: 9, rank: 1),
            figure(.sessions, 8, most: 9, rank: 7, from: 100), figure(.errors, 6, most: 7, rank: 2),
            // Narrower tables have it when somebody chooses it.
            figure(.errorRate, 8, rank: 12, from: 180),
            figure(.tokens, 7, most: 13, rank: 5), figure(.cached, 7, most: 13, rank: 9, from: 130),
            figure(.p50, 6, most: 7, rank: 8, from: 100), figure(.p95, 6, most: 7, rank: 6),
            figure(.ttft, 8, rank: 10, from: 140),
        ]
    }

    /// The figures whose columns are visible, left to right.
    var figures: [UsageFigure] {
        layout.columns.compactMap { if case .figure(let figure) = $0.column.id { figure } else { nil } }
    }

    func figure(at x: Int) -> UsageFigure? {
        if case .figure(let figure)? = layout.column(at: x) { figure } else { nil }
    }

    func drawTitles(_ rows: UsageRows, into canvas: inout Canvas, _ scene: Scene) {
        layout.drawTitles(into: &canvas, y: 0, scene[.heading])
        guard let sorted = layout[.figure(rows.sort)] else { return }
        layout.draw(sorted.column.title, in: sorted, into: &canvas, y: 0, scene[.strong])
        let sign = rows.isDescending ? scene.glyphs.arrowDown : scene.glyphs.arrowUp
        let x = sorted.x + sorted.width - displayWidth(of: sorted.column.title) - 1
        canvas.write(sign, at: Point(x: x, y: 0), scene[.accent])
    }

    func draw(
        _ row: UsageRows.Row, of rows: UsageRows, total: UsageFigures, folds: Bool, into canvas: inout Canvas, y: Int,
        isSelected: Bool, _ scene: Scene
    ) {
        let figures = row.group.figures
        drawValue(row, folds: folds, into: &canvas, y: y, isSelected: isSelected, scene)
        let value = rows.sort.value(figures) ?? 0
        if let bar = layout[.bar], rows.largest > 0 {
            let style = scene[rows.sort.isOfFailures ? .error : row.isPart ? .dim : .llm]
            ShareBar(value / rows.largest, style).draw(
                into: &canvas, in: Rect(x: bar.x, y: y, width: bar.width, height: 1), glyphs: scene.glyphs)
            if value == 0, figures.errors > 0, figures.errors == figures.spans {
                // A call that failed names the model that was asked for, an answer the one that answered.
                let words = bar.width < 10 ? "failed" : "all failed"
                canvas.write(words, at: Point(x: bar.x, y: y), scene[.dim], maxWidth: bar.width, overflow: .ellipsis)
            }
        }
        if rows.sort.addsUp, value > 0, let all = rows.sort.value(total), all > 0 {
            layout.draw(Figure.percent(value / all, places: 0), in: .share, into: &canvas, y: y, scene[.dim])
        }
        drawFigures(figures, into: &canvas, y: y, role: row.isPart ? .dim : .text, scene)
    }

    private func drawValue(
        _ row: UsageRows.Row, folds: Bool, into canvas: inout Canvas, y: Int, isSelected: Bool, _ scene: Scene
    ) {
        guard let column = layout[.value] else { return }
        let indent = row.isPart ? 4 : folds ? 2 : 0
        if folds, !row.isPart {
            let sign = row.isUnfolded ? scene.glyphs.unfolded : scene.glyphs.folded
            canvas.write(sign, at: Point(x: column.x, y: y), scene[.dim])
        }
        let value = row.group.values.last ?? nil
        let missing = "no " + (fields.prefix(row.group.values.count).last?.name ?? "value")
        let style =
            isSelected ? scene[.strong].adding(.bold) : scene[value == nil ? .dim : row.isPart ? .text : .accent]
        canvas.write(
            value.map { $0.isEmpty ? "(empty)" : $0 } ?? missing, at: Point(x: column.x + indent, y: y), style,
            maxWidth: max(0, column.width - indent), overflow: .ellipsis)
    }

    /// The sums of all, below the groups.
    func drawTotal(_ figures: UsageFigures, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        layout.draw("all", in: .value, into: &canvas, y: y, scene[.heading])
        drawFigures(figures, into: &canvas, y: y, role: .strong, scene)
    }

    private func drawFigures(_ figures: UsageFigures, into canvas: inout Canvas, y: Int, role: Role, _ scene: Scene) {
        for placed in layout.columns {
            guard case .figure(let figure) = placed.column.id else { continue }
            let long = figure.text(figures, isNarrow: false)
            let text = displayWidth(of: long) <= placed.width ? long : figure.text(figures, isNarrow: true)
            layout.draw(text, in: placed, into: &canvas, y: y, scene[figure.isBad(figures) ? .error : role])
        }
        layout.sayEmpty(into: &canvas, y: y, scene)
    }
}
