import Assignment
import Cells
import Display
import Experiments
import TraceModel

/// The results of one version in full: every figure of every variant with its interval, what they say, and who is left
/// out of them.
struct ResultsScreen: Screen {
    static let place = Place(title: "Results")

    let config: String
    let results: ConfigResults
    let period: RecordedPeriod
    /// The first variant that is shown, where there are more than the screen has room for.
    private var first = 0
    private var place = ListState(isSelectable: false)
    private var size = Size(width: 0, height: 0)

    init(config: String, results: ConfigResults, period: RecordedPeriod) {
        self.config = config
        self.results = results
        self.period = period
    }

    var title: String { "results" }

    func status(overview: StoreOverview?) -> StatusLine {
        StatusLine(
            left: .path(["configs", config, "results of version \(results.version)"]),
            facts: [.init(period.words), .init(Figure.count(results.sessions, "session"))])
    }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        place.resize(count: lines(size.width, .measuring).count, height: size.height)
    }

    func offers(_ gesture: Gesture) -> Bool {
        if case .move = gesture { true } else { false }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        guard case .move(let motion) = gesture else { return }
        switch motion {
        case .left: first = max(0, first - 1)
        case .right: first = min(max(0, results.rows.count - 1), first + 1)
        default: place.move(motion)
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) { place.scroll(by: rows) }

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let lines = lines(canvas.width, scene)
        for (y, index) in place.resized(count: lines.count, height: canvas.height).visible.enumerated() {
            canvas.write(lines[index], at: Point(x: 1, y: y), maxWidth: canvas.width - 2, overflow: .ellipsis)
        }
    }

    static let labels = 20
    private static let column = 30

    private func lines(_ width: Int, _ scene: Scene) -> [StyledText] {
        var lines = ResultLines(width: width, scene)
        addTable(to: &lines)
        for sentence in results.verdict { lines.wrap(Verdict.runs(of: sentence)) }
        for line in differences { lines.wrap(line.text, line.role) }
        if let said = results.correctionSentence { lines.wrap(said, .dim) }
        lines.add()
        if let ratio = results.ratioSentence { lines.wrap(ratio.text, ratio.isOff ? .error : .good) }
        if let said = results.leftOutSentence { lines.wrap(said, .dim) }
        if results.isPartial { lines.wrap("Older sessions are not counted.", .dim) }
        lines.add()
        for sentence in Self.method { lines.wrap(sentence, .dim) }
        // The intervals as a picture, where that does not push the sentences out of sight.
        let ranges = VariantFigure.all.compactMap { ResultRange($0, results.rows) }
        if lines.lines.count + ranges.reduce(0, { $0 + $1.height }) + 2 <= size.height {
            lines.add()
            for range in ranges { range.add(to: &lines) }
        }
        return lines.lines
    }

    /// A column for each variant there is room for: every figure and its interval.
    private func addTable(to lines: inout ResultLines) {
        let count = max(1, (lines.width - 2 - Self.labels) / Self.column)
        let rows = Array(results.rows.dropFirst(first).prefix(count))
        lines.add([(Shortened.padded("", width: Self.labels), .heading)] + rows.map(Self.head))
        for figure in VariantFigure.all + results.scoreNames.map(VariantFigure.score) {
            var runs: [(String, Role)] = [(Shortened.padded(figure.label, width: Self.labels), .dim)]
            for row in rows {
                let (value, interval) = figure.text(row)
                runs.append((Shortened.padded(value, width: 9) + " ", .strong))
                runs.append((Shortened.padded(interval, width: Self.column - 11) + " ", .dim))
            }
            lines.add(runs)
        }
        lines.add()
        guard results.rows.count > rows.count else { return }
        lines.add([("\(results.rows.count) variants: left and right show the others", .dim)])
        lines.add()
    }

    /// How the figures are made, for whoever wants to know how far to trust them.
    private static let method = [
        "Only sessions that the weights placed are counted: whoever a target or rule sent somewhere was not placed by "
            + "chance. A session's variant is computed anew from the version it was recorded with, and checked against the "
            + "recorded model.",
        "The intervals of the table hold the true value 19 times in 20. Calls of one session are alike, so each session "
            + "counts less than its calls. What is said of differences holds 19 times in 20 over all of them together and "
            + "however often one looks: these intervals are wider, so that stopping when it suits does not lie.",
        "O on the config, or 'fallom configs goal', names the figure that decides, and what must not get worse.",
    ]

    private static func head(_ row: ConfigResults.Row) -> (String, Role) {
        (Shortened.padded("\(row.variantIndex) \(row.name)", width: column - 1) + " ", Role.variant(row.variantIndex))
    }

    /// Where a plan decides: how each of its figures differs, and whether its guardrail holds.
    private var differences: [(text: String, role: Role)] {
        results.comparisons.flatMap { comparison -> [(text: String, role: Role)] in
            guard comparison.goal != nil, comparison.obstacle == nil else { return [] }
            let estimated = results.rows[comparison.other].isCostEstimated
            return comparison.differences.compactMap { difference in
                guard let figure = difference.figure(estimated) else { return nil }
                let sign = "  \(results.rows[comparison.other].name): \(figure)"
                if difference.metric == comparison.goal {
                    return (sign + ", the goal", difference.isBetter ? .good : difference.isWorse ? .error : .text)
                }
                switch difference.guardState {
                case .holds: return (sign + ", guardrail holds", .good)
                case .broken: return (sign + ", guardrail broken", .error)
                case .open: return (sign + ", guardrail not settled", .warning)
                case nil: return (sign, .dim)
                }
            }
        }
    }
}
