import Cells
import Testing
import TraceModel

@testable import Console

/// What helps a person find again: completion, kept filters, "filter by this", groups of sessions, chosen columns.
@Suite struct FindingTests {
    // MARK: The filter line

    @Test func `an empty line and Tab list the fields with an example each`() async throws {
        let robot = try await Robot(width: 120, height: 45)
        try await robot.press("/")
        robot.expectNot("model:gpt-4o*")
        try await robot.press("Tab")
        robot.expect("model:", "model:gpt-4o*")
        robot.expect("status:", "status:error")
        try await robot.press("Tab Tab")
        robot.expect("/ status:")
        try await robot.press("BTab")
        robot.expect("/ model:")
    }

    @Test func `a field is completed, then the values that the store has of it`() async throws {
        let robot = try await Robot(width: 120, height: 45)
        try await robot.press("/")
        try await robot.type("prov")
        try await robot.press("Tab")
        robot.expect("/ provider:")
        robot.expect("provider:openai", "span")
        try await robot.type("op")
        try await robot.press("Tab Enter")
        #expect(robot.state.shownFilter == "provider:openai")
    }

    @Test func `what is typed in the middle of a filter is completed in its place`() async throws {
        let robot = try await Robot(width: 120, height: 45)
        try await robot.press("/")
        try await robot.type("(kind:tool OR -stat")
        try await robot.press("Tab")
        robot.expect("/ (kind:tool OR -status:")
        try await robot.type("e")
        try await robot.press("Tab")
        try await robot.type(")")
        try await robot.press("Enter")
        #expect(robot.state.shownFilter == "(kind:tool OR -status:error)")
    }

