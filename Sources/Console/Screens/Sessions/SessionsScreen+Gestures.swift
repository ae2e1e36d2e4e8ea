import Cells
import TraceModel

extension SessionsScreen {
    func offers(_ gesture: Gesture) -> Bool {
        switch gesture {
        case .move: showsGroups ? groups?.selected != nil : window.total > 0
        case .open: showsGroups ? groups?.selected != nil : window.selected != nil
        case .copy, .export: !showsGroups && window.selected != nil
        case .back: marked != nil || groups != nil || !filter.isEmpty
        case .filter: true
        case .nextError, .previousError: !showsGroups && window.total > 0
        case .nextPane, .previousPane, .nextMatch, .previousMatch, .search: false
        }
    }

    mutating func perform(_ gesture: Gesture, _ scope: inout Scope) {
        switch gesture {
        case .move(let motion): move(motion, &scope)
        case .open where showsGroups: show(groups?.selected?.part, &scope)
        case .open:
            guard let id = window.selected?.sessionID else { return }
            scope.move(.open(SessionScreen(id, looking: filter.sought)))
        case .back:
            goBack(&scope)
        case .copy:
            guard let id = window.selected?.sessionID else { return }
            scope.copy(id, what: "the session id")
        case .export:
            guard let id = window.selected?.sessionID else { return }
            scope.export(.session(id))
        case .filter: scope.move(.edit(.filter, text: filter.text))
        case .nextError: goToError(1, &scope)
        case .previousError: goToError(-1, &scope)
        case .nextPane, .previousPane, .nextMatch, .previousMatch, .search: break
        }
    }

    private mutating func goBack(_ scope: inout Scope) {
        if marked != nil {
            marked = nil
        } else if part != nil {
            show(nil, &scope)
        } else if groups != nil {
            groups = nil
            hasLoaded = false
            groupLoader.forget()
            load(&scope)
        } else {
            accept(.filter, text: "", &scope)
        }
    }

    private mutating func move(_ motion: Motion, _ scope: inout Scope) {
        switch motion {
        case .left: return moveSort(-1, &scope)
        case .right: return moveSort(1, &scope)
        default:
            if showsGroups {
                groups?.change { $0.move(motion) }
                return
            }
            window.move(motion)
        }
        if window.wantsMore { reload(&scope) }
        lookIntoVisible(&scope)
    }

    /// Goes to the next loaded session with an error.
    private mutating func goToError(_ step: Int, _ scope: inout Scope) {
        var row = window.selectedRow + step
        while let session = window[row] {
            if session.errors > 0 {
                window.move(to: row)
                return lookIntoVisible(&scope)
            }
            row += step
        }
        scope.tell(step > 0 ? "no session with an error below" : "no session with an error above")
    }

    mutating func click(_ point: Point, _ scope: inout Scope) {
        let titles = size.height - Self.listHeight(size)
        if showsGroups {
            if point.y >= titles, let row = groups?.list.row(at: point.y - titles) {
                groups?.change { $0.select(row) }
            } else if point.y < titles, let sort = groups?.sort(at: point.x, width: size.width) {
                groups?.sort(by: sort)
            }
        } else if point.y < titles {
            let table = table(showsDates: showsDates(now: scope.now, scope.wallClock))
            if let sort = table.sort(at: point.x) { self.sort(by: sort, &scope) }
        } else if let row = window.list.row(at: point.y - titles) {
            window.move(to: row)
            lookIntoVisible(&scope)
        }
    }

    mutating func wheel(_ rows: Int, at point: Point, _ scope: inout Scope) {
        if scrollPreview(rows, at: point, &scope) { return }
        if showsGroups {
            groups?.change { $0.scroll(by: rows) }
            return
        }
        window.scroll(by: rows)
        if window.wantsMore { reload(&scope) }
        lookIntoVisible(&scope)
    }

