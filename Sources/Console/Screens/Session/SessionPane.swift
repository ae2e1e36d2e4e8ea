import Cells
import TraceModel

/// One session, read and laid out: its spans by turns, its figures, its conversation. A screen shows one or two of them.
struct SessionPane: Sendable {
    /// Slots of its questions, counted from the pane's own first.
    private enum Slot {
        static let session = 0
        static let spans = 1
        static let contents = 2
        static let assignments = 3
    }

    /// Spans that are read at first, so that a session of usual length stands at once.
    static let firstSpans = 2_000
    /// Spans that are read at most; what lies behind them is told.
    static let mostSpans = 200_000
    /// Calls whose content is read at once.
    static let contentLimit = 24

    let id: String
    private let firstSlot: Int
    private(set) var session: SessionSummary?
    /// The models its SDK recorded for it, oldest first.
    private(set) var assignments: [RecordedAssignment] = []
    private(set) var spans: [StoredSpan] = []
    /// How many of its spans are asked for: more, as soon as it turns out to have more.
    private var spanLimit = SessionPane.firstSpans
    /// Whether it has spans behind those that were read.
    private(set) var isCut = false
    private(set) var turns = Turns([])
    /// The rows that are shown: all but those below a folded one.
    private(set) var rows: [Row] = []
    /// All rows.
    private var tree = FoldedRows()
    private(set) var contents: [SpanKey: LoadedSpan] = [:]
    private(set) var hasLoaded = false
    /// Which rows are visible, and which is selected.
    private(set) var list = ListState()
    private(set) var conversation = ScrolledText()
    /// How the conversation is read.
    var reading = Reading() { didSet { if reading != oldValue { layOut(keepingPlace: true) } } }
    private var transcript = Transcript()
    /// Where the tokens of what was read went.
    private(set) var tokens = TokenShares()
    private var width = 0
    private var sessionLoader: Loader
    private var spansLoader: Loader
    private var contentsLoader: Loader
    private var assignmentsLoader: Loader
    /// The span to select when it is here.
    private var wanted: SpanKey?
    /// The conversation stands at the selected span until it is scrolled by itself.
    private var isPinned = false

    /// A row of the waterfall.
    struct Row: Sendable {
        let turn: Int
        let row: Waterfall.Row
        /// How many rows below it are folded away.
        var folded = 0
    }

    init(_ id: String, selecting key: SpanKey? = nil, firstSlot: Int) {
        self.id = id
        self.firstSlot = firstSlot
        wanted = key
        sessionLoader = Loader(slot: firstSlot + Slot.session)
        spansLoader = Loader(slot: firstSlot + Slot.spans)
        contentsLoader = Loader(slot: firstSlot + Slot.contents)
        assignmentsLoader = Loader(slot: firstSlot + Slot.assignments)
    }

    var selectedSpan: StoredSpan? { list.selected.map { rows[$0].row.stored } }
    var selectedTurn: Int { list.selected.map { rows[$0].turn } ?? 0 }
    var hasRunning: Bool { spans.contains { $0.span.isRunning } }

    // MARK: - Reading

    mutating func appear(_ scope: inout Scope) {
        sessionLoader.ask(.session(id), &scope)
        spansLoader.ask(.sessionSpans(id, limit: spanLimit), &scope)
        assignmentsLoader.ask(.assignments(ofSession: id), &scope)
    }

    mutating func storeChanged(_ scope: inout Scope) {
        let id = id
        sessionLoader.refresh(.session(id), &scope)
    }

    mutating func receive(_ answer: ScreenAnswer, for request: RequestID, _ scope: inout Scope) {
        switch (answer, request.slot - firstSlot) {
        case (.session(let summary), Slot.session):
            let verdict = sessionLoader.accept(request)
            guard verdict != .stale else { return }
            // A busy store changes without changing this session: its spans are read again only when its figures move.
            if session != nil, session != summary || hasRunning {
                let id = id
                spansLoader.refresh(.sessionSpans(id, limit: spanLimit), &scope)
            }
            session = summary
            if verdict == .currentButOld { sessionLoader.ask(.session(id), &scope) }
        case (.sessionSpans(let spans), Slot.spans):
            let verdict = spansLoader.accept(request)
            guard verdict != .stale else { return }
            take(spans, &scope)
            isCut = spans.count >= spanLimit
            let hasMore = isCut && spanLimit < Self.mostSpans
            if hasMore { spanLimit = min(spanLimit * 10, Self.mostSpans) }
            if verdict == .currentButOld || hasMore { spansLoader.ask(.sessionSpans(id, limit: spanLimit), &scope) }
        case (.assignments(let recorded), Slot.assignments):
            if assignmentsLoader.accept(request) != .stale { assignments = recorded }
        case (.contents(let loaded), Slot.contents):
            guard contentsLoader.accept(request) != .stale else { return }
            for span in loaded { contents[span.stored.span.key] = span }
            tokens = TokenShares(turns, contents)
            layOut(keepingPlace: true)
            loadContents(&scope)
        default: break
        }
    }

    mutating func fail(_ request: RequestID) {
        _ = sessionLoader.accept(request)
        _ = spansLoader.accept(request)
        _ = contentsLoader.accept(request)
        _ = assignmentsLoader.accept(request)
    }