    @Test func `an unknown field shows those like it first`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("/")
        try await robot.type("modle:gpt")
        robot.expectHint("there is no field", "did you mean model:")
        robot.expect("model:gpt", "model:gpt-4o*")
        try await robot.press("Tab Enter")
        #expect(robot.state.shownFilter == "model:gpt")
    }

    @Test func `every value of a field that has few is offered`() async throws {
        let robot = try await Robot(width: 120, height: 45)
        try await robot.press("/")
        try await robot.type("is:")
        robot.expect("is:pinned")
        robot.expect("is:run")
    }

    @Test func `a dead end completes to nothing, and the line stays as it was`() async throws {
        let robot = try await Robot()
        try await robot.press("/")
        try await robot.type("\"free tex")
        try await robot.press("Tab Tab BTab")
        robot.expect("/ \"free tex")
    }

    // MARK: Kept filters

    @Test func `a filter is kept under a name, found again and forgotten`() async throws {
        let robot = try await Robot()
        try await robot.press("/")
        try await robot.type("status:error")
        try await robot.press("Enter :")
        try await robot.type("save what failed")
        try await robot.press("Enter")
        let saved = SavedFilter(name: "what failed", text: "status:error")
        #expect(robot.kept == [.filters([saved])])
        try await robot.press("Esc 2 M-f")
        robot.expect("what failed", "status:error")
        try await robot.press("Enter")
        #expect(robot.state.shownFilter == "status:error")
        try await robot.press("M-f C-x")
        robot.expect("none is kept yet")
        #expect(robot.kept.last == .filters([]))
    }

    @Test func `M-s asks for the name, and a name that is there is given anew`() async throws {
        let robot = try await Robot(
            settings: ConsoleSettings(filters: [SavedFilter(name: "bad", text: "kind:tool")]))
        try await robot.press("/")
        try await robot.type("latency>2s")
        try await robot.press("Enter M-s")
        robot.expect("save as")
        try await robot.type("bad")
        try await robot.press("Enter")
        #expect(robot.kept == [.filters([SavedFilter(name: "bad", text: "latency>2s")])])
        // A screen without a filter shows what it finds in Live.
        try await robot.press("Esc k Enter M-f Enter")
        #expect(robot.state.activeTab == 0 && robot.state.shownFilter == "latency>2s")
    }

    // MARK: This, and not this

    @Test func `a value of the selected row becomes part of the filter, or is left out`() async throws {
        let robot = try await Robot(width: 120, height: 45)
        let model = try #require(await robot.store.spans(SpanQuery(limit: 1)).spans.first)
        try await robot.press("+")
        robot.expect("session", model.sessionID)
        try await robot.type("session")
        try await robot.press("Enter")
        #expect(robot.state.shownFilter == "session:\(model.sessionID)")
        try await robot.press("-")
        try await robot.type("kind")
        try await robot.press("Enter")
        let kind = model.span.kind.rawValue
        #expect(robot.state.shownFilter == "session:\(model.sessionID) -kind:\(kind)")
    }

    // MARK: Sessions

    @Test func `sessions are put together by g, and a group is looked into`() async throws {
        let robot = try await Robot(width: 120, height: 30)
        try await robot.press("2")
        let sessions = try await robot.store.sessions(SessionQuery(limit: .max)).sessions
        robot.expect("1 of \(sessions.count) sessions")
        for grouping in SessionGrouping.allCases {
            try await robot.press("g")
            robot.expect(grouping.rawValue.uppercased(), "SESSIONS", "CALLS", "ERRORS", "TOKENS", "COST", "LAST")
            let groups = try await robot.store.sessionGroups(SessionGroupQuery(by: grouping))
            robot.expect("by \(grouping.rawValue)", "1 of \(groups.count) group")
            #expect(groups.reduce(0) { $0 + $1.sessions } >= sessions.count)
            let group = try #require(groups.first)
            try await robot.press("Enter")
            robot.expect("1 of \(group.sessions) session")
            try await robot.press("Esc")
        }
        try await robot.press("g")
        robot.expect("1 of \(sessions.count) sessions")
    }

    @Test(arguments: [80, 160])
    func `groups by model say that a session stands in several, other groups do not`(width: Int) async throws {
        let robot = try await Robot(width: width, height: 24)
        try await robot.press("2")
        for grouping in SessionGrouping.allCases {
            try await robot.press("g")
            let says = robot.lines[1].contains("a session is under each of its models")
            #expect(says == (grouping == .model), "\(robot.lines[1])")
        }
        try await robot.press("Enter")
        robot.expectNot("a session is under each of its models")
    }

    @Test func `sums of groups are those of their sessions`() async throws {
        let robot = try await Robot()
        for grouping in SessionGrouping.allCases {
            for group in try await robot.store.sessionGroups(SessionGroupQuery(by: grouping)) {
                let members = try await robot.store.sessions(SessionQuery(part: group.part, limit: .max)).sessions
                #expect(members.count == group.sessions)
                #expect(members.reduce(0) { $0 + $1.llmCalls } == group.llmCalls)
                #expect(members.reduce(0) { $0 + $1.errors } == group.errors)
                #expect(members.reduce(0) { $0 + $1.totalTokens } == group.totalTokens)
                let costs = members.compactMap(\.cost)
                #expect(
                    costs.isEmpty
                        ? group.cost == nil : costs.reduce(0) { $0 + $1.nanoDollars } == group.cost?.nanoDollars)
            }
        }
    }

    @Test func `columns are chosen and ordered, kept, and taken back`() async throws {
        let robot = try await Robot(width: 120, height: 40)
        try await robot.press("2 C")
        robot.expect("✓", "session")
        robot.expect("first words")
        // The last activity goes, how long it lasted comes first.
        try await robot.press("j j Space j K K K Enter")
        let chosen = try #require(robot.state.settings.columns["sessions"])
        #expect(chosen.prefix(3) == ["duration", "session", "started"])
        #expect(!chosen.contains("last"))
        #expect(robot.kept == [.columns(["sessions": chosen])])
        robot.expect("LASTED", "SESSION", "STARTED")
        try await robot.press("C 0 Enter")
        #expect(robot.state.settings.columns["sessions"] == nil)
        try await robot.press("1 C Space Enter")
        robot.expectNot("TIME")
    }

    @Test func `chosen columns that are not on the screen say why, and keep their tick`() async throws {
        let robot = try await Robot(width: 80, height: 30)
        try await robot.press("2 C")
        robot.expect("✓", "lasted", "no room at 80 columns")
        robot.expect("✓", "score", "nothing in it yet")
        robot.expect("✓", "cost")
        #expect(!robot.lines.contains { $0.contains("✓  cost") && $0.contains("no room") })
        // Of chosen ones the last give way: what is taken out makes room for the next.
        try await robot.press("Esc 1 C")
        robot.expect("✓", "tok/s", "no room at 80 columns")
        let place = try #require(SpanTable.ColumnID.allCases.firstIndex(of: .speed))
        try await robot.press(
            ([String](repeating: "j", count: place) + ["K", "K", "K", "K", "K", "K"]).joined(separator: " "))
        #expect(!robot.lines.contains { $0.contains("tok/s") && $0.contains("no room") })
        robot.expect("✓", "prompt", "no room at 80 columns")
        // What is not ticked needs no reason.
        try await robot.press([String](repeating: "j", count: 10).joined(separator: " ") + " Space")
        #expect(!robot.lines.contains { $0.contains("prompt") && $0.contains("no room") })
    }

    @Test func `the speed of answers stands in the rows, and the filter line asks for it`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        robot.expect("TTFT", "TOK/S", "TOKENS")
        // 143 tokens in the 930 ms after the first; of a tool nothing is known.
        robot.expect("conv-8f2", "310ms", " 154 ", "812 → 143")
        try await robot.press("/")
        try await robot.type("spe")
        robot.expect("speed>", "speed<30")
        try await robot.press("Tab")
        robot.expect("/ speed>")
        try await robot.type("200")
        try await robot.press("Enter")
        #expect(robot.state.shownFilter == "speed>200")
        robot.expect("gemini-2.5-flash", " 256 ", "1,033 → 92")
        robot.expect("o4-mini", " 754 ", "512 → 1,877")
        robot.expectNot("claude-sonnet-4-5")
        robot.expectNot("lookup_order")
    }

    @Test func `on 80 columns the speed of answers is shown to whoever chooses it`() async throws {
        let robot = try await Robot(width: 80, height: 24)
        robot.expectNot("TOK/S")
        try await robot.press("C")
        robot.expect("✓", "tok/s")
        let place = try #require(SpanTable.ColumnID.allCases.firstIndex(of: .speed))
        let moves = [String](repeating: "j", count: place) + [String](repeating: "K", count: place - 1)
        try await robot.press(moves.joined(separator: " ") + " Enter")
        #expect(robot.state.settings.columns["live"]?.prefix(3) == ["time", "speed", "session"])
        robot.expect("TIME", "TOK/S", "SESSION")
        robot.expect("154", "conv-8f2")
    }

    // MARK: Usage

    @Test func `the part of the row that a person selects is drawn in the columns, and the title says whose`()
        async throws
    {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("5")
        // The first row is selected by itself: nothing is drawn of it.
        #expect(robot.lines[2].hasPrefix("─ cost by minute ───"))
        #expect(!robot.lines[3..<16].contains { $0.contains("▒") })
        try await robot.press("j")
        robot.expect("cost by minute", "█ claude-sonnet-4-5", "▒ others")
        // 35 of 100: a third of the column's rows at its foot.
        let column = robot.lines[3..<16].filter { $0.contains("▒") || $0.contains("█") }
        #expect(column.last?.contains("█") == true && column.first?.contains("▒") == true)
        #expect(column.count { $0.contains("█") } * 2 < column.count)
        // Nothing of it failed; p95 has no parts; with another field no row is selected yet.
        try await robot.press("k")
        robot.expect("█ gpt-4o-2024-11-20", "▒ others")
        try await robot.press("j S")
        robot.expectNot("▒ others")
        try await robot.press("s b")
        robot.expectNot("▒ others")
    }

    @Test func `with colours the part has an ink of its own, in the title too`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("5 j")
        let inks: [Role: Style] = [
            .llm: Style(foreground: Color(red: 0, green: 0, blue: 200)),
            .tool: Style(foreground: Color(red: 200, green: 200, blue: 0)),
        ]
        var grid = Grid(size: Size(width: 160, height: 45))
        draw(robot.state, into: &grid, theme: Theme(name: "two", styles: inks), glyphs: .unicode)
        let inked = (3..<16).map { grid[12, $0].style.foreground }.compactMap(\.self)
        #expect(inked.first == inks[.llm]?.foreground && inked.last == inks[.tool]?.foreground)
        let title = (0..<160).first { grid[$0, 2].text == "█" }
        #expect(title.map { grid[$0, 2].style.foreground } == inks[.tool]?.foreground)
        #expect(!grid.text.contains("others"))
    }

    @Test func `usage's columns are chosen too, the error rate of calls among them, and errors say what they count`()
        async throws
    {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("5")
        robot.expectNot("ERR RATE")
        try await robot.press("C")
        robot.expect("✓", "error rate of calls", "no room at 160 columns")
        let columns = UsageScreen.columnTable.columns.map(\.name)
        let place = try #require(columns.firstIndex(of: "error_rate"))
        try await robot.press(([String](repeating: "j", count: place) + ["K", "K", "K", "K"]).joined(separator: " "))
        try await robot.press("Enter")
        #expect(robot.state.settings.columns["usage"]?.contains("error_rate") == true)
        robot.expect("MODEL", "ERR RATE")
        robot.expect("gpt-4o-mini", "50.0%")
        let figures = UsageFigure.allCases.count
        var presses = 0
        while !robot.lines[2].contains("error rate"), presses < figures {
            try await robot.press("s")
            presses += 1
        }
        robot.expect("error rate by minute", "failed calls of models")
        while !robot.lines[2].contains("errors by"), presses < 2 * figures {
            try await robot.press("s")
            presses += 1
        }
        robot.expect("errors by minute", "failed spans of any kind, tools too")
    }

    @Test func `first words stand beside the session, and the place that a filter found`() async throws {
        let robot = try await Robot(width: 200, height: 40)
        try await robot.press("2")
        robot.expect("FIRST WORDS")
        let words = try #require(robot.lines.first { $0.contains("conv-") })
        #expect(words.utf8.count > 100)
        try await robot.press("/")
        try await robot.type("order")
        try await robot.press("Enter")
        robot.expect("order")
    }

    @Test func `help has one row for keys that differ in a number alone, and each by itself where it is looked for`()
        async throws
    {
        let robot = try await Robot(width: 120, height: 45)
        try await robot.press("2 ?")
        robot.expect("M-1…M-9", "sort by a column")
        #expect(robot.lines.count { $0.contains("M-1") || $0.contains("M-5") } == 1)
        try await robot.type("m-5")
        robot.expect("M-5", "sort by column 5")
        robot.expectNot("sort by a column")
        // Keys that a person has set are shown as they are.
        var settings = Robot.settings
        settings.keys = KeyMap(changes: ["sessions.sort-3": [[.alt("c")]]])
        let own = try await Robot(width: 120, height: 45, settings: settings)
        try await own.press("2 ?")
        own.expect("M-1…M-2", "sort by a column")
        own.expect("M-c", "sort by column 3")
        own.expect("M-4…M-9", "sort by a column")
    }

    @Test func `a visible figure is sorted by at once, and again the other way round`() async throws {
        let robot = try await Robot(width: 120, height: 40)
        try await robot.press("2 M-1")
        #expect((robot.state.top.screen as? SessionsScreen)?.sort == .sessionID)
        try await robot.press("M-2")
        let sort = try #require((robot.state.top.screen as? SessionsScreen)?.sort)
        #expect(sort != .sessionID)
        try await robot.press("M-2")
        #expect((robot.state.top.screen as? SessionsScreen)?.isDescending == false)
    }
}

