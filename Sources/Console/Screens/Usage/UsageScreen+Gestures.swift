import Cells
import TraceModel

extension UsageScreen {
    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move, .copy: list.count > 0
        case .open: selected != nil
        case .back: pane == .time || !zooms.isEmpty || !filter.isEmpty
        case .nextPane, .previousPane: !layout.time.isEmpty
        case .filter: true
        case .export, .nextError, .previousError, .nextMatch, .previousMatch, .search: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion, &scope)
        case .open: if pane == .time { zoomIn(&scope) } else { go(to: LiveScreen.place, &scope) }
        case .back: goBack(&scope)
        case .nextPane, .previousPane: pane = pane == .groups ? .time : .groups
        case .copy:
            if let text = condition { scope.copy(text, what: "the filter of this row") }
        case .filter: scope.move(.edit(.filter, text: filter.text))
        case .export, .nextError, .previousError, .nextMatch, .previousMatch, .search: break
        }
    }

    var backTitle: String { pane == .time ? "to the table" : zooms.isEmpty ? "clear filter" : "zoom out" }

    private mutating func goBack(_ scope: inout Scope) {
        if pane == .time {
            pane = .groups
        } else if !zooms.isEmpty {
            zoomOut(&scope)
        } else {
            accept(.filter, text: "", &scope)
        }
    }

    private mutating func move(_ motion: Motion, _ scope: inout Scope) {
        if pane == .time {
            switch motion {
            case .left, .up: histogram.move(by: -1)
            case .right, .down: histogram.move(by: 1)
            case .first: histogram.move(by: -.max / 2)
            case .last: histogram.move(by: .max / 2)
            case .pageUp, .halfPageUp: histogram.move(by: -10)
            case .pageDown, .halfPageDown: histogram.move(by: 10)
            }
            return
        }
        switch motion {
        case .right: fold(false, &scope)
        case .left: fold(true, &scope)
        default:
            list.move(motion)
            isChosen = true
        }
        followPart(&scope)
    }

    private mutating func fold(_ isFolded: Bool, _ scope: inout Scope) {
        guard let row = selected else { return }
        guard second != nil else {
            return scope.tell("B chooses by what a group is taken apart")
        }
        let value = row.group.values.first ?? nil
        keepSelection { $0.fold(value, isUnfolded: !isFolded) }
        if isFolded, row.isPart,
            let group = rows.rows.firstIndex(where: { !$0.isPart && $0.group.values.first == value })
        {
            list.select(group)
        }
        if !isFolded { loadParts(&scope) }
    }

    // MARK: Going places

    /// The filter that made the selected row.
    var condition: String? {
        guard let row = selected else { return nil }
        let conditions = zip(fields, row.group.values).map { $0.condition($1) }
        guard !conditions.contains(nil) else { return nil }
        return FilterText.joined(filter.text, conditions.compactMap(\.self).joined(separator: " "))
    }

    mutating func go(to place: Place, _ scope: inout Scope) {
        guard let condition else { return scope.tell("the filter has no field for this") }
        scope.move(.filter(tab: place, text: condition))
    }

    mutating func narrow(excluding: Bool, _ scope: inout Scope) {
        guard let row = selected else { return }
        let conditions = zip(fields, row.group.values).map { $0.condition($1) }
        guard !conditions.contains(nil) else { return scope.tell("the filter has no field for this") }
        let text = conditions.compactMap(\.self).joined(separator: " ")
        accept(.filter, text: FilterText.joined(filter.text, excluding ? "-(\(text))" : text), &scope)
    }

    // MARK: Time

    /// Makes the piece of time under the cursor, or the newer half where there is none, part of the filter.
    mutating func zoomIn(_ scope: inout Scope) {
        guard let first = histogram.rows.first?.bucketStart, let last = histogram.rows.last?.bucketStart else { return }
        let step = histogram.bucket.nanoseconds
        let middle = first.advanced(byNanoseconds: last.nanoseconds(since: first) / 2 / step * step)
        let marked = histogram.marked
        let start = marked?.first ?? middle
        let end = (marked?.last ?? last).advanced(byNanoseconds: step)
        guard start > first || end <= last || marked != nil else {
            return scope.tell("there is nothing finer")
        }
        let before = filter.text
        let text = FilterText.joined(before, "since:\(Self.moment(start)) until:\(Self.moment(end))")
        guard text != before, filter.set(text, scope) else { return }
        zooms.append(before)
        begin(&scope)
    }

    /// A moment as the filter takes it, in UTC: `2026-11-28T14:00:00Z`.
    private static func moment(_ time: Timestamp) -> String { String(ISO8601.string(time).prefix(19)) + "Z" }

    mutating func zoomOut(_ scope: inout Scope) {
        guard let text = zooms.popLast(), filter.set(text, scope) else { return }
        begin(&scope)
    }

    // MARK: Fields

    mutating func nextField(_ step: Int, isSecond: Bool, _ scope: inout Scope) {
        let all = UsageField.named
        if isSecond {
            let choices: [UsageField?] = [nil] + all.filter { $0 != first }
            let index = choices.firstIndex(of: second) ?? 0
            second = choices[(index + step + choices.count) % choices.count]
            keepSelection { $0.forgetParts() }
        } else {
            let index = all.firstIndex(of: first) ?? 0
            first = all[(index + step + all.count) % all.count]
            if second == first { second = nil }
            rows = Self.emptied(rows)
            begin(&scope)
        }
    }

    /// No rows, in the order that was chosen.
    private static func emptied(_ rows: UsageRows) -> UsageRows {
        var rows = rows
        rows.forgetParts()
        rows.put(groups: [])
        return rows
    }

    mutating func moveSort(_ step: Int) {
        let shown = table.figures
        guard !shown.isEmpty else { return }
        let index = shown.firstIndex(of: rows.sort) ?? 0
        let next = shown[(index + step + shown.count) % shown.count]
        if next != rows.sort { keepSelection { $0.sort(by: next) } }
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let layout = layout
        if layout.titles.contains(point) {
            let figure = table.figure(at: point.x)
            if let figure { keepSelection { $0.sort(by: figure) } }
        } else if layout.list.contains(point), let row = list.row(at: point.y - layout.list.y) {
            pane = .groups
            list.select(row)
            isChosen = true
            followPart(&scope)
        } else if layout.time.contains(point) {
            pane = .time
            let piece = histogram.piece(at: point.x - layout.time.x, rows.sort, width: layout.time.width)
            if let piece { histogram.cursor = piece }
            histogram.drawnTo = nil
        }
    }

    func takesDrag(from point: Point) -> Bool { layout.time.contains(point) }

    /// Drawn over the histogram, the mouse marks a span of time, which becomes part of the filter.
    mutating func drag(to point: Point, isOver: Bool, _ scope: inout Scope) {
        guard pane == .time, histogram.cursor != nil else { return }
        let x = min(max(0, point.x - layout.time.x), layout.time.width - 1)
        if let piece = histogram.piece(at: x, rows.sort, width: layout.time.width) { histogram.drawnTo = piece }
        guard isOver else { return }
        if histogram.drawnTo != histogram.cursor, histogram.drawnTo != nil { zoomIn(&scope) }
        histogram.drawnTo = nil
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        if layout.time.contains(point) { histogram.move(by: rows) } else { list.scroll(by: rows) }
    }

    private static let noRow = "no row is selected"

    static let commands: [Command] = [
        command(
            "usage.by", "by the next field", ["b"], hint: .of(["b", "B"], "by", order: 40, rank: 41),
            help: "Sum by the next field: model, provider, customer, config, and so on.",
            do: { $0.nextField(1, isSecond: false, &$1) }),
        command(
            "usage.by-previous", "by the field before", ["v"], help: "Sum by the field before.",
            do: { $0.nextField(-1, isSecond: false, &$1) }),
        command(
            "usage.then-by", "then by", ["B"],
            help: "Choose by what each group is taken apart; Right shows its parts, Left hides them.",
            do: { $0.nextField(1, isSecond: true, &$1) }),
        command(
            "usage.figure", "the next figure", ["s", ">"], hint: .of(["s", "S"], "figure", order: 45, rank: 43),
            help:
                "Sort, draw and compare by the figure to the right; a click on a title does so too. ERRORS counts failed spans of "
                + "any kind, ERR RATE failed calls of models.",
            do: { screen, _ in screen.moveSort(1) }),
        command(
            "usage.figure-previous", "the figure before", ["S", "<"],
            help: "Sort, draw and compare by the figure to the left.", do: { screen, _ in screen.moveSort(-1) }),
        command(
            "usage.reverse", "reverse", ["r"], hint: .of("reverse", order: 47, rank: 71),
            help: "Turn the order around.", do: { screen, _ in screen.keepSelection { $0.reverse() } }),
        command(
            "usage.zoom-in", "zoom in", ["]"], hint: .of(["[", "]"], "zoom", order: 50, rank: 44),
            help: "Make the piece of time under the cursor (Tab, then Left and Right; or a click) part of the filter; "
                + "without a cursor the newer half.",
            do: { $0.zoomIn(&$1) }),
        command(
            "usage.zoom-out", "zoom out", ["["], help: "Take the last zoom back.", when: { !$0.zooms.isEmpty },
            otherwise: { _ in "all of the time is shown" }, do: { $0.zoomOut(&$1) }),
        command(
            "usage.sessions", "its sessions", ["o"], hint: .of("sessions", order: 55, rank: 46),
            help: "Show the sessions that the selected row is made of.", when: { $0.selected != nil },
            otherwise: { _ in noRow }, do: { $0.go(to: SessionsScreen.place, &$1) }),
        command(
            "usage.only", "filter by this", ["+"], hint: .of(["+", "-"], "only, without", order: 57, rank: 72),
            help: "Make the selected row's values part of the filter.", when: { $0.selected != nil },
            otherwise: { _ in noRow }, do: { $0.narrow(excluding: false, &$1) }),
        command(
            "usage.without", "not this", ["-"], help: "Leave the selected row's values out.",
            when: { $0.selected != nil }, otherwise: { _ in noRow }, do: { $0.narrow(excluding: true, &$1) }),
        .columns(UsageScreen.self, "usage"),
    ]
}

extension UsageScreen: ColumnScreen {
    static let columnTable = UsageTable.columns(title: "GROUP").table(
        "usage", titles: ["bar": "the figure as a bar", "error_rate": "error rate of calls"])

    /// The table as it is on the screen.
    var table: UsageTable {
        UsageTable(width: size.width, fields: fields, longest: rows.longestValue, chosen: columns)
    }

    func fit(_ chosen: [String]?, width: Int, _ scene: Scene) -> ColumnFit {
        UsageTable(width: width, fields: fields, longest: rows.longestValue, chosen: chosen).fit
    }
}
