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
    /// For each thousand of its spans it is not read again for so long, in nanoseconds.
    static let restPerThousand: Int64 = 200_000_000
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
    /// How long its turns take at most, and those that are not over.
    private var longest: Int64 = 1
    private var running: [Int] = []
    /// The rows that are shown: all but those below a folded one.
    private(set) var rows: [FoldedRows.Row] = []
    /// All rows.
    private var tree = FoldedRows()
    private(set) var hasLoaded = false
    /// Which rows are visible, and which is selected.
    private(set) var list = ListState()
    private(set) var conversation = ScrolledText()
    /// How the conversation is read.
    var reading = Reading() { didSet { if reading != oldValue { layOut() } } }
    private var transcript = Transcript()
    private var width = 0
    private var sessionLoader: Loader
    private var spansLoader: Loader
    private var contentsLoader: Loader
    private var assignmentsLoader: Loader
    /// The spans whose content is on its way.
    private var asked: [SpanKey] = []
    /// Whether the content of all spans is read, not only of those near what one looks at.
    private var isReadWhole = false
    /// Whether there is room for the attributes of the selected span: else its content is read only to be read in the
    /// conversation.
    private var showsAttributes = false
    /// The span to select when it is here.
    private var wanted: SpanKey?
    /// The last selected span that was asked for by itself, once: it may be gone.
    private var lookedAt: SpanKey?
    /// The conversation stands at the selected span until it is scrolled by itself.
    private var isPinned = false
    /// Somebody scrolled the conversation by itself: what is read is what it shows.
    private var isScrolled = false
    /// Somebody went to its end, which stays in view while content comes.
    private var isAtEnd = false

    /// - Parameter text: What was looked for on the way here: it is marked.
    init(_ id: String, selecting key: SpanKey? = nil, looking text: String = "", firstSlot: Int) {
        self.id = id
        self.firstSlot = firstSlot
        wanted = key
        sessionLoader = Loader(slot: firstSlot + Slot.session)
        spansLoader = Loader(slot: firstSlot + Slot.spans)
        contentsLoader = Loader(slot: firstSlot + Slot.contents)
        assignmentsLoader = Loader(slot: firstSlot + Slot.assignments)
        conversation.look(for: text)
    }

    /// Another session in the place of this one, whose answers on their way are nobody's.
    func replaced(by id: String) -> SessionPane {
        var pane = SessionPane(id, firstSlot: firstSlot)
        for loader in [\SessionPane.sessionLoader, \.spansLoader, \.contentsLoader, \.assignmentsLoader] {
            pane[keyPath: loader] = self[keyPath: loader]
            pane[keyPath: loader].forget()
        }
        return pane
    }

    var selectedSpan: StoredSpan? { list.selected.map { row(rows[$0]).stored } }
    var selectedTurn: Int { list.selected.map { rows[$0].turn } ?? 0 }
    var hasRunning: Bool { !running.isEmpty }
    var needsClock: Bool { hasRunning || spansLoader.isResting }
    /// Where the tokens of what was read went.
    var tokens: TokenShares { transcript.tokens }

    private func row(_ row: FoldedRows.Row) -> Waterfall.Row { turns.turns[row.turn].waterfall.rows[row.index] }

    /// How many calls were laid out until now: what keys have cost.
    var laidOut: Int { transcript.laidOut }

    /// Whether content is on its way.
    var isReadingContents: Bool { contentsLoader.isLoading }

    /// A span with its content, where that is here.
    func loaded(_ key: SpanKey) -> LoadedSpan? { transcript.contents[key] }

    /// How long the longest turn takes: what the waterfalls' whole width stands for.
    func scale(now: Timestamp) -> Int64 {
        running.map { turns.turns[$0].waterfall.span(now: now) }.reduce(longest, max)
    }

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
            let request = Request.sessionSpans(id, limit: spanLimit)
            if hasMore { return spansLoader.ask(request, &scope) }
            // To take the spans of a long session is work that grows with it.
            spansLoader.rest(Int64(spans.count / 1_000) * Self.restPerThousand, at: scope.now)
            if verdict == .currentButOld { spansLoader.refresh(request, &scope) }
        case (.assignments(let recorded), Slot.assignments):
            if assignmentsLoader.accept(request) != .stale { assignments = recorded }
        case (.contents(let loaded), Slot.contents):
            guard contentsLoader.accept(request) != .stale else { return }
            transcript.put(loaded)
            let here = Set(loaded.map(\.stored.span.key))
            transcript.miss(asked.filter { !here.contains($0) })
            layOut()
            loadContents(&scope)
        default: break
        }
    }

    mutating func tick(_ scope: inout Scope) {
        let request = Request.sessionSpans(id, limit: spanLimit)
        spansLoader.tick(request, &scope)
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
        spans = new
        isAtEnd = false
        turns = Turns(new, before: turns)
        running = turns.turns.indices.filter { turns.turns[$0].spans.contains { $0.span.isRunning } }
        // What is over takes as long at any time.
        longest = turns.turns.map { $0.waterfall.span(now: $0.waterfall.start) }.max() ?? 1
        transcript.take(turns, into: &conversation)
        tree.take(turns) { transcript.block(of: $0) != nil }
        let number = key.flatMap { tree.number(of: $0) }
        if wanted != nil, let number { tree.reveal(number) }
        showTree()
        if wasAtEnd {
            list.select(rows.count - 1)
        } else if let number {
            select(number)
        }
        if wanted != nil, number != nil { (wanted, isPinned) = (nil, true) }
        layOut()
        loadContents(&scope)
    }

    private mutating func showTree() {
        rows = tree.shown
        list.resize(count: rows.count)
    }

    /// Selects a row by its place among all, if it is shown.
    private mutating func select(_ number: Int) {
        let row = rows.firstPlace { $0.number >= number }
        if row < rows.count, rows[row].number == number { list.select(row) }
    }

    /// Reads the content of the calls one looks at, then of those before, a few at a time; of all while something is looked
    /// for; and of the selected span while its attributes are shown.
    private mutating func loadContents(_ scope: inout Scope) {
        guard !contentsLoader.isLoading else { return }
        asked = transcript.wanted(
            from: isScrolled ? conversation.topBlock : pinnedBlock,
            all: isReadWhole || !conversation.search.isEmpty, limit: Self.contentLimit)
        if showsAttributes, let key = selectedSpan?.span.key, key != lookedAt, transcript.contents[key] == nil,
            !asked.contains(key)
        {
            lookedAt = key
            asked.append(key)
        }
        if !asked.isEmpty { contentsLoader.ask(.contents(asked), &scope) }
    }

    // MARK: - Layout

    mutating func resize(rows height: Int, conversation: Size) {
        list.resize(height: height)
        self.conversation.resize(height: conversation.height)
        width = conversation.width
        layOut()
    }

    /// Takes note whether the attributes of the selected span are shown, and reads them where they now are.
    mutating func showAttributes(_ isShown: Bool, _ scope: inout Scope) {
        let isNew = isShown && !showsAttributes
        showsAttributes = isShown
        if isNew, hasLoaded { loadContents(&scope) }
    }

    /// Lays out what is in view as it is now; what was in view stays there.
    private mutating func layOut() {
        guard width > 0 else { return }
        var before: Int
        repeat {
            before = transcript.laidOut
            transcript.layOut(into: &conversation, width: width, reading: reading)
            if isPinned {
                conversation.scroll(to: conversation.lines.start(of: pinnedBlock))
            } else if isAtEnd {
                conversation.move(.last)
            }
        } while transcript.laidOut > before
    }

    /// What was said in each turn, as it was written.
    mutating func textOfTurn() -> [String] {
        layOutAll()
        return transcript.textOfTurn
    }

    /// What was said, as it was written.
    mutating func source() -> String {
        layOutAll()
        return transcript.source
    }

    private mutating func layOutAll() {
        transcript.layOutAll(into: &conversation, width: width, reading: reading)
    }

    /// Reads the content of all spans, a few at a time.
    mutating func readWhole(_ scope: inout Scope) {
        isReadWhole = true
        loadContents(&scope)
    }

    // MARK: - Moving

    /// Scrolls the conversation by itself.
    mutating func scrollConversation(_ scope: inout Scope, _ body: (inout ScrolledText) -> Void) {
        (isPinned, isScrolled) = (false, true)
        let top = conversation.top
        body(&conversation)
        isAtEnd = conversation.isAtEnd && conversation.top > top
        layOut()
        loadContents(&scope)
    }

    /// Looks for a text in all of the conversation: what is not here is read.
    mutating func look(for text: String, _ scope: inout Scope) {
        (isPinned, isScrolled, isAtEnd) = (false, true, false)
        conversation.look(for: "")
        reading.isSearched = !text.isEmpty
        if !text.isEmpty {
            layOutAll()
            conversation.look(for: text)
            layOut()
        }
        loadContents(&scope)
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
        (isPinned, isScrolled, isAtEnd) = (true, false, false)
        conversation.scroll(to: conversation.lines.start(of: pinnedBlock))
        layOut()
        loadContents(&scope)
    }

    /// Folds what lies below the selected row; `false` when nothing does.
    private mutating func fold() -> Bool {
        guard let row = list.selected, tree.fold(rows[row].number) else { return false }
        showTree()
        return true
    }

    /// Shows again what lies below the selected row; `false` when it is not folded.
    private mutating func unfold() -> Bool {
        guard let row = list.selected, tree.unfold(rows[row].number) else { return false }
        showTree()
        return true
    }

    private mutating func moveTurn(_ step: Int, _ scope: inout Scope) {
        let turn = min(max(0, selectedTurn + step), max(0, turns.turns.count - 1))
        let row = rows.firstPlace { $0.turn >= turn }
        if row < rows.count { select(row, &scope) }
    }

    mutating func scroll(by count: Int) { list.scroll(by: count) }

    /// Goes to the next failed span, be it folded away or not; `false` when there is none.
    mutating func moveToError(_ step: Int, _ scope: inout Scope) -> Bool {
        let selected = list.selected.map { rows[$0].number }
        guard let number = tree.nextError(after: selected, step: step) else { return false }
        tree.reveal(number)
        showTree()
        let row = rows.firstPlace { $0.number >= number }
        select(row, &scope)
        return true
    }

    /// The block that the conversation stands at: of the request to a model that is selected, or of the one before what is
    /// selected, which may have asked for it; else the first of the turn.
    private var pinnedBlock: Int {
        guard let selected = list.selected else { return 0 }
        let turn = selectedTurn
        for row in rows[...selected].reversed() {
            guard row.turn == turn else { break }
            if row.isSpoken, let block = transcript.block(of: self.row(row).stored.span.key) { return block }
        }
        return transcript.firstBlock(ofTurn: turn)
    }
}
