import Cells
import Display
import TraceModel

/// The columns of a list of spans.
struct SpanTable {
    enum ColumnID: String, Hashable, Sendable, CaseIterable {
        case time, session, customer, call, model, latency, bar, ttft, speed, tokens, cost, variant, prompt, score
    }

    private let layout: ColumnLayout<ColumnID>
    private let width: Int
    private let wanted: [Column<ColumnID>]
    /// Those of them that have something in them.
    private let filled: [Column<ColumnID>]

    /// - Parameters:
    ///   - chosen: the columns a person has chosen, in their order.
    ///   - spans: what is loaded: long models and ids make their columns wider, and without customers their column is left
    ///     out.
    init(width: Int, chosen: [String]? = nil, spans: [StoredSpan]) {
        self.width = width
        // Names are the same few, where models differ: in the middle widths the model is whole first.
        let isMiddle = (114..<150).contains(width)
        var columns = Self.columns(
            call: isMiddle ? 18 : 26, leastModel: isMiddle ? 14 : 9,
            model: Self.step([20, 26, 30], over: Self.longest(spans) { $0.span.model ?? "" }),
            session: Self.step([10, 14], over: Self.longest(spans) { $0.sessionID }))
        wanted = columns
        if chosen == nil, !spans.contains(where: { $0.customerID != nil }) { columns.removeAll { $0.id == .customer } }
        if chosen == nil, !spans.contains(where: { !$0.scores.isEmpty }) { columns.removeAll { $0.id == .score } }
        layout = ColumnLayout(columns.chosen(chosen), width: max(1, width - 1))
        filled = columns
    }

    /// What of the wanted columns is on the screen: asked for by the list of columns alone, not for each picture.
    var fit: ColumnFit { ColumnFit(layout, wanted: wanted, filled: filled) }

    /// The columns that the longest of the spans' texts takes. No text takes more of them than it has bytes, so that most
    /// need not be measured.
    private static func longest(_ spans: [StoredSpan], _ text: (StoredSpan) -> String) -> Int {
        spans.indices.reduce(0) { longest, index in
            let text = text(spans[index])
            return text.utf8.count > longest ? max(longest, displayWidth(of: text)) : longest
        }
    }

    /// The widths do not follow each row: columns that jump cannot be read.
    private static func step(_ widths: [Int], over longest: Int) -> Int {
        widths.first { $0 >= longest } ?? widths.last ?? longest
    }

    /// - Parameters:
    ///   - call: the most columns that a call's name takes.
    ///   - leastModel: the fewest columns that a model takes.
    ///   - model: the most columns that a model takes.
    ///   - session: the most columns that a session's id takes.
    static func columns(
        call: Int = 26, leastModel: Int = 9, model: Int = 20, session: Int = 14
    ) -> [Column<ColumnID>] {
        [
            Column(.time, "TIME", least: 8, most: 12, rank: 3),
            Column(.session, "SESSION", least: 10, most: session, rank: 4),
            Column(.customer, "CUSTOMER", least: 10, most: 14, rank: 12, from: 150),
            Column(.call, "CALL", least: 13, most: call, rank: 0, gap: 3),
            // Whole before the bar is wide.
            Column(.model, "MODEL", least: leastModel, most: model, rank: 5),
            Column(.latency, "LATENCY", .right, least: 6, most: 7, rank: 1),
            Column(.bar, "", least: 8, most: 60, rank: 9, gap: 2, from: 90),
            Column(.ttft, "TTFT", .right, least: 6, most: 7, rank: 6, gap: 1),
            Column(.speed, "TOK/S", .right, least: 5, rank: 13, gap: 1, from: 140),
            Column(.tokens, "TOKENS", .right, least: 10, most: 15, rank: 7),
            Column(.cost, "COST", .right, least: 8, most: 9, rank: 10, from: 96),
            Column(.variant, "VARIANT", .center, least: 7, rank: 11, from: 110),
            Column(.prompt, "PROMPT", least: 14, most: 22, rank: 8, from: 180),
            Column(.score, "SCORE", least: 6, most: 16, rank: 7, from: 100),
        ]
    }

    /// The titles; over the bars stands what their whole width means.
    func drawTitles(into canvas: inout Canvas, scale: Int64, _ scene: Scene) {
        layout.drawTitles(into: &canvas, y: 0, scene[.heading])
        guard let bar = layout[.bar], bar.width >= 4 else { return }
        canvas.writeRight(
            LatencyBar.text(scale: scale), endingAt: bar.x + bar.width, y: 0, scene[.dim], maxWidth: bar.width)
    }

    /// - Parameters:
    ///   - indent: how many rows above it are spans that it lies in.
    ///   - hasBar: whether the bar is drawn, which nothing is to be written over.
    func draw(
        _ stored: StoredSpan, indent: Int, into canvas: inout Canvas, y: Int, isSelected: Bool, scale: Int64,
        hasBar: Bool = true, _ scene: Scene
    ) {
        let span = stored.span
        let isFailed = span.status == .error
        if let time = layout[.time] {
            let text = scene.wallClock.cell(span.start, now: scene.now, width: time.width)
            layout.draw(text, in: time, into: &canvas, y: y, scene[.dim])
        }
        if let column = layout[.session] {
            let id = Shortened.middle(stored.sessionID, width: column.width, ellipsis: scene.glyphs.ellipsis)
            layout.draw(id, in: column, into: &canvas, y: y, scene[isSelected ? .strong : .accent])
        }
        layout.draw(stored.customerID ?? "", in: .customer, into: &canvas, y: y, scene[.text])
        drawCall(stored, indent: indent, into: &canvas, y: y, isSelected: isSelected, scene)
        layout.draw(span.model ?? "", in: .model, into: &canvas, y: y, scene[.heading])
        drawTimes(span, into: &canvas, y: y, scale: scale, hasBar: hasBar, scene)
        if isFailed, let message = span.errorMessage, let start = drawError(message, into: &canvas, y: y, span, scene) {
            return layout.sayEmpty(into: &canvas, y: y, before: start, scene)
        }
        drawFigures(stored, into: &canvas, y: y, scene)
        layout.sayEmpty(into: &canvas, y: y, scene)
    }

