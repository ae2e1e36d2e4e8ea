import Cells
import Display
import TraceModel

/// The columns of the list of sessions.
struct SessionTable {
    enum ColumnID: String, Hashable, Sendable, CaseIterable {
        case session, started, last, duration, config, customer, models, words, spans, calls, errors, tokens, cost, p50
        case p95, ttft, score
    }

    private let layout: ColumnLayout<ColumnID>
    private let wanted: [Column<ColumnID>]
    /// Those of them that have something in them.
    private let filled: [Column<ColumnID>]

    /// - Parameters:
    ///   - width: columns of the whole table.
    ///   - showsDates: whether times of other days than today are among the rows.
    ///   - chosen: the columns a person has chosen, in their order.
    ///   - sessions: what it shows: ids and models are whole where there is room.
    init(width: Int, showsDates: Bool, chosen: [String]? = nil, sessions: [SessionSummary] = []) {
        var columns = Self.columns(showsDates: showsDates, sessions)
        wanted = columns
        if chosen == nil, !sessions.contains(where: { !$0.scores.isEmpty }) { columns.removeAll { $0.id == .score } }
        layout = ColumnLayout(columns.chosen(chosen), width: max(1, width - 1))
        filled = columns
    }

    /// What of the wanted columns is on the screen: asked for by the list of columns alone, not for each picture.
    var fit: ColumnFit { ColumnFit(layout, wanted: wanted, filled: filled) }

    static func columns(showsDates: Bool, _ sessions: [SessionSummary] = []) -> [Column<ColumnID>] {
        let moment = showsDates ? 15 : 8
        let longestID = sessions.lazy.map { displayWidth(of: $0.sessionID) }.max() ?? 0
        let longestModels = sessions.lazy.map { displayWidth(of: Self.models(of: $0)) }.max() ?? 0
        return [
            Column(.session, "SESSION", least: 12, most: min(18, longestID), rank: 0),
            Column(.started, "STARTED", least: moment, rank: 16, from: 190),
            Column(.last, "LAST", least: 8, most: moment, rank: 3),
            Column(.duration, "LASTED", .right, least: 7, rank: 8, from: 90),
            Column(.config, "CONFIG", least: 10, most: 18, rank: 11, from: 110),
            Column(.customer, "CUSTOMER", least: 10, most: 16, rank: 10, from: 120),
            Column(.models, "MODELS", least: 12, most: min(30, longestModels), rank: 9, from: 130),
            Column(.words, "FIRST WORDS", least: 16, most: 90, rank: 14, from: 150),
            Column(.spans, "SPANS", .right, least: 6, rank: 15, from: 180),
            Column(.calls, "CALLS", .right, least: 6, rank: 1, gap: 1),
            Column(.errors, "ERRORS", .right, least: 7, rank: 2, gap: 1),
            Column(.tokens, "TOKENS", .right, least: 7, most: 9, rank: 5, gap: 1),
            Column(.cost, "COST", .right, least: 8, most: 9, rank: 4, gap: 1),
            Column(.p50, "P50", .right, least: 6, most: 7, rank: 13, gap: 1),
            Column(.p95, "P95", .right, least: 6, most: 7, rank: 6, gap: 1),
            Column(.ttft, "TTFT P95", .right, least: 8, rank: 7, gap: 1),
            Column(.score, "SCORE", least: 6, most: 20, rank: 6, from: 90),
        ]
    }

    private static func models(of session: SessionSummary) -> String { session.models.joined(separator: ", ") }

    /// Whether the column of first words is visible: they cost a look at the calls.
    var showsWords: Bool { layout[.words] != nil }

    /// The visible columns one can sort by, left to right.
    var sorts: [SessionSort] { layout.columns.compactMap { Self.sort(of: $0.column.id) } }

    func sort(at x: Int) -> SessionSort? { layout.column(at: x).flatMap(Self.sort) }

    private static func sort(of column: ColumnID) -> SessionSort? {
        switch column {
        case .session: .sessionID
        case .started: .startedAt
        case .last: .lastAt
        case .spans: .spans
        case .calls: .llmCalls
        case .errors: .errors
        case .tokens: .totalTokens
        case .cost: .cost
        case .p50: .latencyP50
        case .p95: .latencyP95
        case .ttft: .ttftP95
        case .duration: .duration
        case .config, .customer, .models, .words, .score: nil
        }
    }