    private static let own: [Command] = [
        command(
            "sessions.sort-next", "sort by the next column", ["s", ">"],
            hint: .of(["s", "S"], "sort", order: 40, rank: 45),
            help: "Sort by the column to the right; a click on a title sorts by it.", do: { $0.moveSort(1, &$1) }),
        command(
            "sessions.sort-previous", "sort by the column before", ["S", "<"], help: "Sort by the column to the left.",
            do: { $0.moveSort(-1, &$1) }),
        command(
            "sessions.pinned-first", "pinned first", ["P"],
            help: "Show pinned sessions before all others, or in their place.",
            do: { screen, scope in
                screen.isPinnedFirst.toggle()
                screen.window.reset()
                screen.reload(&scope)
                scope.tell(screen.isPinnedFirst ? "pinned sessions first" : "pinned sessions in their place")
            }),
        command(
            "sessions.reverse", "reverse", ["r"], hint: .of("reverse", order: 50, rank: 47),
            help: "Turn the order around.",
            do: { screen, scope in
                if screen.showsGroups, let sort = screen.groups?.sort {
                    screen.groups?.sort(by: sort)
                } else {
                    screen.sort(by: screen.sort, &scope)
                }
            }),
        command(
            "sessions.group", "by day, customer, config, model", ["g"], hint: .of("group", order: 45, rank: 46),
            help:
                "Put the sessions together by day, customer, config or model, with their sums; Enter looks into a group. "
                + "A session stands under each of its models.",
            do: { $0.group(&$1) }),
        command(
            "sessions.mark", "mark to compare", [.space, "m"], hint: .of("mark", order: 55, rank: 55),
            help: "Mark the session; then `c` on another lays the two side by side.", when: { $0.shownSession != nil },
            otherwise: { _ in "no session is selected" },
            do: { screen, _ in
                let id = screen.window.selected?.sessionID
                screen.marked = screen.marked == id ? nil : id
            }),
        command(
            "sessions.compare", "compare", ["c"], hint: .of("compare", order: 60, rank: 24),
            help: "Lay the marked session and this one side by side.",
            when: { $0.marked != nil && $0.shownSession != nil && $0.marked != $0.shownSession?.sessionID },
            otherwise: {
                $0.marked == nil ? "Space marks a session first" : "this is the marked session: select another"
            },
            do: { screen, scope in
                guard let left = screen.marked, let right = screen.window.selected?.sessionID else { return }
                scope.move(.open(CompareScreen(left, right)))
            }),
        RunScreen.opening(
            SessionsScreen.self, "sessions",
            "Ask the calls of the marked session and this one again, else of all that the filter shows."
        ) { $0.run },
        LiveScreen.opening(
            SessionsScreen.self, "sessions.live", help: "Show the session's spans in Live.",
            otherwise: "no session is selected"
        ) { $0.shownSession.map { ("session", $0.sessionID) } },
    ]

    static let commands: [Command] =
        own + (1...9).map(sortCommand) + [.columns(SessionsScreen.self, "sessions")]
        + Command.conditions(SessionsScreen.self, "sessions") { screen in
            screen.shownSession.map(FilterCondition.all) ?? []
        }

    /// Sorts by a visible column at once.
    private static func sortCommand(_ number: Int) -> Command {
        var command = command(
            "sessions.sort-\(number)", "sort by column \(number)", [.alt(Character("\(number)"))],
            help: "Sort by the visible figure of that number, from the left; again turns the order around.",
            when: { !$0.showsGroups && $0.table(showsDates: false).sorts.count >= number },
            do: { screen, scope in screen.sort(by: screen.table(showsDates: false).sorts[number - 1], &scope) })
        command.series = "sort by a column"
        return command
    }

    /// The selected session; `nil` while groups are shown.
    var shownSession: SessionSummary? { showsGroups ? nil : window.selected }
}

extension SessionsScreen: ColumnScreen {
    static let columnTable = SessionTable.columns(showsDates: false).table("sessions")

    func fit(_ chosen: [String]?, width: Int, _ scene: Scene) -> ColumnFit {
        let showsDates = showsDates(now: scene.now, scene.wallClock)
        return SessionTable(width: width, showsDates: showsDates, chosen: chosen, sessions: window.sessions).fit
    }
}
