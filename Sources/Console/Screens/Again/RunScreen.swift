import Cells
import Display
import Experiments
import TraceModel

/// A run: what it is ordered with, how far it has come, and the pairs it gave, those that differ most first.
struct RunScreen: Screen {
    static let place = Place(title: "Run")

    enum Slot {
        static let estimate = 0
        static let run = 1
    }

    var form: RunForm
    /// The run's name; `nil` before it is begun.
    private(set) var name: String?
    private(set) var estimate: (calls: Int, likely: Int64, unknown: Int)?
    private(set) var standing: RunStanding?
    private(set) var table: RunTable?
    /// How it ended, or why it did not begin.
    private(set) var message: String?
    private(set) var isHeld = false
    /// Whether it ends after the calls under way.
    private(set) var isEnding = false
    /// The form's row, while there is no table.
    var row = 0
    var editing: InPlaceEditing<RunForm.Row>?
    /// The pairs.
    var pairs = ListState()
    private(set) var size = Size(width: 0, height: 0)
    private var estimateLoader = Loader(slot: Slot.estimate)
    private var runLoader = Loader(slot: Slot.run)

    init(filterText: String, filter: SpanFilter, variants: [CallVariant] = []) {
        form = RunForm(filterText: filterText, filter: filter, variants: variants)
    }

    var title: String { name ?? "run" }
    var isRunning: Bool { runLoader.isLoading }
    var needsClock: Bool { isRunning }
    var isUnderWay: Bool { isRunning }
    var backTitle: String { offers(.back) ? "stop" : "back" }
    var isTyping: Bool { editing != nil }
    var selectedRow: RunForm.Row { form.rows[min(row, form.rows.count - 1)] }

    var shownFailure: String? {
        let standing = RunLayout(size, self).standing
        return message.flatMap { standing.height > 2 && displayWidth(of: $0) <= standing.width - 2 ? $0 : nil }
    }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if isRunning {
            facts.append(
                isEnding ? .init("ending", .warning) : isHeld ? .init("held", .warning) : .init("asking", .accent))
        } else if table != nil {
            facts.append(.init(standing.map { $0.done == $0.total } == true ? "done" : "not whole", .plain))
        }
        return StatusLine(left: .path(["run", name ?? "new"]), facts: facts)
    }

    // MARK: - Asking

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        pairs.resize(height: RunLayout(size, self).pairs.height)
        if name == nil { askForEstimate(&scope) }
    }

    private mutating func askForEstimate(_ scope: inout Scope) {
        guard !form.variants.isEmpty else {
            estimate = nil
            return estimateLoader.forget()
        }
        estimateLoader.ask(.run(.estimate(form.order(named: ""))), &scope)
    }

    /// Begins the run, or goes on with it.
    mutating func start(_ scope: inout Scope) {
        message = nil
        (isHeld, isEnding) = (false, false)
        if let name {
            runLoader.ask(.run(.resume(name, concurrency: form.concurrency)), &scope)
        } else {
            let name = Self.name(at: scope.now)
            self.name = name
            runLoader.ask(.run(.start(form.order(named: name))), &scope)
        }
    }

    private static func name(at time: Timestamp) -> String {
        "run-" + ISO8601.string(time).prefix(19).filter { $0.isNumber || $0 == "T" }
    }

    mutating func hold(_ scope: inout Scope) {
        guard let name, isRunning, !isEnding else { return }
        isHeld.toggle()
        scope.holdRun(name, isHeld)
    }

    mutating func stop(_ scope: inout Scope) {
        guard let name, isRunning else { return }
        isEnding = true
        scope.stopRun(name)
        scope.tell("ending after the calls under way; Esc leaves, t goes on later")
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        guard case .run(let news) = answer else { return }
        switch news {
        case .estimate(let calls, let likely, let unknown):
            if estimateLoader.accept(id) != .stale { estimate = (calls, likely, unknown) }
        case .standing(let standing):
            if runLoader.awaits(id) { self.standing = standing }
        case .table(let table, let standing, let message):
            guard runLoader.accept(id) != .stale else { return }
            self.table = table
            self.standing = standing
            self.message = message
            pairs.resize(count: table.rows.count, height: RunLayout(size, self).pairs.height)
        }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        if estimateLoader.accept(id) != .stale { estimate = nil }
        guard runLoader.accept(id) != .stale else { return }
        message = scope.reason
        // What did not begin has no name yet.
        if standing == nil { name = nil }
    }

    // MARK: - Keys

    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move(.left), .move(.right): false
        case .move: name == nil || table != nil
        case .open: name == nil || table.map { !$0.rows.isEmpty } ?? false
        case .copy: table != nil
        // Whoever leaves at once would leave a run that goes on, with nobody to hold or to stop it.
        case .back: isRunning && !isEnding
        default: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion)
        case .open: open(&scope)
        case .back: stop(&scope)
        case .copy:
            if let name { scope.copy("fallom run-variants --table \(name)", what: "the command that prints the table") }
        default: break
        }
    }

    private mutating func move(_ motion: Motion) {
        guard table == nil else { return pairs.move(motion) }
        switch motion {
        case .up: row = max(0, row - 1)
        case .down: row = min(form.rows.count - 1, row + 1)
        case .first: row = 0
        case .last: row = form.rows.count - 1
        default: break
        }
    }

    private mutating func open(_ scope: inout Scope) {
        if let table {
            guard let index = pairs.selected, table.rows.indices.contains(index) else { return }
            scope.move(.open(PairScreen(table, table.rows[index])))
        } else {
            editing = InPlaceEditing(selectedRow, form.text(selectedRow))
        }
    }

    mutating func type(_ key: Key, _ scope: inout Scope) -> Bool {
        guard var editing else { return false }
        let goesOn = editing.take(key) {
            form.set($0, $1, now: scope.now, VariantText(scope.workspace, scope.drafts))
        }
        self.editing = goesOn ? editing : nil
        if key == .enter, !goesOn {
            row = min(row, form.rows.count - 1)
            askForEstimate(&scope)
        }
        return true
    }

    mutating func paste(_ text: String, _ scope: inout Scope) { editing?.field.insert(text) }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let layout = RunLayout(size, self)
        if table != nil, layout.pairs.contains(point), let row = pairs.row(at: point.y - layout.pairs.y) {
            pairs.select(row)
        } else if name == nil, layout.form.contains(point) {
            row = min(form.rows.count - 1, point.y - layout.form.y)
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) { pairs.scroll(by: rows) }
}

/// Where the parts of a run lie.
struct RunLayout {
    let form: Rect
    let standing: Rect
    let comparisons: Rect
    let heads: Rect
    let pairs: Rect

    init(_ size: Size, _ screen: RunScreen) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let formRows = screen.table == nil ? screen.form.rows.count + 1 : 1
        let wanted = screen.table.map { min(12, $0.comparisons.count + 1) } ?? 0
        let parts = all.rows([
            .fixed(min(formRows, size.height)), .fixed(size.height > formRows + 2 ? 3 : 1),
            .fixed(min(wanted, max(0, (size.height - 6) / 2))), .fixed(size.height >= 8 ? 1 : 0), .rest,
        ])
        form = parts[0]
        standing = parts[1]
        comparisons = parts[2]
        heads = parts[3]
        pairs = parts[4]
    }
}
