import Cells
import TraceModel

/// What is shown of one span beside a list: its trace as a waterfall, its figures, its conversation.
struct SpanPreview: Sendable {
    /// Slots of its questions within the screen's.
    enum Slot {
        static let span = 10
        static let session = 11
        static let sessionSpans = 12
    }

    /// Spans of a session that are read to find the turn and the trace.
    static let sessionLimit = 500
    /// What belongs to a span is read again at most this often, in nanoseconds, however busy the store is.
    static let pace: Int64 = 400_000_000

    /// The span that is shown; its content may still be on its way.
    private(set) var stored: StoredSpan?
    private(set) var loaded: LoadedSpan?
    private(set) var session: SessionSummary?
    private(set) var waterfall: Waterfall?
    /// Which turn of its session the span belongs to, from 1.
    private(set) var turn: Int?
    var conversation = ScrolledText()
    /// How it is read.
    var reading = Reading() { didSet { if reading != oldValue { layConversation(keepingPlace: true) } } }
    private var conversationWidth = 0
    private var spanLoader = Loader(slot: Slot.span)
    private var sessionLoader = Loader(slot: Slot.session)
    private var sessionSpansLoader = Loader(slot: Slot.sessionSpans)
    private var askedAt: Timestamp?
    /// The store has changed since, and the pace is awaited.
    private var isDue = false
    private var area = Rect(x: 0, y: 0, width: 0, height: 0)

    var needsClock: Bool { stored?.span.isRunning == true || isDue }

    mutating func resize(_ rect: Rect) {
        area = rect
        let layout = PreviewLayout(rect)
        conversation.resize(height: layout.conversation.height)
        if layout.conversation.width != conversationWidth {
            conversationWidth = layout.conversation.width
            layConversation(keepingPlace: true)
        }
    }

    mutating func clear() {
        let (reading, search) = (reading, conversation.search)
        self = SpanPreview(area: area)
        self.reading = reading
        conversation.look(for: search)
    }

    init() {}

    private init(area: Rect) {
        resize(area)
    }

    /// Shows a span, and reads what belongs to it unless it is shown already.
    mutating func show(_ new: StoredSpan?, _ scope: inout Scope) {
        guard let new else { return clear() }
        if new != stored { take(new, &scope) }
    }

    private mutating func take(_ new: StoredSpan, _ scope: inout Scope) {
        let isSame = new.span.key == stored?.span.key
        let isSameSession = new.sessionID.utf8.elementsEqual(stored?.sessionID.utf8 ?? "".utf8)
        stored = new
        isDue = false
        askedAt = scope.now
        if !isSame {
            loaded = nil
            conversation.show([])
            if !isSameSession { session = nil }
            waterfall = Waterfall([new])
            turn = nil
        }
        spanLoader.ask(.span(new.span.key), &scope)
        sessionLoader.ask(.session(new.sessionID), &scope)
        sessionSpansLoader.ask(.sessionSpans(new.sessionID, limit: Self.sessionLimit), &scope)
    }

    /// What is shown may have changed: it is read again, not more often than the pace.
    mutating func storeChanged(_ scope: inout Scope) {
        guard stored != nil else { return }
        if let askedAt, scope.now.nanoseconds(since: askedAt) < Self.pace {
            isDue = true
            return
        }
        reload(&scope)
    }

    mutating func tick(_ scope: inout Scope) {
        guard isDue else { return }
        reload(&scope)
    }

    private mutating func reload(_ scope: inout Scope) {
        guard let stored else { return }
        isDue = false
        askedAt = scope.now
        // A finished span with its content does not change; its session's figures do.
        if stored.span.isRunning || loaded?.detail.hasContent != true { spanLoader.ask(.span(stored.span.key), &scope) }
        sessionLoader.ask(.session(stored.sessionID), &scope)
    }

    /// Takes an answer; `false` when it is not for this.
    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) -> Bool {
        switch (answer, id.slot) {
        case (.span(let span), Slot.span):
            guard spanLoader.accept(id) != .stale else { return true }
            let isRenewed = loaded != nil
            loaded = span
            layConversation(keepingPlace: isRenewed)
            if !isRenewed, !conversation.search.isEmpty { conversation.look(for: conversation.search) }
        case (.session(let summary), Slot.session):
            guard sessionLoader.accept(id) != .stale else { return true }
            // The session's spans are read again only when its figures have moved.
            if let stored, session != nil, session != summary {
                sessionSpansLoader.ask(.sessionSpans(stored.sessionID, limit: Self.sessionLimit), &scope)
            }
            session = summary
        case (.sessionSpans(let spans), Slot.sessionSpans):
            guard sessionSpansLoader.accept(id) != .stale else { return true }
            place(in: spans)
        default: return false
        }
        return true
    }

    mutating func fail(_ id: RequestID) {
        _ = spanLoader.accept(id)
        _ = sessionLoader.accept(id)
        _ = sessionSpansLoader.accept(id)
    }

    private mutating func place(in spans: [StoredSpan]) {
        guard let stored else { return }
        let traceID = stored.span.key.traceID
        let own = spans.filter { $0.span.key.traceID == traceID }
        guard own.contains(where: { $0.span.key == stored.span.key }) else { return }
        waterfall = Waterfall(own)
        turn = Turns.number(of: traceID, in: spans)
    }

    private mutating func layConversation(keepingPlace: Bool) {
        guard let loaded, conversationWidth > 0 else { return conversation.show([]) }
        // Whole where there is room for all of it.
        let room = conversation.height
        // What is large is not laid out to its end here, whatever one asks for: the span's own screen does that.
        let isBounded = reading.isLong && loaded.json.utf8.count > LayoutJob.largest
        let reading = isBounded ? reading.short : reading
        var read = Conversation(width: conversationWidth, longest: room, reading: reading).whole(loaded)
        if read.lines.count > room, !reading.isLong {
            read = Conversation(
                width: conversationWidth, longest: isBounded ? 300 : 8, longestSystem: isBounded ? 300 : 2,
                longestAnswer: isBounded ? 300 : 200, reading: reading
            ).whole(loaded)
        }
        conversation.show(read.lines, keepingPlace: keepingPlace)
        if !keepingPlace { conversation.scroll(to: read.opening(height: room)) }
    }
}

/// Where the parts of a preview lie.
struct PreviewLayout {
    let facts: Rect
    let divider: Rect
    let conversation: Rect

    init(_ rect: Rect) {
        guard rect.width >= 90, rect.height >= 4 else {
            facts = Rect(x: rect.x, y: rect.y, width: 0, height: 0)
            divider = facts
            conversation = rect.inset(left: 1, right: 2)
            return
        }
        let parts = rect.columns([.flex(21, min: 40), .fixed(1), .flex(19, min: 40)])
        facts = parts[0].inset(left: 2, top: rect.height > 12 ? 1 : 0, right: 2)
        divider = parts[1]
        conversation = parts[2].inset(left: 1, top: rect.height > 12 ? 1 : 0, right: 2)
    }
}
