import Cells
import Display
import TraceModel

/// One session opened: waterfall and figures at the left, the conversation by turns at the right.
struct SessionScreen: Screen {
    static let place = Place(title: "Session")

    /// Which pane has the keys.
    enum Focus: Hashable, Sendable {
        case rows, conversation
    }

    var pane: SessionPane
    var focus = Focus.rows
    /// The pane that has the keys takes the whole screen.
    var isZoomed = false
    var split: Int?
    var size = Size(width: 0, height: 0)

    /// - Parameter text: What was looked for on the way here: it is marked.
    init(_ id: String, selecting key: SpanKey? = nil, looking text: String = "") {
        pane = SessionPane(id, selecting: key, looking: text, firstSlot: 0)
    }

    var title: String { pane.id }
    var backTitle: String { pane.conversation.search.isEmpty ? "back" : "end search" }
    var needsClock: Bool { pane.needsClock }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if !pane.conversation.search.isEmpty {
            let count = pane.conversation.matchCount
            facts.append(.init(Figure.count(count, "match", plural: "matches"), count > 0 ? .accent : .warning))
        }
        if pane.isCut { facts.append(.init("the first \(Figure.count(pane.spans.count)) spans", .warning)) }
        return StatusLine(left: .path(["session", pane.id]), facts: facts)
    }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        split = scope.splits[Self.splitName]
        resize(&scope)
        pane.appear(&scope)
    }

    func layout(_ size: Size) -> SessionLayout {
        SessionLayout(size, focus: focus, rowCount: pane.rows.count, isZoomed: isZoomed, split: split)
    }

    mutating func resize(_ scope: inout Scope) {
        let layout = layout(size)
        pane.resize(
            rows: layout.rows.height,
            conversation: Size(width: layout.conversation.width, height: layout.conversation.height))
        pane.showAttributes(!layout.attributes.isEmpty, &scope)
    }

    mutating func storeChanged(_ scope: inout Scope) { pane.storeChanged(&scope) }

    mutating func tick(_ scope: inout Scope) { pane.tick(&scope) }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        pane.receive(answer, for: id, &scope)
        // More rows may want the room of the box below them.
        resize(&scope)
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) { pane.fail(id) }

    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope) {
        pane.look(for: text, &scope)
        guard !text.isEmpty else { return }
        focus = .conversation
        resize(&scope)
        guard pane.conversation.matchCount == 0 else { return }
        scope.tell(pane.isReadingContents ? "the rest of the session is still being read" : "not found: \(text)")
    }

    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move(.left), .move(.right): focus == .rows && !pane.rows.isEmpty
        case .move: !pane.rows.isEmpty
        case .open, .copy, .export, .nextPane, .previousPane, .nextError, .previousError, .search: !pane.rows.isEmpty
        case .filter: false
        case .nextMatch, .previousMatch: pane.conversation.matchCount > 0
        case .back: !pane.conversation.search.isEmpty
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion):
            if focus == .conversation {
                pane.scrollConversation(&scope) { $0.move(motion) }
            } else {
                pane.move(motion, &scope)
            }
        case .open:
            guard let stored = pane.selectedSpan else { return }
            let sought = pane.conversation.search
            scope.move(.open(SpanScreen(stored, looking: sought, among: sought.isEmpty ? [] : pane.spans)))
        case .back:
            pane.look(for: "", &scope)
            resize(&scope)
        case .nextPane, .previousPane:
            focus = focus == .rows ? .conversation : .rows
            resize(&scope)
        case .copy: copy(&scope)
        case .export: scope.export(.session(pane.id))
        case .nextError, .previousError:
            if !pane.moveToError(gesture == .nextError ? 1 : -1, &scope) { scope.tell("no other failed span this way") }
        case .nextMatch: pane.scrollConversation(&scope) { $0.nextMatch(forward: true) }
        case .previousMatch: pane.scrollConversation(&scope) { $0.nextMatch(forward: false) }
        case .filter: break
        case .search: scope.move(.edit(.search, text: pane.conversation.search))
        }
    }

    private mutating func copy(_ scope: inout Scope) {
        if focus == .conversation {
            scope.copy(pane.source(), what: "the conversation")
        } else {
            scope.choose(.copying(session: pane.id))
        }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let layout = layout(size)
        if layout.rows.contains(point) {
            focus = .rows
            if let row = pane.list.row(at: point.y - layout.rows.y) { pane.select(row, &scope) }
        } else if layout.conversation.contains(point) {
            focus = .conversation
        }
        resize(&scope)
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        if layout(size).rows.contains(point) {
            pane.scroll(by: rows)
        } else {
            pane.scrollConversation(&scope) { $0.scroll(by: rows) }
        }
    }

    static let commands: [Command] = own + Command.splits(SessionScreen.self, "session", of: "the calls")

    private static let own: [Command] = [
        command(
            "session.zoom", "zoom", ["z"], hint: .of("zoom", order: 64, rank: 75),
            help: "Give the pane that has the keys the whole screen, or make it as it was.",
            do: { screen, scope in
                screen.isZoomed.toggle()
                screen.resize(&scope)
            }),
        command(
            "session.give", "write as …", ["X"], hint: .of("write as", order: 78, rank: 92),
            help: "Write the session as a page of HTML, as Markdown or as its records.",
            when: { !$0.pane.rows.isEmpty }, otherwise: { _ in "the session is still being read" },
            do: { screen, scope in scope.choose(.giving(session: screen.pane.id)) }),
        TryScreen.opening(SessionScreen.self, "session") { $0.pane.selectedSpan },
        LiveScreen.opening(
            SessionScreen.self, "session.live", hint: .of([.character("o")], "in Live", order: 60, rank: 80),
            help: "Show the session's spans in Live."
        ) { ("session", $0.pane.id) },
        PromptLink.opening(SessionScreen.self, "session", order: 62, rank: 70) { $0.pane.selectedSpan },
    ]
}

extension SessionScreen: ReadingScreen {
    var reading: Reading {
        get { pane.reading }
        set { pane.reading = newValue }
    }
    var isReading: Bool { !pane.rows.isEmpty }
}

extension SessionScreen: SplitScreen {
    static let splitName = "session"
    var splitLine: Rect { layout(size).divider }
}
