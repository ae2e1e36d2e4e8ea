import Cells
import Display
import TraceModel

/// What was used and what it cost: a figure over time, and groups with their sums.
struct UsageScreen: Screen {
    static let place = Place(title: "Usage")

    enum Slot {
        static let groups = 0
        static let parts = 1
        static let time = 2
        static let part = 3
    }

    /// Which pane has the keys.
    enum Pane: Hashable, Sendable {
        case groups, time
    }

    var filter = AppliedFilter()
    /// Filters before each zoom into a span of time.
    var zooms: [String] = []
    /// What groups are made by, and what each is taken apart by.
    var first = UsageField.model
    var second: UsageField?
    var rows = UsageRows()
    var list = ListState()
    var histogram = UsageHistogram()
    var total = UsageFigures()
    var pane = Pane.groups
    var groups = Loader(slot: Slot.groups)
    var parts = Loader(slot: Slot.parts)
    var time = Loader(slot: Slot.time)
    var partTime = Loader(slot: Slot.part)
    /// The group whose part was asked for last.
    var askedPart: UsagePart?
    /// Whether a person has selected the row: the first one is selected by itself.
    var isChosen = false
    var hasLoaded = false
    /// Pieces of time that turned out not to suit, so that no two ask for each other for ever.
    var unsuited: Set<UsageBucket> = []
    /// The store has changed since the sums were read.
    var isOld = false
    var readAt: Timestamp?
    var size = Size(width: 0, height: 0)
    /// The columns a person has chosen.
    private(set) var columns: [String]?

    var title: String { "Usage" }

    /// A sum over all is read again at most this often, in nanoseconds.
    static let pace: Int64 = 2_000_000_000

    var needsClock: Bool { isOld }

    func status(overview: StoreOverview?) -> StatusLine {
        var facts: [StatusLine.Fact] = []
        facts.append(.init("by " + fields.map(\.name).joined(separator: ", "), .accent))
        if hasLoaded { facts.append(.init(position)) }
        if groups.isLoading, !hasLoaded { facts.append(.init("reading")) }
        if let indexing = filter.indexing(overview) { facts.append(indexing) }
        if hasLoaded, total.callsWithoutCost > 0 {
            facts.append(
                .init(
                    "\(Figure.percent(total.callsWithoutCost, of: total.llmCalls)) of the calls: cost unknown", .warning
                ))
        }
        return StatusLine(left: .filter(filter.text), facts: facts)
    }

    private var position: String {
        guard let selected = list.selected else { return Figure.count(0, "group") }
        return "\(Figure.count(selected + 1)) of \(Figure.count(list.count))"
    }

    var fields: [UsageField] { [first] + (second.map { [$0] } ?? []) }

    var layout: UsageLayout { UsageLayout(size) }

    var selected: UsageRows.Row? { list.selected.flatMap { rows.rows.indices.contains($0) ? rows.rows[$0] : nil } }

    // MARK: Loading

    mutating func appear(_ scope: inout Scope) {
        size = scope.area
        columns = scope.columns[Self.columnTable.name]
        if layout.time.isEmpty { pane = .groups }
        list.resize(height: layout.list.height)
        reload(&scope)
    }

    mutating func storeChanged(_ scope: inout Scope) {
        isOld = true
        renew(&scope)
    }

    mutating func tick(_ scope: inout Scope) { renew(&scope) }

    private mutating func renew(_ scope: inout Scope) {
        guard isOld, !groups.isLoading, !time.isLoading else { return }
        if let readAt, scope.now.nanoseconds(since: readAt) < Self.pace { return }
        reload(&scope)
    }

    mutating func reload(_ scope: inout Scope) {
        isOld = false
        readAt = scope.now
        groups.ask(.usage(UsageRequest(filter: filter.filter, fields: [first])), &scope)
        time.ask(.usage(UsageRequest(filter: filter.filter, fields: [], bucket: histogram.bucket)), &scope)
        loadParts(&scope)
        followPart(isNews: true, &scope)
    }

    /// The parts are summed only while some are shown.
    mutating func loadParts(_ scope: inout Scope) {
        guard let second, !rows.unfolded.isEmpty else { return }
        parts.ask(.usage(UsageRequest(filter: filter.filter, fields: [first, second])), &scope)
    }

    mutating func receive(_ answer: ScreenAnswer, for id: RequestID, _ scope: inout Scope) {
        guard case .usage(let report, let request) = answer else { return }
        switch id.slot {
        case Slot.groups:
            guard groups.accept(id) != .stale else { return }
            hasLoaded = true
            total = report.total
            keepSelection { $0.put(groups: report.rows) }
            followPart(&scope)
        case Slot.parts:
            guard parts.accept(id) != .stale else { return }
            keepSelection { $0.put(parts: report.rows) }
        case Slot.time:
            guard time.accept(id) != .stale else { return }
            take(report.rows, bucket: request.bucket ?? .hour, &scope)
            followPart(&scope)
        case Slot.part:
            guard partTime.accept(id) != .stale else { return }
            take(part: report.rows)
        default: break
        }
    }

    private mutating func take(_ rows: [UsageRow], bucket: UsageBucket, _ scope: inout Scope) {
        histogram.put(rows, bucket: bucket)
        guard let better = histogram.better, !unsuited.contains(better) else { return }
        unsuited.insert(bucket)
        time.ask(.usage(UsageRequest(filter: filter.filter, fields: [], bucket: better)), &scope)
    }

    mutating func fail(_ id: RequestID, _ scope: inout Scope) {
        _ = groups.accept(id)
        _ = parts.accept(id)
        _ = time.accept(id)
        _ = partTime.accept(id)
    }

    /// Changes the rows; the selection stays on its group. Until a person moves, it stays on the first row.
    mutating func keepSelection(_ change: (inout UsageRows) -> Void) {
        let old = list.selected == 0 && !isChosen ? nil : selected
        change(&rows)
        list.resize(count: rows.rows.count, height: layout.list.height)
        guard let old else { return }
        let same = rows.rows.firstIndex { $0.isPart == old.isPart && $0.group.values == old.group.values }
        if let same { list.select(same) }
    }

    mutating func accept(_ purpose: FieldEditor.Purpose, text: String, _ scope: inout Scope) {
        guard filter.set(text, scope) else { return }
        zooms = []
        begin(&scope)
    }

    /// Begins anew after the filter or the fields have changed.
    mutating func begin(_ scope: inout Scope) {
        hasLoaded = false
        unsuited = []
        histogram.cursor = nil
        histogram.drawnTo = nil
        list.select(0)
        isChosen = false
        reload(&scope)
    }
}

/// Where the parts of the screen lie.
struct UsageLayout {
    let time: Rect
    let rule: Rect
    let titles: Rect
    let list: Rect
    let total: Rect

    init(_ size: Size) {
        let all = Rect(x: 0, y: 0, width: size.width, height: size.height)
        let hasTime = size.height >= 14
        let parts = all.rows([
            .fixed(hasTime ? 1 : 0), .fixed(hasTime ? max(5, size.height * 3 / 10) : 0), .fixed(hasTime ? 1 : 0),
            .fixed(size.height >= 4 ? 1 : 0), .rest, .fixed(size.height >= 6 ? 1 : 0),
        ])
        rule = parts[0]
        time = parts[1]
        titles = parts[3]
        list = parts[4]
        total = parts[5]
    }
}
