import Cells
import Display
import Experiments
import Prompts
import TraceModel

/// A recorded call asked again with something else: what is asked differently, both answers beside each other, their
/// figures.
struct TryScreen: Screen {
    static let place = Place(title: "Try again")

    enum Slot {
        static let call = 0
        static let trial = 1
    }

    let stored: StoredSpan
    private(set) var loaded: LoadedSpan?
    private(set) var recorded = CallOutcome()
    var form = TryForm()
    var field = TryForm.Field.prompt
    var editing: InPlaceEditing<TryForm.Field>?
    /// How far the trial has come; `nil` before the first.
    private(set) var trial: TrialState?
    /// What it asked differently.
    private(set) var asked: CallVariant?
    private(set) var startedAt: Timestamp?
    /// Why it could not be asked.
    private(set) var problem: String?
    /// The answers have the keys, not the form.
    var isReading = false
    /// Answers as they are, not what differs.
    var isPlain = false
    private(set) var rows = DiffRows("", width: 80)
    var place = ListState(isSelectable: false)
    private(set) var size = Size(width: 0, height: 0)
    private var callLoader = Loader(slot: Slot.call)
    private var trialLoader = Loader(slot: Slot.trial)

    init(_ stored: StoredSpan, _ variant: CallVariant = CallVariant()) {
        self.stored = stored
        form = TryForm(variant)
    }

    var title: String { "try again" }
    var isRunning: Bool { trialLoader.isLoading }
    var needsClock: Bool { isRunning }
    var isTyping: Bool { editing != nil }

    var shownFailure: String? {
        guard let problem else { return nil }
        let notes = TryLayout(size).notes
        return TextFlow.lines(problem, width: max(10, notes.width)).count <= notes.height ? problem : nil
    }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if isRunning {
            facts.append(.init("asking", .accent))
        } else if let trial, trial.isOver {
            facts.append(
                trial.recorded == nil
                    ? .init("not recorded", .warning) : .init("recorded in run:\(Trial.byHand)"))
        }
        return StatusLine(left: .path(["try again", stored.span.name]), facts: facts)
    }

    // MARK: - Reading and asking

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        form.offer(stored.span, scope.workspace, scope.drafts)
        if loaded == nil { callLoader.ask(.span(stored.span.key), &scope) }
        layOut()
    }

    mutating func workspaceChanged(_ scope: inout Scope) { form.offer(stored.span, scope.workspace, scope.drafts) }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        switch answer {
        case .span(let span):
            guard callLoader.accept(id) != .stale, let span else { return }
            loaded = span
            recorded = CallOutcome(span.stored.span, span.detail)
        case .trial(let state):
            guard trialLoader.awaits(id) else { return }
            if state.isOver { _ = trialLoader.accept(id) }
            trial = state
        default: return
        }
        layOut()
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        _ = callLoader.accept(id)
        if trialLoader.accept(id) != .stale { problem = scope.reason ?? "it could not be asked" }
        layOut()
    }

    /// Asks the call as the form says.
    mutating func ask(_ scope: inout Scope) {
        form.offer(stored.span, scope.workspace, scope.drafts)
        problem = nil
        trial = nil
        asked = form.variant
        startedAt = scope.now
        trialLoader.ask(.trial(Trial(stored.span.key, form.variant)), &scope)
        layOut()
    }

    /// Lets the call go that is under way.
    mutating func stop(_ scope: inout Scope) {
        trialLoader.ask(.overview, &scope)
        trialLoader.forget()
        problem = "stopped; what the provider made of it until then may be charged"
        layOut()
    }

    /// Lays out the answers: while one comes, both as they are; then what differs, by words.
    private mutating func layOut() {
        let layout = TryLayout(size)
        let isDivided = size.width >= 100
        let new = trial?.outcome.answer ?? ""
        if trial == nil {
            rows = DiffRows(recorded.answer, width: layout.answers.width)
        } else if isPlain || isRunning && !isDivided {
            rows = DiffRows(new, width: layout.answers.width)
        } else {
            rows = DiffRows(
                TextDiff(old: recorded.answer, new: new), isDivided: isDivided, width: layout.answers.width)
        }
        place.resize(count: rows.count, height: layout.answers.height)
    }

    mutating func showPlain(_ isPlain: Bool) {
        self.isPlain = isPlain
        layOut()
    }

    // MARK: - Keys

    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move(.left), .move(.right): !isReading
        case .move, .nextPane, .previousPane: true
        case .open: !isReading
        case .back: isRunning || isReading
        case .copy: trial?.outcome.answer.isEmpty == false
        case .nextMatch, .previousMatch: !rows.changeStarts.isEmpty
        default: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion)
        case .nextPane, .previousPane: isReading.toggle()
        case .open: edit()
        case .back: if isRunning { stop(&scope) } else { isReading = false }
        case .copy: if let text = trial?.outcome.answer { scope.copy(text, what: "the new answer") }
        case .nextMatch: place.scroll(to: rows.change(from: place.top, 1) ?? place.top)
        case .previousMatch: place.scroll(to: rows.change(from: place.top, -1) ?? place.top)
        default: break
        }
    }

    private mutating func move(_ motion: Motion) {
        guard !isReading else { return place.move(motion) }
        let all = TryForm.Field.allCases
        switch motion {
        case .up: field = all[max(0, field.rawValue - 1)]
        case .down: field = all[min(all.count - 1, field.rawValue + 1)]
        case .left: form.step(field, -1)
        case .right: form.step(field, 1)
        case .first: field = all[0]
        case .last: field = all[all.count - 1]
        case .pageDown, .pageUp, .halfPageDown, .halfPageUp: place.move(motion)
        }
    }

    private mutating func edit() {
        guard field.isTyped else { return form.step(field, 1) }
        editing = InPlaceEditing(field, form.text(field) ?? "", isReplaced: true)
    }

    mutating func type(_ key: Key, _ scope: inout Scope) -> Bool {
        guard var editing else { return false }
        self.editing = editing.take(key) { form.set($0, $1) } ? editing : nil
        return true
    }

    mutating func paste(_ text: String, _ scope: inout Scope) { editing?.field.insert(text) }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let layout = TryLayout(size)
        if layout.form.contains(point), let field = TryForm.Field(rawValue: point.y - layout.form.y) {
            (self.field, isReading) = (field, false)
        } else if layout.answers.contains(point) {
            isReading = true
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) { place.scroll(by: rows) }
}

/// Where the parts of a trial lie.
struct TryLayout {
    let form: Rect
    let figures: Rect
    let rule: Rect
    let answers: Rect
    let notes: Rect

    init(_ size: Size) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let parts = all.rows([
            .fixed(min(7, size.height)), .fixed(size.height >= 9 ? 1 : 0), .rest, .fixed(size.height >= 12 ? 2 : 0),
        ])
        let columns = parts[0].columns(
            size.width >= 70 ? [.rest, .fixed(size.width >= 130 ? 70 : 42)] : [.rest, .fixed(0)])
        form = columns[0].inset(left: 1, right: 1)
        figures = columns[1]
        rule = parts[1]
        answers = parts[2]
        notes = parts[3].inset(left: 1, right: 1)
    }
}
