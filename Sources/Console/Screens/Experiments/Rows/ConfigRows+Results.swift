import Assignment
import Cells
import Display
import Experiments

extension ConfigRows {
    /// How the variants of the live version fare in the traces.
    mutating func addResults(_ screen: ExperimentsScreen) {
        add()
        guard let results = screen.results else {
            let said = screen.work.results.isLoading ? "reading the results" : "no results read"
            rows.append(Row(content: .section(said), item: .results))
            return addPlan(screen)
        }
        let title = "results of version \(results.version) from traces, \(screen.period.words)"
        rows.append(Row(content: .section(title), item: .results))
        addPlan(screen)
        guard results.sessions > 0 else {
            add(nil, ("no session is recorded with this version yet", .dim))
            if let said = results.leftOutSentence { addWrapped(said, .dim) }
            return
        }
        for line in ResultsTable(results, width: width).lines(scene) {
            rows.append(Row(content: .text(line), item: nil))
        }
        add()
        for line in results.verdict.flatMap({ Verdict.lines(Verdict.runs(of: $0), width: max(10, width), scene) }) {
            rows.append(Row(content: .text(line), item: nil))
        }
        if let said = results.correctionSentence { addWrapped(said, .dim) }
        if let ratio = results.ratioSentence {
            addWrapped((ratio.isOff ? "\(scene.glyphs.warning) " : "") + ratio.text, ratio.isOff ? .error : .good)
        }
        if let said = results.leftOutSentence { addWrapped(said, .dim) }
        if results.isPartial { addWrapped("older sessions are not counted: p looks at a shorter time", .dim) }
        add(nil, ("Enter shows calls, tokens and every interval", .dim))
    }

    /// By what the config is decided, in one row; what it says in full stands among the results.
    private mutating func addPlan(_ screen: ExperimentsScreen) {
        let plan = screen.plan
        let words = [plan.goalWords].compactMap(\.self) + plan.guardrailWords
        guard !words.isEmpty else {
            return add(.plan, ("no goal: O says which figure decides", .dim))
        }
        add(.plan, ("decided by ", .dim), (words.joined(separator: ", "), .text))
    }

    private mutating func addWrapped(_ text: String, _ role: Role) {
        for line in TextFlow.lines(text, width: max(10, width)) { add(nil, (line, role)) }
    }
}

/// Results as a table of a pane's width: a row of figures for each variant and below it their intervals. Columns that
/// there is no room for are left out, the least telling first.
struct ResultsTable {
    private enum Figures: Hashable, Sendable {
        case name, sessions, errors, p50, p95, ttft, cost
        case score(String)
    }

    private let layout: ColumnLayout<Figures>
    private let results: ConfigResults

    init(_ results: ConfigResults, width: Int) {
        self.results = results
        let first: [Column<Figures>] = [
            Column(.name, "VARIANT", least: 11, most: width, rank: 0),
            Column(.sessions, "SESSIONS", .right, least: 9, rank: 1, gap: 1),
        ]
        let scores: [Column<Figures>] = Self.score(of: results).map {
            Column(.score($0), Shortened.end($0.uppercased(), width: 11), .right, least: 12, rank: 2, gap: 0)
        }
        let rest: [Column<Figures>] = [
            Column(.errors, "ERRORS", .right, least: 9, rank: 2, gap: 0),
            Column(.p50, "P50", .right, least: 10, rank: 4, gap: 0),
            Column(.p95, "P95", .right, least: 10, rank: 6, gap: 0),
            Column(.ttft, "TTFT P50", .right, least: 10, rank: 5, gap: 0),
            Column(.cost, "COST/SESSION", .right, least: 14, rank: 3, gap: 0),
        ]
        layout = ColumnLayout(first + scores + rest, width: width, left: 0)
    }

    /// The titles, then for each variant its figures and, below, their intervals.
    func lines(_ scene: Scene) -> [StyledText] {
        [layout.line { ($0.title, scene[.heading]) }]
            + results.rows.flatMap { row in
                let name = ("\(row.variantIndex) \(row.name)", scene[Role.variant(row.variantIndex)])
                let figures = layout.line {
                    $0.id == .name ? name : (Self.figure($0.id, row), scene[.text])
                }
                let intervals = layout.line { (Self.interval($0.id, row), scene[.dim]) }
                return row.sessions > 0 ? [figures, intervals] : [figures]
            }
    }

