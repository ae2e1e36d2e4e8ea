import Cells
import Display
import TraceModel

/// The list of sessions with their figures, sortable by every column.
struct SessionsScreen: Screen {
    static let place = Place(title: "Sessions")

    enum Slot {
        static let rows = 0
        static let groups = 1
        static let words = 2
        static let matches = 3
        /// The first of those of the session that is shown below.
        static let preview = 10
    }

    var filter = AppliedFilter()
    var window = SessionWindow()
    var sort = SessionSort.lastAt
    var isDescending = true
    /// Whether pinned sessions come before all others.
    var isPinnedFirst = false
    var rows = Loader(slot: Slot.rows)
    /// The offset of the rows that are on their way.
    private var askedOffset = 0
    var hasLoaded = false
    /// The session to lay beside another.
    var marked: String?
    /// The sessions put together, while that is shown, or a group of them is looked into.
    var groups: SessionGroups?
    /// The group that is looked into.
    var part: SessionPart?
    var groupLoader = Loader(slot: Slot.groups)
    /// What was said first in the sessions that are visible, and where the text is that the filter looks for.
    var said = SessionsSaid()
    var size = Size(width: 0, height: 0)
    /// The selected session, where a short list leaves room to show it.
    var preview = SessionPane("", firstSlot: Slot.preview)
    var isPreviewed = false
    private var columns: [String]?
    private var wallClock = WallClock.utc

    var title: String { "Sessions" }
    var backTitle: String {
        marked != nil ? "unmark" : part != nil ? "all groups" : groups != nil ? "end groups" : "clear filter"
    }

    var needsClock: Bool { rows.isResting || groupLoader.isResting || isPreviewed && preview.needsClock }
    var groupsRows: Bool { true }
    /// Whether groups are shown, and not sessions.
    var showsGroups: Bool { groups != nil && part == nil }