    private mutating func take(_ new: [StoredSpan], _ scope: inout Scope) {
        hasLoaded = true
        guard new != spans else { return loadContents(&scope) }
        let key = wanted ?? selectedSpan?.span.key
        let wasAtEnd = !rows.isEmpty && list.selected == rows.count - 1 && wanted == nil
        for stored in new where contents[stored.span.key]?.stored.span.isRunning == true && !stored.span.isRunning {
            contents[stored.span.key] = nil
        }
        spans = new
        turns = Turns(new)
        tree.take(turns)
        if let wanted { tree.reveal(wanted) }
        showTree()
        if wasAtEnd {
            list.select(rows.count - 1)
        } else if let index = rows.firstIndex(where: { $0.row.stored.span.key == key }) {
            list.select(index)
        }
        let found = wanted != nil && selectedSpan?.span.key == wanted
        if found { (wanted, isPinned) = (nil, true) }
        layOut(keepingPlace: true)
        loadContents(&scope)
    }

    private mutating func showTree() {
        rows = tree.shown
        list.resize(count: rows.count)
    }

    /// Reads the content of calls from the selected one on, then of those before it, a few at a time.
    private mutating func loadContents(_ scope: inout Scope) {
        guard !contentsLoader.isLoading, !turns.turns.isEmpty else { return }
        let near = (selectedTurn..<turns.turns.count).prefix(12) + (0..<selectedTurn).reversed().prefix(6)
        var keys: [SpanKey] = []
        for index in near {
            var spoken = Transcript.spoken(in: turns.turns[index])[...]
            if index == selectedTurn, let first = spoken.firstIndex(where: { $0.span.key == spokenBefore }) {
                // A turn may have hundreds of calls: the one that is looked at is not to wait for those before it.
                spoken = spoken[first...] + spoken[..<first].reversed()
            }
            keys += spoken.map(\.span.key).filter { contents[$0] == nil }
            if keys.count >= Self.contentLimit { break }
        }
        guard !keys.isEmpty else { return }
        contentsLoader.ask(.contents(Array(keys.prefix(Self.contentLimit))), &scope)
    }

    // MARK: - Layout

    mutating func resize(rows height: Int, conversation: Size) {
        list.resize(height: height)
        self.conversation.resize(height: conversation.height)
        if conversation.width != width {
            width = conversation.width
            layOut(keepingPlace: true)
        }
    }

    private mutating func layOut(keepingPlace: Bool) {
        guard width > 0 else { return }
        // What is in view stays in view when turns above it get their content.
        let place = keepingPlace ? transcript.place(of: conversation.top) : nil
        transcript = Transcript(turns: turns, contents: contents, width: width, reading: reading)
        conversation.show(transcript.lines, keepingPlace: true)
        if isPinned {
            showInConversation()
        } else if let place, let line = transcript.line(at: place) {
            conversation.scroll(to: line)
        }
    }

    /// What was said in each turn, as it was written.
    var textOfTurn: [String] { transcript.textOfTurn }

    /// What was said, as it was written.
    var source: String { transcript.source }

    // MARK: - Moving

    /// Scrolls the conversation by itself.
    mutating func scrollConversation(_ body: (inout ScrolledText) -> Void) {
        isPinned = false
        body(&conversation)
    }

    mutating func move(_ motion: Motion, _ scope: inout Scope) {
        switch motion {
        case .left: if !fold() { moveTurn(-1, &scope) }
        case .right: if !unfold() { moveTurn(1, &scope) }
        default: change(&scope) { $0.move(motion) }
        }
    }

    mutating func select(_ row: Int, _ scope: inout Scope) { change(&scope) { $0.select(row) } }

    private mutating func change(_ scope: inout Scope, _ body: (inout ListState) -> Void) {
        guard !rows.isEmpty else { return }
        body(&list)
        isPinned = true
        showInConversation()
        loadContents(&scope)
    }

    /// Folds what lies below the selected row; `false` when nothing does.
    private mutating func fold() -> Bool {
        guard let key = selectedSpan?.span.key, tree.fold(key) else { return false }
        showTree()
        return true
    }

    /// Shows again what lies below the selected row; `false` when it is not folded.
    private mutating func unfold() -> Bool {
        guard let key = selectedSpan?.span.key, tree.unfold(key) else { return false }
        showTree()
        return true
    }

    private mutating func moveTurn(_ step: Int, _ scope: inout Scope) {
        let turn = min(max(0, selectedTurn + step), max(0, turns.turns.count - 1))
        guard let row = rows.firstIndex(where: { $0.turn == turn }) else { return }
        select(row, &scope)
    }

    mutating func scroll(by count: Int) { list.scroll(by: count) }

    /// Goes to the next failed span, be it folded away or not; `false` when there is none.
    mutating func moveToError(_ step: Int, _ scope: inout Scope) -> Bool {
        guard let key = tree.nextError(after: selectedSpan?.span.key, step: step) else { return false }
        tree.reveal(key)
        showTree()
        if let row = rows.firstIndex(where: { $0.row.stored.span.key == key }) { select(row, &scope) }
        return true
    }

    private mutating func showInConversation() {
        let line = spokenBefore.flatMap { transcript.lineOfSpan[$0] } ?? transcript.lineOfTurn[selectedTurn]
        if let line { conversation.scroll(to: line) }
    }

    /// The request to a model that is selected, or the one before what is selected, which may have asked for it.
    private var spokenBefore: SpanKey? {
        guard let selected = list.selected else { return nil }
        for row in rows[...selected].reversed() where row.turn == selectedTurn {
            if transcript.lineOfSpan[row.row.stored.span.key] != nil { return row.row.stored.span.key }
        }
        return nil
    }
}