    /// The score that is shown: the goal's, else the first.
    private static func score(of results: ConfigResults) -> [String] {
        if case .score(let name)? = results.plan.goal { return [name] }
        return Array(results.scoreNames.prefix(1))
    }

    private static func estimate(_ figure: Figures, _ row: ConfigResults.Row) -> Estimate? {
        switch figure {
        case .name, .sessions: nil
        case .errors: row.errorShare
        case .p50: row.latencyP50
        case .p95: row.latencyP95
        case .ttft: row.firstTokenP50
        case .cost: row.costPerSession
        case .score(let name): row.scores.first { $0.name == name }?.mean
        }
    }

    private static func figure(_ figure: Figures, _ row: ConfigResults.Row) -> String {
        let estimate = estimate(figure, row)
        return switch figure {
        case .name: ""
        case .sessions: Figure.count(row.sessions)
        case .errors: ResultText.percent(estimate)
        case .p50, .p95, .ttft: ResultText.time(estimate)
        case .cost: ResultText.money(estimate, row)
        case .score: estimate.map { ResultFigure.score($0.value, Self.isShare(figure, row)) } ?? ""
        }
    }

    private static func isShare(_ figure: Figures, _ row: ConfigResults.Row) -> Bool {
        guard case .score(let name) = figure else { return false }
        return row.scores.first { $0.name == name }?.isShare ?? false
    }

    private static func interval(_ figure: Figures, _ row: ConfigResults.Row) -> String {
        let estimate = estimate(figure, row)
        return switch figure {
        case .name, .sessions: ""
        case .errors: ResultText.interval(estimate, ResultText.barePercent)
        case .p50, .p95, .ttft: ResultText.timeInterval(estimate)
        case .cost: ResultText.interval(estimate, ResultText.bareDollars)
        case .score:
            ResultText.interval(estimate) {
                Self.isShare(figure, row) ? Figure.points($0) : Figure.decimal($0, places: 2)
            }
        }
    }
}

/// Figures of results as text.
enum ResultText {
    static func percent(_ estimate: Estimate?) -> String { estimate.map { Figure.percent($0.value, places: 1) } ?? "" }
    static func barePercent(_ share: Double) -> String { Figure.points(share) }
    static func time(_ estimate: Estimate?) -> String { estimate.map { Figure.duration($0.value) } ?? "" }
    static func money(_ estimate: Estimate?, _ row: ConfigResults.Row) -> String {
        estimate.map { (row.isCostEstimated ? "~" : "") + Figure.dollars($0.value) } ?? ""
    }
    static func bareDollars(_ dollars: Double) -> String { String(Figure.dollars(max(0, dollars)).dropFirst()) }
    static func count(_ value: Double) -> String { Figure.count(mean: max(0, value)) }

    /// `696…810ms`, `1.2…1.4s`: one unit for both ends.
    static func timeInterval(_ estimate: Estimate?) -> String {
        guard let estimate else { return "" }
        let largest = estimate.upper.isFinite ? estimate.upper : estimate.value
        let (unit, scale, places) =
            largest < 1e7 ? ("ms", 1e6, 1) : largest < 1e9 ? ("ms", 1e6, 0) : ("s", 1e9, largest < 1e11 ? 1 : 0)
        let text = interval(estimate) { Figure.decimal($0 / scale, places: places) }
        return text == "too few" ? text : text + unit
    }

    /// `0.8…1.5`; an end that the data do not bound is left open.
    static func interval(_ estimate: Estimate?, _ text: (Double) -> String) -> String {
        guard let estimate else { return "" }
        switch (estimate.lower.isFinite, estimate.upper.isFinite) {
        case (true, true): return "\(text(estimate.lower))…\(text(estimate.upper))"
        case (true, false): return "\(text(estimate.lower))…?"
        case (false, true): return "?…\(text(estimate.upper))"
        case (false, false): return "too few"
        }
    }
}
