import Cells
import Display
import TraceModel

/// One span: its messages, its attributes, its record.
struct SpanScreen: Screen {
    static let place = Place(title: "Span")

    enum Slot {
        static let span = 0
        static let trace = 1
        static let link = 2
        static let callsBefore = 3
        static let saidBefore = 4
        static let whole = 5
        static let record = 6
    }

    /// What the large pane shows.
    enum View: Int, Hashable, Sendable, CaseIterable {
        case messages, figures, attributes, raw

        var title: String {
            switch self {
            case .messages: "messages"
            case .figures: "figures"
            case .attributes: "attributes"
            case .raw: "raw"
            }
        }
    }

    private(set) var stored: StoredSpan
    /// Whether its scores may have changed since it was read; once it was judged here, news is read.
    var isJudged = false
    private(set) var loaded: LoadedSpan?
    /// The spans of the same trace, parents before children.
    private(set) var waterfall: Waterfall
    private(set) var isMissing = false
    /// Of large messages only the beginning is laid out until somebody goes further.
    var whole = WholeText(slot: Slot.whole)
    /// Where what is new and the answer begin in the messages that are shown.
    var shown: (firstNew: Int?, answer: Int?) = (nil, nil)
    /// Whether the record is laid out, or on its way; it is when it is looked at.
    var isRecordLaidOut = false
    var record = Loader(slot: Slot.record)
    private(set) var view = View.messages
    var messages = ScrolledText()
    var raw = ScrolledText()
    var tree = AttributeTree()
    var size = Size(width: 0, height: 0)
    /// Whether the view takes all columns, and waterfall and figures none.
    var isZoomed = false
    var split: Int?
    private(set) var width = 0
    private var spanLoader = Loader(slot: Slot.span)
    private var traceLoader = Loader(slot: Slot.trace)
    private var linkLoader = Loader(slot: Slot.link)
    private(set) var before = CallsBefore()
    /// How the messages are read.
    var reading = Reading()
    /// Nobody has moved in the messages yet: they open where they say something new.
    var isOpening = true
    /// The spans that were found with this one.
    private var others: [StoredSpan] = []
    /// Whether the way to the next match leads forward, while it goes through spans that have none.
    var seeking: Bool?
    /// The link that is being followed.
    private var followed: SpanDetail.Link?

    /// Spans of the trace that are read at most.
    static let traceLimit = 500

    /// - Parameters:
    ///   - text: What was looked for on the way here: it is marked, and gone to.
    ///   - others: The spans that were found with this one, in their order.
    init(_ stored: StoredSpan, looking text: String = "", among others: [StoredSpan] = []) {
        self.stored = stored
        self.others = others
        waterfall = Waterfall([stored])
        messages.look(for: text)
        raw.look(for: text)
    }