extension FindingTests {
    @Test func `drawing the mouse over the histogram makes a span of time part of the filter`() async throws {
        let robot = try await Robot(width: 120, height: 40)
        var world = SampleWorld()
        for minute in 1...8 {
            world.add(
                "again", .llm, session: "conv-b", trace: "later-\(minute)", id: "a", at: Int64(minute) * 60_000,
                took: 10,
                detail: SpanDetail())
        }
        try await robot.append(world)
        try await robot.press("5 Tab h")
        let screen = try #require(robot.state.top.screen as? UsageScreen)
        let y = try #require(robot.lines.firstIndex { $0.contains("by \(screen.histogram.bucket.rawValue)") }) + 3
        for (x, action) in [(12, MouseEvent.Action.press(.left)), (14, .drag(.left)), (30, .drag(.left))] {
            try await robot.send(.input(.mouse(MouseEvent(action, at: Point(x: x, y: y)))))
        }
        #expect((robot.state.top.screen as? UsageScreen)?.histogram.marked != nil)
        try await robot.send(.input(.mouse(MouseEvent(.release(.left), at: Point(x: 30, y: y)))))
        let text = try #require(robot.state.shownFilter)
        #expect(text.hasPrefix("since:") && text.contains(" until:"))
        try await robot.press("Esc Esc")
        #expect(robot.state.shownFilter == nil)
    }

