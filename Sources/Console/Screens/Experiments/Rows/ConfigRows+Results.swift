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
            return
        }
        let title = "results of version \(results.version) from traces, \(screen.period.words)"
        rows.append(Row(content: .section(title), item: .results))
        guard results.sessions > 0 else {
            add(nil, ("no session is recorded with this version yet", .dim))
            if let said = results.leftOutSentence { addWrapped(said, .dim) }
            return
        }
        let table = ResultsTable(results, width: width)
        addLine(table.head)
        for lines in table.lines { for line in lines { addLine(line) } }
        add()
        for sentence in results.verdict { addWrapped(sentence, .strong) }
        if let ratio = results.ratioSentence {
            addWrapped((ratio.isOff ? "\(scene.glyphs.warning) " : "") + ratio.text, ratio.isOff ? .error : .good)
        }
        if let said = results.leftOutSentence { addWrapped(said, .dim) }
        if results.isPartial { addWrapped("older sessions are not counted: p looks at a shorter time", .dim) }
        add(nil, ("Enter shows calls, tokens and every interval", .dim))
    }

    private mutating func addLine(_ runs: [(String, Role)]) {
        var text = StyledText()
        for (run, role) in runs { text.append(run, scene[role]) }
        rows.append(Row(content: .text(text), item: nil))
    }

    private mutating func addWrapped(_ text: String, _ role: Role) {
        for line in TextFlow.lines(text, width: max(10, width)) { add(nil, (line, role)) }
    }
}

/// Results as a table of a pane's width: a row of figures for each variant and below it their intervals. Columns that
/// there is no room for are left out, the least telling first.
struct ResultsTable {
    private struct Column: Sendable {
        let title: String
        let width: Int
        /// The higher, the sooner it is left out.
        let rank: Int
        let figure: @Sendable (ConfigResults.Row) -> String
        let interval: @Sendable (ConfigResults.Row) -> String
    }

    private let columns: [Column]
    private let names: Int
    private let results: ConfigResults

    init(_ results: ConfigResults, width: Int) {
        self.results = results
        let all = Self.all
        var kept: [Int] = []
        var room = width - 12
        for index in all.indices.sorted(by: { all[$0].rank < all[$1].rank }) where all[index].width <= room {
            kept.append(index)
            room -= all[index].width
        }
        columns = kept.sorted().map { all[$0] }
        names = width - columns.reduce(0) { $0 + $1.width }
    }

    private static let all: [Column] = [
        Column(title: "SESSIONS", width: 9, rank: 0, figure: { Figure.count($0.sessions) }, interval: { _ in "" }),
        Column(
            title: "ERRORS", width: 9, rank: 1, figure: { ResultText.percent($0.errorShare) },
            interval: { ResultText.interval($0.errorShare, ResultText.barePercent) }),
        Column(
            title: "P50", width: 10, rank: 3, figure: { ResultText.time($0.latencyP50) },
            interval: { ResultText.timeInterval($0.latencyP50) }),
        Column(
            title: "P95", width: 10, rank: 5, figure: { ResultText.time($0.latencyP95) },
            interval: { ResultText.timeInterval($0.latencyP95) }),
        Column(
            title: "TTFT P50", width: 10, rank: 4, figure: { ResultText.time($0.firstTokenP50) },
            interval: { ResultText.timeInterval($0.firstTokenP50) }),
        Column(
            title: "COST/SESSION", width: 14, rank: 2, figure: { ResultText.money($0.costPerSession, $0) },
            interval: { ResultText.interval($0.costPerSession, ResultText.bareDollars) }),
    ]

    var head: [(String, Role)] {
        [(Self.padded("VARIANT", names), .heading)] + columns.map { (Self.right($0.title, $0.width), .heading) }
    }

    /// For each variant its figures and, below, their intervals.
    var lines: [[[(String, Role)]]] {
        results.rows.map { row in
            let role = Role.variant(row.variantIndex)
            let name: (String, Role) = (Self.padded("\(row.variantIndex) \(row.name)", names), role)
            let figures = columns.map { (Self.right($0.figure(row), $0.width), Role.text) }
            guard row.sessions > 0 else { return [[name] + figures] }
            let intervals = columns.map { (Self.right($0.interval(row), $0.width), Role.dim) }
            return [[name] + figures, [(Self.padded("", names), .dim)] + intervals]
        }
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - displayWidth(of: text))) + text
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        var short = text
        while displayWidth(of: short) >= max(2, width), short.count > 1 { short = short.dropLast(2) + "…" }
        return short + String(repeating: " ", count: max(0, width - displayWidth(of: short)))
    }
}

/// Figures of results as text.
enum ResultText {
    static func percent(_ estimate: Estimate?) -> String { estimate.map { barePercent($0.value) + "%" } ?? "" }
    static func barePercent(_ share: Double) -> String { Figure.decimal(share * 100, places: 1) }
    static func time(_ estimate: Estimate?) -> String { estimate.map { Figure.duration($0.value) } ?? "" }
    static func money(_ estimate: Estimate?, _ row: ConfigResults.Row) -> String {
        estimate.map { (row.isCostEstimated ? "~" : "") + Figure.dollars($0.value) } ?? ""
    }
    static func bareDollars(_ dollars: Double) -> String { String(Figure.dollars(max(0, dollars)).dropFirst()) }
    static func count(_ value: Double) -> String { Figure.count(Int(min(max(0, value.rounded()), 9e18))) }

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