    func table(showsDates: Bool) -> SessionTable {
        SessionTable(width: size.width, showsDates: showsDates, chosen: columns, sessions: window.sessions)
    }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        if let marked { facts.append(.init("marked " + marked, .accent)) }
        if let groups {
            facts.append(.init("by " + groups.grouping.rawValue, .accent))
            if let part { facts.append(.init(part.name(wallClock) ?? "none", .accent)) }
        }
        if hasLoaded { facts.append(.init(position)) }
        // Sums of the groups are more than those of all sessions then.
        if showsGroups, groups?.grouping == .model { facts.append(.init("a session is under each of its models")) }
        if rows.isLoading || groupLoader.isLoading, !hasLoaded { facts.append(.init("reading")) }
        if let indexing = filter.indexing(overview) { facts.append(indexing) }
        return StatusLine(left: .filter(filter.text), facts: facts)
    }

    /// `1 of 137`.
    private var position: String {
        let (row, count) =
            showsGroups ? (groups?.list.selected, groups?.list.count ?? 0) : (window.list.selected, window.total)
        let things = showsGroups ? Figure.count(count, "group") : Figure.count(count, "session")
        return row.map { "\(Figure.count($0 + 1)) of \(things)" } ?? things
    }

    static func listHeight(_ size: Size) -> Int { max(0, size.height - (size.height >= 3 ? 1 : 0)) }

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        wallClock = scope.wallClock
        columns = scope.columns[Self.columnTable.name]
        window.resize(height: Self.listHeight(size))
        groups?.resize(height: Self.listHeight(size))
        load(&scope)
    }

    mutating func storeChanged(_ scope: inout Scope) {
        if isPreviewed { preview.storeChanged(&scope) }
        if showsGroups, let groups {
            return groupLoader.refresh(.sessionGroups(filter.filter, groups.grouping), &scope)
        }
        let (offset, wasLoading) = (window.wantedOffset, rows.isLoading)
        let request = Request.sessions(query(offset))
        rows.refresh(request, &scope)
        if !wasLoading, rows.isLoading { askedOffset = offset }
    }

    mutating func tick(_ scope: inout Scope) {
        if rows.isResting || groupLoader.isResting { storeChanged(&scope) }
        if isPreviewed { preview.tick(&scope) }
    }

    /// Asks for what is shown: groups, or sessions.
    mutating func load(_ scope: inout Scope) {
        guard let groups, part == nil else { return reload(&scope) }
        groupLoader.ask(.sessionGroups(filter.filter, groups.grouping), &scope)
    }

    mutating func reload(_ scope: inout Scope) {
        askedOffset = window.wantedOffset
        rows.ask(.sessions(query(askedOffset)), &scope)
    }

    private func query(_ offset: Int) -> SessionQuery {
        SessionQuery(
            filter: filter.filter, part: part, sort: sort, descending: isDescending, offset: offset,
            limit: window.limit, pinnedFirst: isPinnedFirst)
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        if id.slot >= Slot.preview { return preview.receive(answer, for: id, &scope) }
        switch answer {
        case .sessions(let page):
            let verdict = rows.accept(id)
            guard verdict != .stale else { return }
            hasLoaded = true
            rows.rest(at: scope.now)
            window.put(page, offset: askedOffset)
            if window.wantsMore, askedOffset != window.wantedOffset {
                reload(&scope)
            } else if verdict == .currentButOld {
                storeChanged(&scope)
            }
            lookIntoVisible(&scope)
        case .sessionGroups(let new, let grouping):
            let verdict = groupLoader.accept(id)
            guard verdict != .stale, groups?.grouping == grouping else { return }
            hasLoaded = true
            groupLoader.rest(at: scope.now)
            groups?.put(new)
            isPreviewed = false
            if verdict == .currentButOld { storeChanged(&scope) }
        case .firstWords(let words):
            said.take(words, for: id)
            lookIntoVisible(&scope)
        case .firstMatches(let spans):
            said.take(spans, sought: filter.sought, for: id)
            lookIntoVisible(&scope)
        default: break
        }
    }

    /// Asks for what was said in the sessions that are visible, and for the selected one where it is shown.
    mutating func lookIntoVisible(_ scope: inout Scope) {
        showPreview(&scope)
        guard !showsGroups else { return }
        let visible = window.list.visible.compactMap { window[$0] }
        if table(showsDates: false).showsWords { said.askForWords(visible, &scope) }
        if !filter.sought.isEmpty { said.askForMatches(visible, filter.filter, &scope) }
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        _ = rows.accept(id)
        _ = groupLoader.accept(id)
        said.fail(id)
        preview.fail(id)
    }

    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope) {
        guard filter.set(text, scope) else { return }
        hasLoaded = false
        part = nil
        said.forgetMatches()
        window.reset()
        load(&scope)
    }

    // MARK: Groups

    /// Puts the sessions together by the next of the groupings, or not at all any more.
    mutating func group(_ scope: inout Scope) {
        let all = SessionGrouping.allCases
        let next = groups.map { groups in all.firstIndex(of: groups.grouping).map { $0 + 1 } ?? 0 } ?? 0
        groups = all.indices.contains(next) ? SessionGroups(all[next], height: Self.listHeight(size)) : nil
        part = nil
        hasLoaded = false
        rows.forget()
        groupLoader.forget()
        window.reset()
        load(&scope)
    }

    /// Looks into a group, or shows all groups again.
    mutating func show(_ part: SessionPart?, _ scope: inout Scope) {
        self.part = part
        hasLoaded = false
        rows.forget()
        groupLoader.forget()
        window.reset()
        load(&scope)
    }

    // MARK: Order

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
        if showsGroups {
            groups?.moveSort(step)
            return
        }
        let shown = table(showsDates: false).sorts
        guard !shown.isEmpty else { return }
        let index = shown.firstIndex(of: sort) ?? 0
        let next = shown[(index + step + shown.count) % shown.count]
        sort = next
        isDescending = next != .sessionID
        window.reset()
        reload(&scope)
    }
}
