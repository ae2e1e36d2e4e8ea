import Cells
import Display

/// The bar on top: tabs at the left, health at the right.
enum TopBar {
    /// Where a tab's name lies.
    private struct Placed {
        let index: Int
        let x: Int
        let width: Int
        let number: String
        let title: String
    }

    private static let name = "fallom"

    private static func places(_ state: ConsoleState, width: Int) -> [Placed] {
        // On narrow screens the program's name goes first, then the titles of the tabs that are not shown.
        var x = width >= 60 ? 1 + name.utf8.count + 2 : 0
        var placed: [Placed] = []
        for (index, tab) in state.tabs.enumerated() {
            let isShort = width < 40 && index != state.activeTab
            let number = String(index + 1)
            let title = isShort ? "" : tab.place.title
            let width = number.utf8.count + (title.isEmpty ? 0 : 1 + displayWidth(of: title)) + 2
            placed.append(Placed(index: index, x: x, width: width, number: number, title: title))
            x += width
        }
        return placed
    }

    static func tab(at x: Int, state: ConsoleState) -> Int? {
        places(state, width: state.size.width).first { x >= $0.x && x < $0.x + $0.width }?.index
    }

    static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ scene: Scene) {
        canvas.fill(scene[.bar])
        if canvas.width >= 60 { canvas.write(name, at: Point(x: 1, y: 0), scene[.accent].adding(.bold)) }
        var end = 0
        for tab in places(state, width: canvas.width) {
            let isActive = tab.index == state.activeTab
            let rect = Rect(x: tab.x, y: 0, width: tab.width, height: 1)
            if isActive { canvas.tint(rect, scene[.tab]) }
            canvas.write(tab.number, at: Point(x: tab.x + 1, y: 0), scene[isActive ? .accent : .dim])
            let style = isActive ? scene[.strong].adding(.bold) : scene[.heading]
            canvas.write(tab.title, at: Point(x: tab.x + 2 + tab.number.utf8.count, y: 0), style)
            end = tab.x + tab.width
        }
        drawHealth(state, into: &canvas, from: end + 1, scene)
    }

    // MARK: - Health

    /// A piece of the right side and what it is worth.
    private struct Piece {
        let text: StyledText
        /// The lowest stays.
        let rank: Int
        /// Columns kept free for the sparkline before the text.
        var spark = 0
        /// Whether it is the rate, which the sparkline stands before.
        var isRate = false

        var width: Int { spark + text.width }
    }

    /// The columns of the sparkline with the space behind it: a second each.
    private static let longestSpark = 13
    private static let shortestSpark = 5

    private static func drawHealth(_ state: ConsoleState, into canvas: inout Canvas, from left: Int, _ scene: Scene) {
        var pieces = pieces(state, scene)
        func width() -> Int { pieces.reduce(0) { $0 + $1.width } + 2 * max(0, pieces.count - 1) }
        while !pieces.isEmpty, left + width() + 1 > canvas.width {
            let worst = pieces.indices.max { pieces[$0].rank < pieces[$1].rank } ?? 0
            // The picture of the rate goes before any figure does.
            if let drawn = pieces.firstIndex(where: { $0.spark > 0 }), pieces[worst].rank <= 6 {
                pieces[drawn].spark = 0
            } else {
                pieces.remove(at: worst)
            }
        }
        // It gets what the figures leave: by it one sees at a glance that spans come.
        let spare = canvas.width - left - width() - 1
        if let cut = pieces.firstIndex(where: { $0.isRate && $0.spark == 0 }), spare >= shortestSpark {
            pieces[cut].spark = min(longestSpark, spare)
        }
        var x = canvas.width - 1 - width()
        for piece in pieces {
            if piece.spark > 0 {
                Sparkline(state.pulse.perSecond.map(Double.init), style: scene[.llm]).draw(
                    into: &canvas, in: Rect(x: x, y: 0, width: piece.spark - 1, height: 1), glyphs: scene.glyphs)
            }
            x += piece.spark
            x += canvas.write(piece.text, at: Point(x: x, y: 0)) + 2
        }
    }

    private static func pieces(_ state: ConsoleState, _ scene: Scene) -> [Piece] {
        var pieces: [Piece] = []
        if let activity = state.health.activity {
            pieces.append(Piece(text: StyledText(activity, scene[.accent]), rank: 5))
        }
        for (index, source) in state.health.sources.enumerated() {
            pieces.append(Piece(text: text(of: source, scene), rank: rank(of: source, index)))
        }
        let pulse = state.pulse
        // As wide for most rates, so that what stands before it does not move.
        var rate = StyledText(Shortened.padded(rateText(pulse.rate), width: 3, .right), scene[.text])
        rate.append("/s", scene[.dim])
        pieces.append(Piece(text: rate, rank: 3, spark: longestSpark, isRate: true))
        if let p95 = pulse.sample.latencyP95 {
            var text = StyledText("p95 ", scene[.dim])
            let role: Role = p95 >= SlowCall.latency ? .warning : .text
            text.append(Figure.duration(p95), scene[role])
            pieces.append(Piece(text: text, rank: 6))
        }
        if pulse.sample.spans > 0 {
            var text = StyledText("err ", scene[.dim])
            let role: Role = pulse.sample.errors > 0 ? .warning : .text
            text.append(errorText(pulse.sample), scene[role])
            pieces.append(Piece(text: text, rank: 4))
        }
        if state.health.droppedTotal > 0 {
            let text = scene.glyphs.warning + " " + Figure.compact(state.health.droppedTotal) + " dropped"
            pieces.append(Piece(text: StyledText(text, scene[.warning]), rank: 0))
        }
        return pieces
    }

    private static func rank(of source: ConsoleHealth.Source, _ index: Int) -> Int {
        if case .failed = source.state { return 1 }
        return 10 + index
    }

    /// `● http 4318`, `○ http 4318 elsewhere`, `✗ http 4318 taken`.
    static func text(of source: ConsoleHealth.Source, _ scene: Scene) -> StyledText {
        var text = StyledText()
        switch source.state {
        case .listening:
            text.append(scene.glyphs.dot, scene[.good])
            text.append(" " + source.name, scene[.dim])
        case .elsewhere:
            text.append(scene.glyphs.ring, scene[.dim])
            text.append(" " + source.name + " elsewhere", scene[.dim])
        case .failed(let reason):
            text.append(scene.glyphs.failure, scene[.error])
            text.append(" " + source.name + (reason.isEmpty ? "" : " " + reason), scene[.warning])
        }
        return text
    }

    /// A share of few calls says more than is known: they are counted.
    private static func errorText(_ sample: Pulse.Sample) -> String {
        sample.errors > 0 && sample.spans < 20
            ? "\(sample.errors) of \(sample.spans)" : Figure.percent(sample.errors, of: sample.spans)
    }

    /// Rates below ten have one place.
    private static func rateText(_ rate: Double) -> String {
        if rate <= 0 { return "0" }
        if rate < 9.95 {
            let tenths = Int((rate * 10).rounded())
            return "\(tenths / 10).\(tenths % 10)"
        }
        return Figure.compact(Int(min(rate.rounded(), 1e12)))
    }
}