    /// Writes the piece of content that a filter found over the bar and the figures, which it takes the place of.
    func draw(_ snippet: Snippets.Snippet, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        guard let first = layout[.bar] ?? layout[.ttft] ?? layout[.speed] ?? layout[.tokens] ?? layout[.cost] else {
            return
        }
        snippet.draw(
            into: &canvas, in: Rect(x: first.x, y: y, width: max(0, width - 1 - first.x), height: 1), scene)
    }

    private func drawCall(
        _ stored: StoredSpan, indent: Int, into canvas: inout Canvas, y: Int, isSelected: Bool, _ scene: Scene
    ) {
        guard let call = layout[.call] else { return }
        let span = stored.span
        let isFailed = span.status == .error
        // How it went stands in a column of its own: it is seen without colours, and figures keep their place.
        let (sign, look): (String, Role) =
            if isFailed {
                (scene.glyphs.failure, .error)
            } else if span.isRunning {
                (scene.spinner, .accent)
            } else {
                (scene.glyphs.check, .dim)
            }
        canvas.write(sign, at: Point(x: call.x - 2, y: y), scene[look])
        let indent = min(indent, 4) * 2
        let role: Role = isFailed ? .error : span.kind == .tool || span.kind == .retrieval ? span.kind.role : .text
        let style = isSelected ? scene[isFailed ? .error : .strong].adding(.bold) : scene[role]
        canvas.write(
            span.name, at: Point(x: call.x + indent, y: y), style, maxWidth: max(0, call.width - indent),
            overflow: .ellipsis)
    }

    private func drawTimes(
        _ span: Span, into canvas: inout Canvas, y: Int, scale: Int64, hasBar: Bool, _ scene: Scene
    ) {
        let isFailed = span.status == .error
        let elapsed = span.elapsed(now: scene.now)
        if span.isRunning {
            layout.draw(Figure.elapsed(elapsed), in: .latency, into: &canvas, y: y, scene[.accent])
        } else {
            let role: Role = isFailed ? .error : elapsed >= SlowCall.latency ? .warning : .text
            layout.draw(Figure.duration(elapsed), in: .latency, into: &canvas, y: y, scene[role])
        }
        guard hasBar, let bar = layout[.bar] else { return }
        LatencyBar.draw(
            into: &canvas, at: Point(x: bar.x, y: y), width: bar.width, duration: elapsed,
            firstToken: span.timeToFirstTokenNanoseconds, scale: scale, role: isFailed ? .error : span.kind.role,
            isRunning: span.isRunning, scene)
    }

    /// Writes what failed where the figures would be, and gives the place; `nil` when there are figures to show.
    private func drawError(
        _ message: String, into canvas: inout Canvas, y: Int, _ span: Span, _ scene: Scene
    ) -> Int? {
        guard !span.usage.isPresent, span.cost == nil else { return nil }
        guard let first = layout[.ttft] ?? layout[.speed] ?? layout[.tokens] ?? layout[.cost] else { return nil }
        let line = paragraphs(of: message).first { !$0.isEmpty } ?? ""
        canvas.write(
            String(line), at: Point(x: first.x, y: y), scene[.error], maxWidth: max(0, width - 1 - first.x),
            overflow: .ellipsis)
        return first.x
    }

    private func drawFigures(_ stored: StoredSpan, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        let span = stored.span
        if let ttft = span.timeToFirstTokenNanoseconds {
            let role: Role = ttft >= SlowCall.firstToken ? .warning : .text
            layout.draw(Figure.duration(ttft), in: .ttft, into: &canvas, y: y, scene[role])
        }
        layout.draw(
            Figure.speed(span.outputMilliTokensPerSecond), in: .speed, into: &canvas, y: y, scene[.text])
        if let tokens = layout[.tokens] {
            layout.draw(
                tokenText(span.usage, width: tokens.width, scene), in: tokens, into: &canvas, y: y, scene[.text])
        }
        if let cost = span.cost { layout.draw(Figure.cost(cost), in: .cost, into: &canvas, y: y, scene[.dim]) }
        if layout[.variant] != nil, let index = scene.variant(of: stored) {
            layout.draw(VariantName.text(index), in: .variant, into: &canvas, y: y, scene[.variant(index)])
        }
        if !stored.scores.isEmpty {
            layout.draw(
                JudgedFacts.cell(stored.scores), in: .score, into: &canvas, y: y, scene[JudgedFacts.role(stored.scores)]
            )
        }
        if let key = span.promptKey {
            let text = key + (span.promptVersion.map { "@" + $0 } ?? "")
            layout.draw(text, in: .prompt, into: &canvas, y: y, scene[.dim])
        }
    }

    private func tokenText(_ usage: TokenUsage, width: Int, _ scene: Scene) -> String {
        let arrow = scene.glyphs.arrow
        let long = Figure.tokens(usage, arrow: arrow)
        if displayWidth(of: long) <= width { return long }
        return (usage.prompt.map { Figure.compact($0) + " " } ?? "") + arrow
            + (usage.completion.map { " " + Figure.compact($0) } ?? "")
    }
}