    var title: String { stored.span.name }
    var backTitle: String { messages.search.isEmpty ? "back" : "end search" }
    var needsClock: Bool { waterfall.rows.contains { $0.stored.span.isRunning } }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if view != .attributes, !text.search.isEmpty {
            facts.append(
                .init(
                    Figure.count(text.matchCount, "match", plural: "matches"),
                    text.matchCount > 0 ? .accent : .warning))
        }
        return StatusLine(left: .path(["session", stored.sessionID, stored.span.name]), facts: facts)
    }

    func layout(_ size: Size) -> SpanLayout { SpanLayout(size, isZoomed: isZoomed, split: split) }

    /// The views to choose from: the figures have a pane of their own where columns allow it.
    var views: [View] {
        layout(size).facts.isEmpty ? View.allCases : View.allCases.filter { $0 != .figures }
    }

    /// The text of the view that is shown.
    var text: ScrolledText {
        get { view == .raw ? raw : messages }
        set { if view == .raw { raw = newValue } else { messages = newValue } }
    }

    // MARK: - Reading

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        split = scope.splits[Self.splitName]
        let main = layout(size).main
        messages.resize(height: main.height)
        raw.resize(height: main.height)
        tree.resize(height: main.height)
        if !views.contains(view) { view = .messages }
        if main.width != width {
            width = main.width
            layOut(&scope)
        }
        read(&scope)
    }

    private mutating func read(_ scope: inout Scope) {
        spanLoader.ask(.span(stored.span.key), &scope)
        traceLoader.ask(Self.spans(ofTrace: stored.span.key.traceID), &scope)
    }

    private static func spans(ofTrace id: String) -> Request {
        .spans(SpanQuery(filter: .text(.trace, .init(id)), order: .start, anchor: .oldest, limit: traceLimit))
    }

    /// Asks for the trace at the other end of a link.
    mutating func askForTrace(of link: SpanDetail.Link, _ scope: inout Scope) {
        followed = link
        linkLoader.ask(Self.spans(ofTrace: link.traceID), &scope)
    }

    mutating func storeChanged(_ scope: inout Scope) {
        guard needsClock || isJudged || loaded?.detail.hasContent != true, !spanLoader.isLoading, !traceLoader.isLoading
        else {
            return
        }
        read(&scope)
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        switch answer {
        case .span(let span):
            guard spanLoader.accept(id) != .stale else { return }
            isMissing = span == nil
            guard let span else { return }
            let isFirst = loaded == nil
            stored = span.stored
            loaded = span
            tree.show(span.detail)
            before.ask(for: span, &scope)
            layOut(&scope)
            if isFirst, !messages.search.isEmpty {
                messages.look(for: messages.search)
                whole.looksAgain = whole.loader.isLoading
            }
            seekOn(&scope)
        case .spans(let page) where id.slot == Slot.callsBefore: before.receive(page.spans, for: id, &scope)
        case .contents(let contents):
            if before.receive(contents, for: id) { layOutMessages(&scope) }
        case .laidOut(let laid): receive(laid, for: id, &scope)
        case .spans(let page) where id.slot == Slot.link:
            guard linkLoader.accept(id) != .stale, let link = followed else { return }
            followed = nil
            open(link, among: page.spans, &scope)
        case .spans(let page):
            guard traceLoader.accept(id) != .stale else { return }
            let own = page.spans.filter { $0.span.key.traceID.utf8.elementsEqual(stored.span.key.traceID.utf8) }
            guard own.contains(where: { $0.span.key == stored.span.key }) else { return }
            waterfall = Waterfall(own)
        default: break
        }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        _ = spanLoader.accept(id)
        _ = traceLoader.accept(id)
        _ = linkLoader.accept(id)
        _ = whole.loader.accept(id)
        _ = record.accept(id)
        before.fail(id)
    }

    /// Shows another of the views.
    mutating func change(to new: View, _ scope: inout Scope) {
        view = new
        layOutRecordIfShown(&scope)
    }

    mutating func readingChanged(_ scope: inout Scope) { layOutMessages(&scope) }

    /// Goes to another span of the trace.
    mutating func go(_ step: Int, _ scope: inout Scope) {
        guard let index = waterfall.rows.firstIndex(where: { $0.stored.span.key == stored.span.key }) else { return }
        guard waterfall.rows.indices.contains(index + step) else {
            scope.tell(step > 0 ? "this is the trace's last span" : "this is the trace's first span")
            return
        }
        show(waterfall.rows[index + step].stored, &scope)
    }

    /// Goes on to the next span while this one has no match.
    mutating func seekOn(_ scope: inout Scope) {
        guard let forward = seeking, !whole.loader.isLoading else { return }
        if view != .messages || messages.matchCount > 0 {
            seeking = nil
        } else if let other = neighbour(forward: forward) {
            show(other, &scope)
        } else {
            seeking = nil
            scope.tell("no further match this way")
        }
    }

    /// The span that was found before or after this one.
    func neighbour(forward: Bool) -> StoredSpan? {
        guard let index = others.firstIndex(where: { $0.span.key == stored.span.key }) else { return nil }
        let other = index + (forward ? 1 : -1)
        return others.indices.contains(other) ? others[other] : nil
    }

    mutating func show(_ other: StoredSpan, _ scope: inout Scope) {
        stored = other
        loaded = nil
        whole.forget()
        record.forget()
        before.forget()
        shown = (nil, nil)
        isOpening = true
        messages.show([])
        raw.show([])
        tree = AttributeTree()
        appear(&scope)
    }
}
