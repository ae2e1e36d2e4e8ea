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

    mutating func storeChanged(_ scope: inout Scope) {}
    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {}

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

    mutating func click(_ point: Point, _ scope: inout Scope) {}
    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) { place.scroll(by: rows) }

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let lines = lines(canvas.width, scene)
        for (y, index) in place.resized(count: lines.count, height: canvas.height).visible.enumerated() {
            canvas.write(lines[index], at: Point(x: 1, y: y), maxWidth: canvas.width - 2, overflow: .ellipsis)
        }
    }

    private static let labels = 20
    private static let column = 30

    private func lines(_ width: Int, _ scene: Scene) -> [StyledText] {
        let count = max(1, (width - 2 - Self.labels) / Self.column)
        let rows = Array(results.rows.dropFirst(first).prefix(count))
        var lines: [StyledText] = []
        func add(_ runs: [(String, Role)]) {
            var text = StyledText()
            for (run, role) in runs { text.append(run, scene[role]) }
            lines.append(text)
        }
        add([(Shortened.padded("", width: Self.labels), .heading)] + rows.map(Self.head))
        for figure in Self.figures + results.scoreNames.map(Self.score) {
            var runs: [(String, Role)] = [(Shortened.padded(figure.label, width: Self.labels), .dim)]
            for row in rows {
                let (value, interval) = figure.text(row)
                runs.append((Shortened.padded(value, width: 9) + " ", .strong))
                runs.append((Shortened.padded(interval, width: Self.column - 11) + " ", .dim))
            }
            add(runs)
        }
        add([])
        if results.rows.count > rows.count {
            add([("\(results.rows.count) variants: left and right show the others", .dim)])
            add([])
        }
        func wrap(_ text: String, _ role: Role) {
            for line in TextFlow.lines(text, width: max(20, min(100, width - 2))) { add([(line, role)]) }
        }
        for sentence in results.verdict { wrap(sentence, .strong) }
        for line in differences { wrap(line.text, line.role) }
        if let said = results.correctionSentence { wrap(said, .dim) }
        add([])
        if let ratio = results.ratioSentence { wrap(ratio.text, ratio.isOff ? .error : .good) }
        if let said = results.leftOutSentence { wrap(said, .dim) }
        if results.isPartial { wrap("Older sessions are not counted.", .dim) }
        add([])
        for sentence in Self.method { wrap(sentence, .dim) }
        return lines
    }

    /// How the figures are made, for whoever wants to know how far to trust them.
    private static let method = [
        "Only sessions that the weights placed are counted: whoever a target or rule sent somewhere was not placed by "
            + "chance. A session's variant is computed anew from the version it was recorded with, and checked against the "
            + "recorded model.",
        "The intervals of the table hold the true value 19 times in 20. Calls of one session are alike, so each session "
            + "counts less than its calls. What is said of differences holds 19 times in 20 over all of them together and "
            + "however often one looks: these intervals are wider, so that stopping when it suits does not lie.",
        "'fallom configs goal' names the figure that decides, and what must not get worse.",
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

    private static func score(_ name: String) -> FigureRow {
        FigureRow(label: Shortened.end(name, width: labels - 1)) { row in
            guard let score = row.scores.first(where: { $0.name == name }), let mean = score.mean else {
                return ("", "")
            }
            let text = { ResultFigure.score($0, score.isShare) }
            return (text(mean.value), ResultText.interval(mean, text) + " of \(Figure.count(score.sessions))")
        }
    }

    private struct FigureRow: Sendable {
        let label: String
        let text: @Sendable (ConfigResults.Row) -> (String, String)
    }

    private static let figures: [FigureRow] = [
        FigureRow(label: "sessions") { row in
            (Figure.count(row.sessions), "weights give " + Figure.percent(row.weightedShare, places: 1))
        },
        FigureRow(label: "calls") { (Figure.count($0.calls), "\(Figure.count($0.errors)) failed") },
        FigureRow(label: "error rate") {
            (ResultText.percent($0.errorShare), ResultText.interval($0.errorShare, ResultText.barePercent))
        },
        FigureRow(label: "latency p50") {
            (ResultText.time($0.latencyP50), ResultText.interval($0.latencyP50, Figure.duration))
        },
        FigureRow(label: "latency p95") {
            (ResultText.time($0.latencyP95), ResultText.interval($0.latencyP95, Figure.duration))
        },
        FigureRow(label: "first token p50") {
            (ResultText.time($0.firstTokenP50), ResultText.interval($0.firstTokenP50, Figure.duration))
        },
        FigureRow(label: "tokens a session") {
            (
                $0.tokensPerSession.map { ResultText.count($0.value) } ?? "",
                ResultText.interval($0.tokensPerSession, ResultText.count)
            )
        },
        FigureRow(label: "tokens a call") { ($0.tokensPerCall.map(ResultText.count) ?? "", "") },
        FigureRow(label: "cost a session") {
            (ResultText.money($0.costPerSession, $0), ResultText.interval($0.costPerSession, ResultText.bareDollars))
        },
        FigureRow(label: "cost a call") { ($0.costPerCall.map(Figure.dollars) ?? "", "") },
    ]
}
