import Cells
import Prompts
import TraceModel

/// Two sessions side by side: figures with their difference, and both conversations.
struct CompareScreen: Screen {
    static let place = Place(title: "Two sessions")

    var left: SessionPane
    var right: SessionPane
    /// Whether the right side has the keys.
    var isRight = false
    /// Whether both conversations scroll together.
    var isLinked = true
    var size = Size(width: 0, height: 0)
    /// What differs, turn by turn; `nil` while both conversations are shown as they are.
    private(set) var aligned: DiffRows?
    var place = ListState(isSelectable: false)

    init(_ left: String, _ right: String) {
        self.left = SessionPane(left, firstSlot: 0)
        self.right = SessionPane(right, firstSlot: 10)
    }

    var title: String { left.id + " and " + right.id }
    var backTitle: String { left.conversation.search.isEmpty ? "back" : "end search" }
    var needsClock: Bool { left.needsClock || right.needsClock }

    func status(overview: StoreOverview?) -> StatusLine {
        StatusLine(
            left: .path(["sessions", left.id, right.id]),
            facts: [
                .init(
                    aligned != nil
                        ? "what differs, turn by turn" : isLinked ? "scrolling together" : "scrolling apart")
            ])
    }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        let layout = CompareLayout(size)
        for side in [\CompareScreen.left, \CompareScreen.right] {
            self[keyPath: side].resize(rows: 0, conversation: Size(width: layout.text, height: layout.left.height))
            self[keyPath: side].appear(&scope)
        }
        if aligned != nil { align() }
    }

    /// Lays the turns beside each other, the first by the first, and says what differs by words.
    private mutating func align() {
        let layout = CompareLayout(size)
        let (left, right) = (left.textOfTurn(), right.textOfTurn())
        let parts = (0..<max(left.count, right.count)).map { turn in
            (
                title: "turn \(turn + 1)",
                diff: TextDiff(
                    old: turn < left.count ? left[turn] : "", new: turn < right.count ? right[turn] : "")
            )
        }
        let rows = DiffRows(parts, isDivided: true, width: size.width)
        place.resize(count: rows.count, height: layout.left.height)
        aligned = rows
    }

    private mutating func toggleAlignment(_ scope: inout Scope) {
        guard aligned == nil else { return aligned = nil }
        left.readWhole(&scope)
        right.readWhole(&scope)
        align()
    }

    mutating func storeChanged(_ scope: inout Scope) {
        left.storeChanged(&scope)
        right.storeChanged(&scope)
    }

    mutating func tick(_ scope: inout Scope) {
        left.tick(&scope)
        right.tick(&scope)
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        if id.slot < 10 { left.receive(answer, for: id, &scope) } else { right.receive(answer, for: id, &scope) }
        if aligned != nil { align() }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        if id.slot < 10 { left.fail(id) } else { right.fail(id) }
    }

    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope) {
        left.look(for: text, &scope)
        right.look(for: text, &scope)
        if !text.isEmpty, left.conversation.matchCount + right.conversation.matchCount == 0 {
            scope.tell("not found: \(text)")
        }
    }

    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move(.left), .move(.right), .export, .nextError, .previousError, .filter: false
        case .move, .nextPane, .previousPane, .open, .copy, .search: true
        case .nextMatch, .previousMatch:
            aligned.map { !$0.changeStarts.isEmpty } ?? (active.conversation.matchCount > 0)
        case .back: !left.conversation.search.isEmpty
        }
    }

    private var active: SessionPane { isRight ? right : left }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion) where aligned != nil: place.move(motion)
        case .move(let motion): scroll(&scope) { $0.move(motion) }
        case .nextPane, .previousPane: isRight.toggle()
        case .open: scope.move(.open(SessionScreen(active.id)))
        case .copy: scope.copy(isRight ? right.source() : left.source(), what: "the conversation")
        case .search: scope.move(.edit(.search, text: active.conversation.search))
        case .nextMatch where aligned != nil: place.scroll(to: aligned?.change(from: place.top, 1) ?? place.top)
        case .previousMatch where aligned != nil: place.scroll(to: aligned?.change(from: place.top, -1) ?? place.top)
        case .nextMatch: scrollActive(&scope) { $0.nextMatch(forward: true) }
        case .previousMatch: scrollActive(&scope) { $0.nextMatch(forward: false) }
        case .back: accept(.search, text: "", &scope)
        case .export, .nextError, .previousError, .filter: break
        }
    }

    private mutating func scrollActive(_ scope: inout Scope, _ body: (inout ScrolledText) -> Void) {
        if isRight { right.scrollConversation(&scope, body) } else { left.scrollConversation(&scope, body) }
    }

    private mutating func scroll(_ scope: inout Scope, _ body: (inout ScrolledText) -> Void) {
        if isLinked || !isRight { left.scrollConversation(&scope, body) }
        if isLinked || isRight { right.scrollConversation(&scope, body) }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) { isRight = point.x > CompareLayout(size).divider.x }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        if aligned != nil { place.scroll(by: rows) } else { scroll(&scope) { $0.scroll(by: rows) } }
    }

    static let commands: [Command] = [
        command(
            "compare.align", "what differs", ["d"], hint: .of("what differs", order: 45, rank: 45),
            help: "Lay the turns beside each other and show what differs by words, or both conversations as they are.",
            do: { $0.toggleAlignment(&$1) }),
        command(
            "compare.link", "scroll together", ["="], hint: .of("together", order: 50, rank: 50),
            help: "Scroll both conversations together, or each alone.", do: { screen, _ in screen.isLinked.toggle() }),
        command(
            "compare.swap", "swap", ["s"], hint: .of("swap", order: 60, rank: 60), help: "Exchange left and right.",
            do: { screen, scope in
                var swapped = CompareScreen(screen.right.id, screen.left.id)
                swapped.isLinked = screen.isLinked
                screen = swapped
                screen.appear(&scope)
            }),
    ]
}

/// Where the parts of two sessions lie.
struct CompareLayout {
    /// Label, left, right, difference, one row a figure.
    let figures: Rect
    let rule: Rect
    let left: Rect
    let divider: Rect
    let right: Rect
    /// Columns of a conversation.
    let text: Int

    init(_ size: Size) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let wanted = size.height >= 30 ? 13 : size.height >= 16 ? 7 : min(2, size.height)
        let parts = all.rows([.fixed(wanted), .fixed(size.height >= 8 ? 1 : 0), .rest])
        figures = parts[0]
        rule = parts[1]
        let columns = parts[2].columns([.rest, .fixed(1), .rest])
        left = columns[0].inset(left: 1, right: 1)
        divider = columns[1]
        right = columns[2].inset(left: 1, right: 1)
        text = min(left.width, right.width)
    }
}
