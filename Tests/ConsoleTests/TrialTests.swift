import Assignment
import Cells
import Experiments
import Testing
import TraceModel

@testable import Console

/// What a trial of two hours stumbled over.
@Suite struct TrialTests {
    @Test func `the palette says where a command works that is not here`() async throws {
        let robot = try await Robot(width: 120)
        try await robot.press(":")
        try await robot.type("sort")
        robot.expect("sort", "in Sessions:")
        robot.expectNot("back ")
        try await robot.press("Enter")
        robot.expectHint("works in Sessions")
        try await robot.press("2 :")
        try await robot.type("sort")
        robot.expectNot("in Sessions:")
    }

    @Test func `one key evens the weights of a config`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("3 j j j j Tab")
        try await robot.press("+ + + w")
        robot.expect("draft")
        let draft = try #require((robot.state.top.screen as? ExperimentsScreen)?.board.draft)
        let weights = draft.made.weights.compactMap(\.percent)
        #expect(weights.count > 1)
        #expect(weights.reduce(0, +) == 100)
        #expect((weights.max() ?? 0) - (weights.min() ?? 0) <= 1)
    }

    @Test func `z gives a pane of a session the whole screen, and back`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k s")
        let before = robot.screen
        robot.expect("latency")
        try await robot.press("z")
        let layout = try #require(robot.state.top.screen as? SessionScreen).layout(Size(width: 160, height: 42))
        #expect(layout.rows.width == 160)
        #expect(layout.figures.isEmpty)
        #expect(layout.conversation.isEmpty)
        try await robot.press("Tab")
        #expect(robot.screen != before)
        try await robot.press("BTab z")
        #expect(robot.screen == before)
    }

    @Test func `many rows take the room of the session's box`() {
        let size = Size(width: 160, height: 42)
        let few = SessionLayout(size, focus: .rows, rowCount: 5)
        let many = SessionLayout(size, focus: .rows, rowCount: 501)
        #expect(!few.session.isEmpty)
        #expect(many.session.isEmpty)
        #expect(many.rows.height == few.rows.height + few.attributes.height + few.session.height)
    }

    @Test(arguments: [80, 120, 132, 160])
    func `no width shows fewer figures of results and prompts than a smaller one`(width: Int) async throws {
        let robot = try await Robot(width: width, height: 40)
        try await robot.press("4 j")
        robot.expect("VERSION", "CALLS", "ERRORS", "P50", "P95", "COST/CALL")
        let config = ExperimentsLayout(Size(width: width, height: 37), pane: .config).config
        #expect(config.width >= 57)
    }

    @Test func `a number leads to the tab's own list, and once more to what lay open above it`() async throws {
        let robot = try await Robot(width: 120)
        try await robot.press("2 Enter")
        robot.expect("session · ")
        let open = robot.screen
        try await robot.press("1 2")
        robot.expectNot("session · ")
        robot.expectHint("2 again goes back to conv-")
        try await robot.press("k j 2")
        #expect(robot.screen == open)
        // From there the list is one key away too, and a session that is opened anew takes the other's place.
        try await robot.press("2 j Enter")
        robot.expect("session · ")
        #expect(robot.screen != open)
        #expect(robot.state.tabs[robot.state.activeTab].screens.count == 2)
    }

    @Test func `Esc in the tab's own list lets go of what lay open above it`() async throws {
        let robot = try await Robot(width: 120)
        try await robot.press("2 Enter 2")
        robot.expectHint("2 again goes back to conv-")
        try await robot.press("Esc 2")
        robot.expectNot("session · ")
        #expect(robot.state.tabs[robot.state.activeTab].screens.count == 1)
    }

    @Test func `the hint of Esc says what it does now, and in a session it goes back from either pane`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("/")
        try await robot.type("status:error")
        try await robot.press("Enter")
        robot.expectHint("Esc clear filter")
        try await robot.press("Tab")
        robot.expectHint("Esc to the list")
        try await robot.press("Esc Esc 2 Space")
        robot.expectHint("Esc unmark")
        try await robot.press("Esc Enter Tab /")
        try await robot.type("the")
        try await robot.press("Enter")
        robot.expectHint("Esc end search")
        try await robot.press("Esc")
        robot.expectHint("Esc back")
        try await robot.press("Esc")
        robot.expectNot("session · ")
    }

    @Test func `joint tables stand one below the other, and their keys in the hint line`() async throws {
        let robot = try await Robot(width: 160, height: 60)
        try await robot.press("3 j j j j b")
        robot.expect("against broken-agent   1 of 4")
        robot.expect("2 of 4")
        robot.expectHint("←→ other tests")
        try await robot.press("]")
        robot.expect("against", "2 of 4")
        try await robot.press("[ k")
        robot.expect("4 of 4")
    }

    @Test func `where there is room an A/B test shows in what its versions differ and how they fare`() async throws {
        let robot = try await Robot(width: 220, height: 60)
        try await robot.press("4 j a")
        robot.expect("what differs: system")
        robot.expect("onboarding@6", "onboarding@7")
        robot.expect("COST/CALL")
    }

    @Test func `a short session's rows leave room for the call's attributes`() async throws {
        let robot = try await Robot(width: 220, height: 60)
        try await robot.press("2 Enter")
        robot.expect("─ attributes ")
        robot.expect("─ session ")
    }

    @Test func `the attributes of whatever span is selected are read`() async throws {
        var world = SampleWorld()
        world.add("agent", .agent, session: "tools", trace: "tools", id: "a", at: 100_000, took: 900)
        world.add("look up", .tool, session: "tools", trace: "tools", id: "t", parent: "a", at: 100_100, took: 300)
        let robot = try await Robot(width: 160, height: 45, world: world)
        try await robot.press("2 Enter")
        for key in ["g", "j", "k"] {
            try await robot.press(key)
            robot.expect("─ attributes ")
            #expect(!robot.lines.contains { $0.contains("not read yet") })
        }
    }

    @Test func `in a trace of many calls the conversation follows what is selected, a tool's too`() async throws {
        var world = SampleWorld()
        world.add("agent", .agent, session: "long", trace: "long", id: "a", at: 100_000, took: 60_000)
        for number in 0..<60 {
            let at = 100_000 + Int64(number) * 1_000
            world.call(
                "chat", session: "long", trace: "long", id: "c\(number)", parent: "a", at: at, took: 400,
                model: "gpt-4o", ttft: 100, tokens: (10, 5), nanoDollars: nil,
                said: (
                    [Message(role: "user", parts: [.text("question \(number)")])],
                    [Message(role: "assistant", parts: [.text("answer \(number)")])]
                ))
            world.add(
                "look up", .tool, session: "long", trace: "long", id: "t\(number)", parent: "a", at: at + 500, took: 300
            )
        }
        let robot = try await Robot(width: 160, height: 45, world: world)
        // The last row is a tool that the last call asked for.
        try await robot.press("2 Enter G")
        robot.expect("answer 59")
        try await robot.press("k k k k k")
        robot.expect("answer 57")
    }

    @Test(arguments: ["3 j j j j", "4 j a"])
    func `one word and one key make a version current, whatever it is of`(keys: String) async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press(keys)
        robot.expect("current")
        let keys = { (name: String) in CommandTable.all.first { $0.name == name }?.keys }
        for board in ["experiments", "ab-tests", "prompts"] { #expect(keys(board + ".use") == [.character("M")]) }
        for board in ["experiments", "ab-tests"] { #expect(keys(board + ".save-current") == [.character("S")]) }
    }

    @Test func `unfolding stands in the hints of a span on 80 columns`() async throws {
        let robot = try await Robot(width: 80, height: 24)
        try await robot.press("k Enter")
        robot.expectHint("= unfold")
    }
}