    func drawTitles(into canvas: inout Canvas, sort: SessionSort, isDescending: Bool, _ scene: Scene) {
        for placed in layout.columns {
            let isSorted = Self.sort(of: placed.column.id) == sort
            layout.draw(placed.column.title, in: placed, into: &canvas, y: 0, scene[isSorted ? .strong : .heading])
            if isSorted { layout.drawSort(in: placed, isDescending: isDescending, into: &canvas, scene) }
        }
    }

    /// - Parameter words: the first words said in it, where they are known.
    func draw(
        _ session: SessionSummary, words: String?, into canvas: inout Canvas, y: Int, isSelected: Bool, _ scene: Scene
    ) {
        func put(_ text: String, _ column: ColumnID, _ role: Role = .text) {
            layout.draw(text, in: column, into: &canvas, y: y, scene[role])
        }
        func put(_ nanoseconds: Int64?, _ column: ColumnID, slow: Int64) {
            guard let nanoseconds else { return }
            put(Figure.duration(nanoseconds), column, nanoseconds >= slow ? .warning : .text)
        }
        if let column = layout[.session] {
            let style = isSelected ? scene[.strong].adding(.bold) : scene[.accent]
            let id = Shortened.middle(session.sessionID, width: column.width, ellipsis: scene.glyphs.ellipsis)
            layout.draw(id, in: column, into: &canvas, y: y, style)
            // The sign stands in the margin, where no id is moved by it.
            if session.kept?.isPinned == true, column.x > 0 {
                canvas.write("*", at: Point(x: column.x - 1, y: y), scene[.accent].adding(.bold))
            }
        }
        put(scene.wallClock.short(session.startedAt, now: scene.now), .started, .dim)
        if let last = layout[.last] {
            put(scene.moment(session.lastAt, width: last.width), .last, .dim)
        }
        put(Figure.duration(session.lastAt.nanoseconds(since: session.startedAt)), .duration, .dim)
        put(words ?? "", .words, .dim)
        put(session.configKey ?? "", .config, .heading)
        put(session.customerID ?? "", .customer)
        put(Self.models(of: session), .models, .heading)
        put(Figure.count(session.spans), .spans, .dim)
        put(Figure.count(session.llmCalls), .calls)
        if session.errors > 0 {
            put(scene.glyphs.failure + " " + Figure.count(session.errors), .errors, .error)
        } else {
            put(scene.glyphs.none, .errors, .dim)
        }
        if let tokens = layout[.tokens] {
            let long = Figure.count(session.totalTokens)
            put(long.utf8.count <= tokens.width ? long : Figure.compact(session.totalTokens), .tokens)
        }
        put(Figure.cost(session.cost), .cost, .dim)
        put(session.latencyP50Nanoseconds, .p50, slow: SlowCall.latency)
        put(session.latencyP95Nanoseconds, .p95, slow: SlowCall.latency)
        put(session.ttftP95Nanoseconds, .ttft, slow: SlowCall.firstToken)
        put(JudgedFacts.cell(session.scores), .score, JudgedFacts.role(session.scores))
        layout.sayEmpty(into: &canvas, y: y, scene)
    }

    /// So many columns show enough around a match.
    private static let snippetWidth = 40

    /// Writes the piece of content that a filter found over the first words, and over the models where these are narrow.
    func draw(_ snippet: Snippets.Snippet, into canvas: inout Canvas, y: Int, width: Int, _ scene: Scene) {
        let words = layout[.words]
        let isWide = words.map { $0.width >= Self.snippetWidth } ?? false
        let place = isWide ? words : layout[.models] ?? words ?? layout[.tokens] ?? layout[.calls]
        guard let place else { return }
        let end = words.map { $0.x + $0.width } ?? width - 1
        let room = end > place.x ? end - place.x : place.width
        snippet.draw(into: &canvas, in: Rect(x: place.x, y: y, width: room, height: 1), scene)
    }
}
