import Cells
import Display
import Experiments
import Prompts
import TraceModel

/// Two calls beside each other: what was said to both, word by word, what they answered, their figures.
struct PairScreen: Screen {
    static let place = Place(title: "Two calls")

    enum Slot {
        static let calls = 0
    }

    /// Which of the calls' texts are shown.
    enum View: Hashable, Sendable { case answers, inputs }

    private let keys: [SpanKey]
    private let names: [String]
    /// What a run made of the call; then only answers are there at once.
    private var outcomes: [CallOutcome]
    private(set) var inputs: [String] = []
    var view = View.answers
    private var rows = DiffRows("", width: 80)
    private var place = ListState(isSelectable: false)
    private var size = Size(width: 0, height: 0)
    private var loader = Loader(slot: Slot.calls)
    /// Which variant of the run stands at the right.
    private var variant = 0
    private let tried: [CallOutcome]

    /// Two spans.
    init(_ left: StoredSpan, _ right: StoredSpan) {
        keys = [left.span.key, right.span.key]
        names = [left.span.name, right.span.name]
        outcomes = []
        tried = []
    }

    /// A recorded call and what a run made of it.
    init(_ table: RunTable, _ row: RunTable.Row) {
        keys = [row.key]
        names = ["recorded"] + table.plan.variants.map(\.title)
        tried = row.tried.map { $0 ?? CallOutcome(error: "not asked yet") }
        outcomes = [row.recorded] + (tried.first.map { [$0] } ?? [])
    }

    var title: String { "two calls" }
    private var isOfRun: Bool { keys.count == 1 }

    func status(overview: StoreOverview?) -> StatusLine {
        let facts: [StatusLine.Fact] = [.init(view == .answers ? "answers" : "what was said to them")]
        return StatusLine(left: .path(["two calls"] + shownNames), facts: facts)
    }

    private var shownNames: [String] { isOfRun ? [names[0], names[min(variant + 1, names.count - 1)]] : names }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        if inputs.isEmpty { loader.ask(.contents(keys), &scope) }
        layOut()
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        guard case .contents(let loaded) = answer, loader.accept(id) != .stale else { return }
        inputs = loaded.map { loaded in
            switch loaded.detail.input {
            case .notCaptured: ""
            case .value(let text): text
            case .messages(let messages): ConversationSource.text(of: messages)
            }
        }
        if !isOfRun, loaded.count == 2 {
            outcomes = loaded.map { CallOutcome($0.stored.span, $0.detail) }
        }
        layOut()
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) { _ = loader.accept(id) }

    private mutating func layOut() {
        let text = PairLayout(size).text
        switch view {
        case .answers:
            let (left, right) = (outcomes.first, outcomes.count > 1 ? outcomes[1] : nil)
            rows = DiffRows(
                TextDiff(old: left.map(Self.text) ?? "", new: right.map(Self.text) ?? ""), isDivided: size.width >= 100,
                width: text.width)
        case .inputs where inputs.count > 1:
            rows = DiffRows(
                TextDiff(old: inputs[0], new: inputs[1]), isDivided: size.width >= 100, width: text.width)
        case .inputs: rows = DiffRows(inputs.first ?? "", width: text.width)
        }
        place.resize(count: rows.count, height: text.height)
    }

    private static func text(_ outcome: CallOutcome) -> String {
        outcome.error.map { "failed: " + $0 + "\n" + outcome.answer } ?? outcome.answer
    }

    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move(.left), .move(.right): tried.count > 1
        case .move, .nextPane, .previousPane, .copy: true
        case .nextMatch, .previousMatch: !rows.changeStarts.isEmpty
        default: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(.left): show(variant - 1)
        case .move(.right): show(variant + 1)
        case .move(let motion): place.move(motion)
        case .nextPane, .previousPane:
            view = view == .answers ? .inputs : .answers
            place.scroll(to: 0)
            layOut()
        case .copy: if outcomes.count > 1 { scope.copy(outcomes[1].answer, what: "the answer at the right") }
        case .nextMatch: place.scroll(to: rows.change(from: place.top, 1) ?? place.top)
        case .previousMatch: place.scroll(to: rows.change(from: place.top, -1) ?? place.top)
        default: break
        }
    }

    private mutating func show(_ index: Int) {
        guard !tried.isEmpty else { return }
        variant = (index + tried.count) % tried.count
        outcomes = [outcomes[0], tried[variant]]
        layOut()
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) { place.scroll(by: rows) }

    static let commands: [Command] = [
        command(
            "pair.inputs", "answers, inputs", ["i"], hint: .of("answers/inputs", order: 20, rank: 20),
            help: "Show what was said to both calls, or what they answered.",
            do: { screen, scope in screen.perform(.nextPane, &scope) })
    ]

    func draw(into canvas: inout Canvas, _ scene: Scene) {
        let layout = PairLayout(canvas.size)
        canvas.draw(in: layout.figures) { drawFigures(into: &$0, scene) }
        canvas.draw(in: layout.rule) {
            Section.draw(view == .answers ? "answers" : "what was said to them", into: &$0, y: 0, scene)
        }
        canvas.draw(in: layout.text) { rows.draw(into: &$0, place, scene) }
        rows.join(layout.rule, of: layout.text, into: &canvas, scene)
    }

    private func drawFigures(into canvas: inout Canvas, _ scene: Scene) {
        guard outcomes.count > 1 else {
            canvas.write("reading", at: Point(x: 1, y: 0), scene[.dim])
            return
        }
        let column = min(34, max(10, (canvas.width - 24) / 2))
        let x = [1, 13, 15 + column, 17 + 2 * column]
        for (index, name) in shownNames.prefix(2).enumerated() {
            canvas.write(name, at: Point(x: x[index + 1], y: 0), scene[.strong], maxWidth: column, overflow: .ellipsis)
        }
        for (index, row) in OutcomeComparison(outcomes[0], outcomes[1]).rows.enumerated()
        where index + 1 < canvas.height {
            canvas.write(row.label, at: Point(x: x[0], y: index + 1), scene[.dim], maxWidth: 11)
            canvas.write(
                row.before, at: Point(x: x[1], y: index + 1), scene[.text], maxWidth: column, overflow: .ellipsis)
            canvas.write(
                row.after, at: Point(x: x[2], y: index + 1), scene[.text], maxWidth: column, overflow: .ellipsis)
            let role: Role = row.change.hasPrefix("-") == row.isWorseWhenMore ? .good : .warning
            canvas.write(row.change, at: Point(x: x[3], y: index + 1), scene[role])
        }
    }
}

/// Where the parts of two calls lie.
struct PairLayout {
    let figures: Rect
    let rule: Rect
    let text: Rect

    init(_ size: Size) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let parts = all.rows([.fixed(min(8, size.height / 2)), .fixed(size.height >= 6 ? 1 : 0), .rest])
        figures = parts[0]
        rule = parts[1]
        text = parts[2]
    }
}
