import Assignment
import Cells
import Display
import TraceModel

/// Two tests at once: what share of the sessions gets each pair of variants, exact, and which pairs nobody ever gets.
struct JointScreen: Screen {
    static let place = Place(title: "Joint table")

    /// A test that divides sessions: a config or a prompt A/B test.
    struct Test: Sendable {
        let name: String
        let variants: [String]
        let split: WeightedSplit
    }

    let first: Test
    let others: [Test]
    private var index = 0

    init(_ first: Test, others: [Test]) {
        self.first = first
        self.others = others
    }

    var title: String { "joint table" }

    func status(overview: StoreOverview?) -> StatusLine {
        StatusLine(left: .path(["configs", first.name, "joint table"]), facts: [])
    }

    mutating func appear(_ scope: inout Scope) {}
    mutating func storeChanged(_ scope: inout Scope) {}
    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {}

    func offers(_ gesture: Gesture) -> Bool {
        if case .move = gesture { others.count > 1 } else { false }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        guard case .move(let motion) = gesture else { return }
        switch motion {
        case .up, .left: index = (index + others.count - 1) % others.count
        case .down, .right: index = (index + 1) % others.count
        default: break
        }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {}
    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {}

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard others.indices.contains(index) else { return }
        let other = others[index]
        let overlap = SplitOverlap(first.split, other.split)
        canvas.write(first.name, at: Point(x: 1, y: 0), scene[.strong].adding(.bold), maxWidth: canvas.width / 2)
        let x = min(canvas.width / 3, 30)
        let counter = others.count > 1 ? "   \(index + 1) of \(others.count)" : ""
        canvas.write(
            "against \(other.name)\(counter)", at: Point(x: x, y: 0), scene[.accent], maxWidth: canvas.width - x - 1,
            overflow: .ellipsis)
        drawTable(overlap, other, from: x, into: &canvas, scene)
        drawEmptyPairs(overlap, other, y: first.variants.count + 5, into: &canvas, scene)
    }

    private func drawTable(
        _ overlap: SplitOverlap, _ other: Test, from x: Int, into canvas: inout Canvas, _ scene: Scene
    ) {
        let width = max(11, min(24, (canvas.width - x - 2) / max(1, other.variants.count)))
        for (column, name) in other.variants.enumerated() {
            canvas.writeRight(
                name, endingAt: x + (column + 1) * width, y: 2, scene[Role.variant(column)],
                maxWidth: width - 2)
        }
        let hidden = other.variants.count - max(0, (canvas.width - x) / width)
        if hidden > 0 {
            canvas.write(
                "\(Figure.count(hidden, "more variant")) of \(other.name): the screen is too narrow for all",
                at: Point(x: 1, y: first.variants.count + 3), scene[.dim], maxWidth: canvas.width - 2,
                overflow: .ellipsis)
        }
        for (row, name) in first.variants.enumerated() {
            canvas.write(
                name, at: Point(x: 1, y: row + 3), scene[Role.variant(row)], maxWidth: x - 2,
                overflow: .ellipsis)
            for column in other.variants.indices {
                let share = overlap.cell(row: row, column: column).map { Double($0.buckets) / Double(Bucket.count) }
                canvas.writeRight(
                    share.map { Figure.share($0) } ?? scene.glyphs.none, endingAt: x + (column + 1) * width,
                    y: row + 3, scene[share == nil ? .warning : .text], maxWidth: width - 1)
            }
        }
    }

    private func drawEmptyPairs(
        _ overlap: SplitOverlap, _ other: Test, y: Int, into canvas: inout Canvas, _ scene: Scene
    ) {
        var y = y
        func line(_ text: String, _ role: Role) {
            for part in TextFlow.lines(text, width: max(10, canvas.width - 2)) where y < canvas.height {
                canvas.write(part, at: Point(x: 1, y: y), scene[role])
                y += 1
            }
        }
        let empty = overlap.emptyPairs
        if empty.isEmpty {
            line("By weight every pair of variants is seen by somebody.", .good)
        }
        for pair in empty {
            line(
                "By weight nobody has \(first.variants[pair.row]) of \(first.name) and \(other.variants[pair.column]) of "
                    + "\(other.name).", .warning)
        }
        y += 1
        line(
            "A session has the same bucket in every test, so the tests are not independent: compare variants of one within "
                + "a variant of the other. Targets and rules are not in this table: they can still pair any two.", .dim)
    }
}

extension JointScreen.Test {
    init(_ config: ModelConfig, isDraft: Bool = false) {
        self.init(
            name: config.key + (isDraft ? " (draft)" : ""), variants: config.variants.map { $0.model ?? "(no model)" },
            split: config.split)
    }
}
