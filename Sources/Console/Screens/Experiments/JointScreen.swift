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

    func offers(_ gesture: Gesture) -> Bool {
        if case .move = gesture { others.count > 1 } else { false }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        guard case .move(let motion) = gesture else { return }
        switch motion {
        case .up, .left: move(-1, &scope)
        case .down, .right: move(1, &scope)
        default: break
        }
    }

    /// Tables one below the other, as many as there is room for, the selected one first.
    func draw(into canvas: inout Canvas, _ scene: Scene) {
        guard others.indices.contains(index) else { return }
        let wrapped = TextFlow.lines(Self.advice, width: max(10, canvas.width - 2))
        let room = canvas.height - wrapped.count - 1
        var y = 0
        for step in others.indices {
            let other = others[(index + step) % others.count]
            let table = Table(first, other, isSelected: step == 0)
            let lines = table.remarks(width: canvas.width - 2)
            guard step == 0 || y + table.height + lines.count <= room else { break }
            let counter = others.count > 1 ? "   \((index + step) % others.count + 1) of \(others.count)" : ""
            let top = y
            canvas.draw(in: canvas.bounds.inset(top: top)) { table.draw(counter: counter, into: &$0, scene) }
            y += table.height
            for (line, role) in lines where y < canvas.height {
                canvas.write(line, at: Point(x: 1, y: y), scene[role])
                y += 1
            }
            y += 1
        }
        for line in wrapped where y < canvas.height {
            canvas.write(line, at: Point(x: 1, y: y), scene[.dim])
            y += 1
        }
    }

    private static let advice =
        "A session has the same bucket in every test, so the tests are not independent: compare variants of one within a "
        + "variant of the other. Targets and rules are not in this table: they can still pair any two."

    static let commands: [Command] = [
        command(
            "joint.next", "next test", ["]"], hint: .of([.left, .right], "other tests", order: 12, rank: 15),
            help: "Set it beside the next test.", when: { $0.others.count > 1 },
            otherwise: { _ in "there is one other test" }, do: { $0.move(1, &$1) }),
        command(
            "joint.previous", "test before", ["["], help: "Set it beside the test before.",
            when: { $0.others.count > 1 }, otherwise: { _ in "there is one other test" }, do: { $0.move(-1, &$1) }),
    ]

    private mutating func move(_ step: Int, _ scope: inout Scope) {
        index = (index + step + others.count) % others.count
    }
}

extension JointScreen {
    /// The shares of one test's variants in another's.
    private struct Table {
        let first: Test
        let other: Test
        let isSelected: Bool
        let overlap: SplitOverlap

        init(_ first: Test, _ other: Test, isSelected: Bool) {
            (self.first, self.other, self.isSelected) = (first, other, isSelected)
            overlap = SplitOverlap(first.split, other.split)
        }

        /// Rows of the title, the other's variants, and the own ones, with a free one below the titles and the table.
        var height: Int { first.variants.count + 4 }

        func draw(counter: String, into canvas: inout Canvas, _ scene: Scene) {
            canvas.write(first.name, at: Point(x: 1, y: 0), scene[.strong].adding(.bold), maxWidth: canvas.width / 2)
            let x = min(canvas.width / 3, 30)
            canvas.write(
                "against \(other.name)\(counter)", at: Point(x: x, y: 0), scene[isSelected ? .accent : .heading],
                maxWidth: canvas.width - x - 1, overflow: .ellipsis)
            let width = max(11, min(24, (canvas.width - x - 2) / max(1, other.variants.count)))
            for (column, name) in other.variants.enumerated() {
                canvas.writeRight(
                    name, endingAt: x + (column + 1) * width, y: 2, scene[Role.variant(column)], maxWidth: width - 2)
            }
            drawHidden(other.variants.count - max(0, (canvas.width - x) / width), into: &canvas, scene)
            for row in first.variants.indices { drawRow(row, from: x, width: width, into: &canvas, scene) }
        }

        private func drawHidden(_ count: Int, into canvas: inout Canvas, _ scene: Scene) {
            guard count > 0 else { return }
            canvas.write(
                "\(Figure.count(count, "more variant")) of \(other.name): the screen is too narrow for all",
                at: Point(x: 1, y: first.variants.count + 3), scene[.dim], maxWidth: canvas.width - 2,
                overflow: .ellipsis)
        }

        private func drawRow(_ row: Int, from x: Int, width: Int, into canvas: inout Canvas, _ scene: Scene) {
            canvas.write(
                first.variants[row], at: Point(x: 1, y: row + 3), scene[Role.variant(row)], maxWidth: x - 2,
                overflow: .ellipsis)
            for column in other.variants.indices {
                let share = overlap.cell(row: row, column: column).map { Double($0.buckets) / Double(Bucket.count) }
                canvas.writeRight(
                    share.map { Figure.share($0) } ?? scene.glyphs.none, endingAt: x + (column + 1) * width,
                    y: row + 3, scene[share == nil ? .warning : .text], maxWidth: width - 1)
            }
        }

        /// Which pairs nobody gets.
        func remarks(width: Int) -> [(String, Role)] {
            let empty = overlap.emptyPairs
            guard !empty.isEmpty else { return [("By weight every pair of variants is seen by somebody.", .good)] }
            return empty.flatMap { pair in
                TextFlow.lines(
                    "By weight nobody has \(first.variants[pair.row]) of \(first.name) and "
                        + "\(other.variants[pair.column]) of \(other.name).", width: max(10, width)
                ).map { ($0, Role.warning) }
            }
        }
    }
}

extension JointScreen.Test {
    init(_ config: ModelConfig, isDraft: Bool = false) {
        self.init(
            name: config.key + (isDraft ? " (draft)" : ""), variants: config.variants.map { $0.model ?? "(no model)" },
            split: config.split)
    }
}
