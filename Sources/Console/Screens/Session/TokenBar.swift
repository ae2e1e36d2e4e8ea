import Cells
import Display

/// Where the tokens went, as one bar with its words on one row.
enum TokenBar {
    /// Draws it over a line across: the bar, then the largest shares in words as far as there is room.
    static func draw(_ shares: TokenShares, into canvas: inout Canvas, y: Int, _ scene: Scene) {
        guard shares.total > 0, canvas.width >= 50 else { return }
        let width = min(40, canvas.width / 4)
        let kinds = TokenShares.Kind.allCases.filter { shares[$0] > 0 }
        var x = 1 + canvas.write("tokens ", at: Point(x: 1, y: y), scene[.dim])
        let bar = ShareBar(kinds.map { ShareBar.Part(shares[$0] / shares.total, scene[role(of: $0)]) })
        bar.draw(into: &canvas, in: Rect(x: x, y: y, width: width, height: 1), glyphs: scene.glyphs)
        x += width + 1
        for (kind, percent) in zip(kinds, wholePercents(of: kinds.map { shares[$0] / shares.total })) {
            let text = " \(kind.title) \(percent)% "
            guard x + text.utf8.count + 1 < canvas.width else { break }
            x += canvas.write(text, at: Point(x: x, y: y), scene[role(of: kind)])
        }
    }

    /// Shares that make one together, as whole percents that make a hundred: those cut off most are rounded up.
    static func wholePercents(of shares: [Double]) -> [Int] {
        let exact = shares.map { $0 * 100 }
        var percents = exact.map { Int($0) }
        let byRest = exact.indices.sorted { exact[$0] - Double(percents[$0]) > exact[$1] - Double(percents[$1]) }
        for index in byRest.prefix(max(0, 100 - percents.reduce(0, +))) { percents[index] += 1 }
        return percents
    }

    private static func role(of kind: TokenShares.Kind) -> Role {
        switch kind {
        case .system: .dim
        case .history: .heading
        case .new: .llm
        case .tools: .tool
        case .retrieved: .retrieval
        case .answer: .good
        }
    }
}
