import Cells
import Display
import TraceModel

/// The list of sessions with their figures, sortable by every column.
struct SessionsScreen: Screen {
    static let place = Place(title: "Sessions")

    enum Slot {
        static let rows = 0
    }

    /// The columns one can sort by, in the order of the table.
    static let sorts: [SessionSort] = [
        .sessionID, .startedAt, .lastAt, .spans, .llmCalls, .errors, .totalTokens, .cost, .latencyP50, .latencyP95,
        .ttftP95,
    ]

    var filter = AppliedFilter()
    var window = SessionWindow()
    var sort = SessionSort.lastAt
    var isDescending = true
    var rows = Loader(slot: Slot.rows)
    /// The offset of the rows that are on their way.
    private var askedOffset = 0
    var hasLoaded = false
    /// The session to lay beside another.
    var marked: String?
    var size = Size(width: 0, height: 0)

    var title: String { "Sessions" }

    var needsClock: Bool { false }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if let marked { facts.append(.init("marked " + marked, .accent)) }
        if hasLoaded { facts.append(.init(Figure.count(window.total, "session"))) }
        if rows.isLoading, !hasLoaded { facts.append(.init("reading")) }
        return StatusLine(left: .filter(filter.text), facts: facts)
    }

    static func listHeight(_ size: Size) -> Int { max(0, size.height - (size.height >= 3 ? 1 : 0)) }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        window.resize(height: Self.listHeight(size))
        reload(&scope)
    }

    mutating func storeChanged(_ scope: inout Scope) {
        guard !rows.isLoading else { return rows.refresh(.overview, &scope) }
        reload(&scope)
    }

    mutating func reload(_ scope: inout Scope) {
        askedOffset = window.wantedOffset
        rows.ask(
            .sessions(
                SessionQuery(
                    filter: filter.filter, sort: sort, descending: isDescending, offset: askedOffset,
                    limit: window.limit)),
            &scope)
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        guard case .sessions(let page) = answer else { return }
        let verdict = rows.accept(id)
        guard verdict != .stale else { return }
        hasLoaded = true
        window.put(page, offset: askedOffset)
        if verdict == .currentButOld || window.wantsMore && askedOffset != window.wantedOffset {
            reload(&scope)
        }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) { _ = rows.accept(id) }

    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope) {
        guard filter.set(text, now: scope.now) else { return }
        hasLoaded = false
        window.reset()
        reload(&scope)
    }

    mutating func sort(by new: SessionSort, _ scope: inout Scope) {
        if sort == new {
            isDescending.toggle()
        } else {
            sort = new
            isDescending = new != .sessionID
        }
        window.reset()
        reload(&scope)
    }

    mutating func moveSort(_ step: Int, _ scope: inout Scope) {
        let shown = SessionTable(width: size.width, showsDates: false).sorts
        guard !shown.isEmpty else { return }
        let index = shown.firstIndex(of: sort) ?? 0
        let next = shown[(index + step + shown.count) % shown.count]
        sort = next
        isDescending = next != .sessionID
        window.reset()
        reload(&scope)
    }
}
