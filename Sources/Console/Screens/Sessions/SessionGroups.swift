import Cells
import Display
import TraceModel

/// Sessions put together: the groups, which is selected, and by which figure they are sorted.
struct SessionGroups: Sendable {
    /// What groups are sorted by.
    enum Sort: Int, Hashable, Sendable, CaseIterable {
        case name, sessions, calls, errors, tokens, cost, last
    }

    let grouping: SessionGrouping
    private(set) var groups: [SessionGroup] = []
    private(set) var list = ListState()
    private(set) var hasLoaded = false
    private(set) var sort: Sort
    private(set) var isDescending = true

    init(_ grouping: SessionGrouping, height: Int) {
        self.grouping = grouping
        sort = grouping == .day ? .name : .cost
        list.resize(height: height)
    }

    var selected: SessionGroup? { list.selected.map { groups[$0] } }

    mutating func resize(height: Int) { list.resize(height: height) }

    /// Takes groups as they are now; the selection stays on its group.
    mutating func put(_ new: [SessionGroup]) {
        hasLoaded = true
        let old = list.selected == 0 ? nil : selected?.part
        groups = sorted(new)
        list.resize(count: groups.count)
        if let old, let row = groups.firstIndex(where: { $0.part == old }) { list.select(row) }
    }

    mutating func change(_ body: (inout ListState) -> Void) { body(&list) }

    mutating func sort(by new: Sort) {
        isDescending = new == sort ? !isDescending : true
        sort = new
        put(groups)
    }

    mutating func moveSort(_ step: Int) {
        let all = Sort.allCases
        sort(by: all[(sort.rawValue + step + all.count) % all.count])
    }

    private func sorted(_ groups: [SessionGroup]) -> [SessionGroup] {
        groups.enumerated().sorted { left, right in
            let order = precedes(left.element, right.element)
            return order ?? (left.offset < right.offset)
        }.map(\.element)
    }

    /// `nil` where the two are alike; what is not known is last either way.
    private func precedes(_ left: SessionGroup, _ right: SessionGroup) -> Bool? {
        if sort == .name {
            let names = (left.part.sortName, right.part.sortName)
            guard names.0 != names.1 else { return nil }
            guard let first = names.0 else { return false }
            guard let second = names.1 else { return true }
            // Days from the latest, names from the first letter.
            return (first < second) != (isDescending == (grouping == .day))
        }
        switch (left.figure(sort), right.figure(sort)) {
        case (let first?, let second?): return first == second ? nil : (first > second) == isDescending
        case (nil, nil): return nil
        case (nil, _): return false
        case (_, nil): return true
        }
    }

    // MARK: Drawing

    private enum ColumnID: Hashable, Sendable {
        case sorted(Sort)
        case bar
    }

    private func layout(_ width: Int) -> ColumnLayout<ColumnID> {
        func figure(_ sort: Sort, _ title: String, _ least: Int, most: Int? = nil, rank: Int) -> Column<ColumnID> {
            Column(.sorted(sort), title, .right, least: least, most: most, rank: rank)
        }
        return ColumnLayout(
            [
                Column(.sorted(.name), grouping.rawValue.uppercased(), least: 16, most: 36, rank: 0),
                Column(.bar, "", least: 8, most: 30, rank: 6, from: 70), figure(.sessions, "SESSIONS", 9, rank: 1),
                figure(.calls, "CALLS", 7, most: 9, rank: 3), figure(.errors, "ERRORS", 8, rank: 2),
                figure(.tokens, "TOKENS", 8, most: 13, rank: 4), figure(.cost, "COST", 9, most: 11, rank: 1),
                Column(.sorted(.last), "LAST", least: 8, most: 15, rank: 5),
            ], width: max(1, width - 1))
    }

    /// What a title at a place sorts by.
    func sort(at x: Int, width: Int) -> Sort? {
        if case .sorted(let sort)? = layout(width).column(at: x) { sort } else { nil }
    }

    func drawTitles(into canvas: inout Canvas, _ scene: Scene) {
        let layout = layout(canvas.width)
        for placed in layout.columns {
            let isSorted = placed.column.id == .sorted(sort)
            layout.draw(placed.column.title, in: placed, into: &canvas, y: 0, scene[isSorted ? .strong : .heading])
            if isSorted { layout.drawSort(in: placed, isDescending: isDescending, into: &canvas, scene) }
        }
    }

    func drawRows(into canvas: inout Canvas, _ scene: Scene) {
        let layout = layout(canvas.width)
        let largest = groups.compactMap { $0.figure(barred) }.max() ?? 0
        for (y, row) in list.visible.enumerated() {
            let group = groups[row]
            let isSelected = row == list.selected
            if isSelected { canvas.select(row: y, scene) }
            func put(_ text: String, _ sort: Sort, _ role: Role = .text) {
                layout.draw(text, in: .sorted(sort), into: &canvas, y: y, scene[role])
            }
            put(group.part.name(scene) ?? "none", .name, isSelected ? .strong : .accent)
            put(Figure.count(group.sessions), .sessions)
            put(Figure.count(group.llmCalls), .calls)
            put(
                group.errors > 0 ? Figure.count(group.errors) : scene.glyphs.none, .errors,
                group.errors > 0 ? .error : .dim)
            if let tokens = layout[.sorted(.tokens)] {
                let long = Figure.count(group.totalTokens)
                put(long.utf8.count <= tokens.width ? long : Figure.compact(group.totalTokens), .tokens)
            }
            put(Figure.cost(group.cost), .cost)
            if let last = layout[.sorted(.last)] {
                layout.draw(scene.moment(group.lastAt, width: last.width), in: last, into: &canvas, y: y, scene[.dim])
            }
            layout.sayEmpty(into: &canvas, y: y, scene)
            if let bar = layout[.bar], largest > 0, let value = group.figure(barred) {
                ShareBar(Double(value) / Double(largest), scene[barred == .errors ? .error : .llm]).draw(
                    into: &canvas, in: Rect(x: bar.x, y: y, width: bar.width, height: 1), glyphs: scene.glyphs)
            }
        }
        list.drawBar(into: &canvas, scene)
    }

    /// The figure that the bars show: the one sorted by, else the number of sessions.
    private var barred: Sort { sort == .name || sort == .last ? .sessions : sort }
}

extension SessionGroup {
    fileprivate func figure(_ sort: SessionGroups.Sort) -> Int64? {
        switch sort {
        case .name: nil
        case .sessions: Int64(sessions)
        case .calls: Int64(llmCalls)
        case .errors: Int64(errors)
        case .tokens: Int64(totalTokens)
        case .cost: cost?.nanoDollars
        case .last: lastAt.unixNanoseconds
        }
    }
}

extension SessionPart {
    fileprivate var sortName: ExactText? {
        switch self {
        case .lastAt(let range): ExactText(ISO8601.string(range.lowerBound))
        case .customer(let value), .config(let value), .model(let value): value.map(ExactText.init)
        }
    }

    /// What people call it; `nil` for those that have none.
    func name(_ scene: Scene) -> String? { name(scene.wallClock) }

    func name(_ wallClock: WallClock) -> String? {
        switch self {
        case .lastAt(let range): wallClock.day(range.lowerBound)
        case .customer(let value), .config(let value), .model(let value): value
        }
    }
}
