import Cells
import Display
import Prompts
import TraceModel

/// Two versions of a config or of a prompt A/B test side by side, as their records stand in the files: what is saved
/// beside what others saved meanwhile, a draft beside what is served.
struct VersionsScreen: Screen {
    static let place = Place(title: "Versions compared")

    let kind: String
    let key: String
    let pairs: [VersionPair]
    private var index = 0
    private var isDivided = true
    private var place = ListState(isSelectable: false)
    private var size = Size(width: 0, height: 0)
    private var diff: TextDiff
    private var rows: DiffRows

    init(kind: String, key: String, pairs: [VersionPair]) {
        precondition(!pairs.isEmpty, "there is a pair to compare")
        self.kind = kind
        self.key = key
        self.pairs = pairs
        diff = TextDiff(old: pairs[0].old.text, new: pairs[0].new.text)
        rows = DiffRows(diff, isDivided: true, width: 80)
    }

    private var pair: VersionPair { pairs[index] }
    var title: String { "versions compared" }

    func status(overview: StoreOverview?) -> StatusLine {
        let count = diff.hunks(context: 0).count
        var facts: [StatusLine.Fact] = [
            .init(count == 0 ? "no difference" : Figure.count(count, "change"), count == 0 ? .quiet : .plain)
        ]
        if pairs.count > 1 { facts.append(.init("pair \(index + 1) of \(pairs.count)")) }
        return StatusLine(left: .path([kind, key, "\(pair.old.name) \u{2194} \(pair.new.name)"]), facts: facts)
    }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        layOut()
    }

    private mutating func layOut() {
        rows = DiffRows(diff, isDivided: isDivided, width: size.width)
        place.resize(count: rows.count, height: size.height - 1 - notes(size).count)
    }

    private mutating func show(_ next: Int) {
        index = (next + pairs.count) % pairs.count
        diff = TextDiff(old: pair.old.text, new: pair.new.text)
        place.scroll(to: 0)
        layOut()
    }

    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move(.left), .move(.right), .nextPane, .previousPane: pairs.count > 1
        case .move, .copy: true
        case .nextMatch, .previousMatch: !rows.changeStarts.isEmpty
        default: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(.right), .nextPane: show(index + 1)
        case .move(.left), .previousPane: show(index - 1)
        case .move(let motion): place.move(motion)
        case .nextMatch: place.scroll(to: rows.change(from: place.top, 1) ?? place.top)
        case .previousMatch: place.scroll(to: rows.change(from: place.top, -1) ?? place.top)
        case .copy: scope.copy(pair.new.text, what: "the record of \(pair.new.name)")
        default: break
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) { place.scroll(by: rows) }

    static let commands: [Command] = [
        command(
            "versions.unified", "side by side, unified", ["v"], hint: .of("side by side/unified", order: 20, rank: 30),
            help: "Show both records beside each other, or one below the other.",
            do: { screen, _ in
                screen.isDivided.toggle()
                screen.layOut()
            }),
        command(
            "versions.pair", "other pair", ["V"], hint: .of("other pair", order: 30, rank: 20),
            help: "Go on to the next pair: both against each other, each against what it was begun from.",
            when: { $0.pairs.count > 1 }, otherwise: { _ in "there is only this one" },
            do: { screen, _ in screen.show(screen.index + 1) }),
    ]

    private func notes(_ size: Size) -> [String] {
        Array(TextFlow.lines(pair.note, width: max(10, size.width - 2)).prefix(max(0, size.height / 4)))
    }

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let notes = notes(canvas.size)
        drawHeads(into: &canvas, scene)
        canvas.draw(in: canvas.bounds.inset(top: 1, bottom: notes.count)) { rows.draw(into: &$0, place, scene) }
        for (row, line) in notes.enumerated() {
            canvas.write(line, at: Point(x: 1, y: canvas.height - notes.count + row), scene[.strong])
        }
    }

    private func drawHeads(into canvas: inout Canvas, _ scene: Scene) {
        guard rows.isDivided else {
            canvas.write(
                "\(pair.old.name) \u{2194} \(pair.new.name)", at: Point(x: 1, y: 0), scene[.heading],
                maxWidth: canvas.width - 2, overflow: .ellipsis)
            return
        }
        let half = (canvas.width - 1) / 2
        canvas.write(
            pair.old.name, at: Point(x: 1, y: 0), scene[.heading], maxWidth: half - 2, overflow: .ellipsis)
        canvas.write(
            pair.new.name, at: Point(x: half + 2, y: 0), scene[.heading], maxWidth: canvas.width - half - 3,
            overflow: .ellipsis)
    }
}