    @Test(arguments: [(160, "all failed"), (80, "failed")])
    func `a model whose calls all failed is told from one that cost nothing`(width: Int, words: String) async throws {
        let robot = try await Robot(width: width, height: 40)
        var world = SampleWorld()
        for number in 0..<2 {
            world.call(
                "chat", session: "conv-bad", trace: "bad-\(number)", id: "a", at: 9_000, took: 10, model: "gone-1",
                ttft: nil,
                tokens: nil, nanoDollars: nil, change: { $0.status = .error })
        }
        world.call(
            "chat", session: "conv-free", trace: "free", id: "a", at: 9_000, took: 10, model: "free-1", ttft: nil,
            tokens: nil, nanoDollars: 0)
        try await robot.append(world)
        try await robot.press("5")
        robot.expect("gone-1", words)
        #expect(!robot.lines.contains { $0.contains("free-1") && $0.contains("failed") })
    }

    @Test func `filters of consoles before come back, and each that is used is kept`() async throws {
        let robot = try await Robot()
        try await robot.send(.usedFilters(["status:error", "kind:tool"]))
        try await robot.press("/ Up")
        robot.expect("kind:tool")
        try await robot.press("Up")
        robot.expect("status:error")
        try await robot.press("Enter")
        #expect(robot.usedFilters == ["status:error"])
        // What is looked for in a text is no filter.
        try await robot.press("Esc Enter /")
        try await robot.type("word")
        try await robot.press("Enter")
        #expect(robot.usedFilters == ["status:error"])
        #expect(robot.state.filterHistory == ["kind:tool", "status:error"])
    }
}
