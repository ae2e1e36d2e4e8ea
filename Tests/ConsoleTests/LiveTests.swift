import Cells
import Testing
import TraceModel

@testable import Console

/// The Live screen as a person uses it.
@Suite struct LiveTests {
    @Test func `what is not read yet is not held empty`() {
        let now = SampleWorld.at(8_000)
        var state = ConsoleState(size: Size(width: 80, height: 24), now: now, settings: Robot.settings)
        _ = reduce(&state, .started, at: now)
        _ = reduce(&state, .input(.key(.space)), at: now)
        #expect(state.plainReading.heading == "Live")
    }

    /// Spans of one session, one a second, named `call 0`, `call 1`, …; each tenth failed.
    static func calls(_ range: Range<Int>) -> SampleWorld {
        var world = SampleWorld()
        for number in range {
            world.add(
                "call \(number)", .llm, session: "s", trace: "n\(number)", id: "x", at: Int64(number) * 1_000,
                took: 100,
                change: { span in
                    if number % 10 == 0 {
                        span.status = .error
                        span.errorMessage = "failed \(number)"
                    }
                })
        }
        return world
    }

    @Test func `a call is indented below those it lies in where they stand above it`() async throws {
        var world = SampleWorld()
        world.add("early step", .tool, session: "s", trace: "t", id: "a", parent: "p", at: 10, took: 5)
        world.add("whole run", .agent, session: "s", trace: "t", id: "p", at: 0, took: 900)
        world.add("another run", .agent, session: "o", trace: "u", id: "p", at: 20, took: 900)
        world.add("late step", .tool, session: "s", trace: "t", id: "b", parent: "p", at: 30, took: 5)
        world.add("inner step", .tool, session: "s", trace: "t", id: "c", parent: "b", at: 31, took: 1)
        let robot = try await Robot(world: world)
        for row in ["✓ early step", "✓ whole run", "✓ another run", "✓   late step", "✓     inner step"] {
            robot.expect(row)
        }
    }

    @Test func `the newest span stays in view while the screen follows`() async throws {
        let robot = try await Robot(world: Self.calls(0..<50))
        robot.expectSelected("call 49")
        try await robot.append(Self.calls(50..<52))
        robot.expectSelected("call 51")
        robot.expect("following")
    }

    @Test func `moving up stops following, and what came since is counted`() async throws {
        let robot = try await Robot(world: Self.calls(0..<50))
        try await robot.press("k k")
        robot.expectSelected("call 47")
        try await robot.append(Self.calls(50..<53))
        robot.expectSelected("call 47")
        robot.expect("standing still", "3 new")
        try await robot.press("G")
        robot.expectSelected("call 52")
        robot.expect("following")
    }

    @Test func `a pause holds the list and loses nothing`() async throws {
        let robot = try await Robot(world: Self.calls(0..<30))
        let rows = robot.lines[2..<23]
        try await robot.press("Space")
        try await robot.append(Self.calls(30..<37))
        robot.expect("paused", "7 new")
        // The hint says what the key does now.
        robot.expectHint("Space", "go on")
        robot.expectNot("Space pause")
        #expect(Array(robot.lines[3..<23]) == Array(rows.dropFirst()))
        try await robot.press("j G")
        robot.expectSelected("call 29")
        try await robot.press("Space")
        robot.expectSelected("call 36")
        robot.expectNot("new")
    }

    @Test func `a pause with a filter counts only what matches`() async throws {
        let robot = try await Robot(world: Self.calls(0..<30))
        try await robot.press("/")
        try await robot.type("status:error")
        try await robot.press("Enter Space")
        try await robot.append(Self.calls(30..<51))
        robot.expect("paused", "3 new")
        robot.expectNot("call 40")
    }

    @Test func `a running call is shown until it ends`() async throws {
        let robot = try await Robot(world: Self.calls(0..<3), now: SampleWorld.at(4_000))
        var world = SampleWorld()
        world.add("slow", .llm, session: "s", trace: "r", id: "r", at: 4_000, took: nil)
        try await robot.append(world)
        #expect(robot.state.needsClock)
        try await robot.wait(milliseconds: 3_000)
        robot.expectSelected("slow", "3s")
        world = SampleWorld()
        world.add("slow", .llm, session: "s", trace: "r", id: "r", at: 4_000, took: 3_500)
        try await robot.append(world)
        robot.expectSelected("slow", "3.50s")
    }

    @Test func `how a call went is seen without colours, and figures keep their place`() async throws {
        let robot = try await Robot(width: 120, height: 60)
        let rows = robot.screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let finished = try #require(rows.first { $0.contains("rag.retrieve") })
        let failed = try #require(rows.first { $0.contains("429 rate limit") })
        let running = try #require(rows.first { $0.contains("14:02:33") })
        // The sign and the end of the figure stand in the same columns in all three.
        func place(_ text: String, in row: String) -> Int? {
            row.firstRange(of: text).map { displayWidth(of: row[..<$0.lowerBound]) }
        }
        let sign = try #require(place("✓", in: finished))
        #expect(place("✗", in: failed) == sign)
        #expect(["◐", "◓", "◑", "◒"].contains { place($0, in: running) == sign })
        let end = try #require(place("310ms", in: finished)).advanced(by: 5)
        #expect(place("210ms", in: failed).map { $0 + 5 } == end)
        #expect(place(" 1s", in: running).map { $0 + 3 } == end)
    }

    @Test func `the clock stops when nothing changes with it`() async throws {
        let robot = try await Robot(world: Self.calls(0..<3), now: SampleWorld.at(2_500))
        try await robot.wait(milliseconds: 90_000)
        #expect(!robot.state.needsClock)
    }

    @Test func `e and E go to failed spans wherever they are`() async throws {
        let robot = try await Robot(world: Self.calls(0..<400))
        try await robot.press("E")
        robot.expectSelected("call 390", "failed 390")
        for _ in 0..<30 { try await robot.press("E") }
        robot.expectSelected("call 90", "failed 90")
        try await robot.press("e")
        robot.expectSelected("call 100")
        try await robot.press("g E")
        robot.expect("no failed span before this one")
    }

    @Test func `a long list is read window by window, and every row is reached`() async throws {
        let robot = try await Robot(world: Self.calls(0..<600))
        try await robot.press("g")
        robot.expectSelected("call 0")
        for expected in stride(from: 19, through: 589, by: 19) {
            try await robot.press("PgDn")
            robot.expectSelected("call \(expected)")
        }
        for _ in 0..<9 { try await robot.press("C-u") }
        robot.expectSelected("call 499")
        #expect(robot.largestPage <= Pulse.sampleLimit)
    }

    @Test func `a selection stays on its span while rows come and the terminal changes`() async throws {
        let robot = try await Robot(world: Self.calls(0..<300))
        for _ in 0..<40 { try await robot.press("k") }
        robot.expectSelected("call 259")
        try await robot.append(Self.calls(300..<420))
        try await robot.resize(60, 9)
        robot.expectSelected("call 259")
        try await robot.resize(160, 45)
        robot.expectSelected("call 259")
        try await robot.resize(20, 5)
        robot.expectSelected("call 259")
    }

    @Test func `a filter narrows the list, a mistake leaves it as it is, Esc clears it`() async throws {
        let robot = try await Robot(world: Self.calls(0..<100))
        try await robot.press("/")
        try await robot.type("status:error -name:\"call 9*\"")
        try await robot.press("Enter")
        robot.expectSelected("call 80")
        robot.expectNot("call 90")
        try await robot.press("/")
        try await robot.type(" latency>x")
        robot.expect("✗ column")
        try await robot.press("Enter")
        robot.expect("✗ column")
        try await robot.press("Esc")
        robot.expectSelected("call 80")
        try await robot.press("Esc")
        robot.expectSelected("call 99")
    }

    @Test func `the filter line completes and remembers`() async throws {
        let robot = try await Robot()
        try await robot.press("/")
        try await robot.type("mod")
        try await robot.press("Tab")
        try await robot.type("o4-mini")
        try await robot.press("Enter")
        robot.expectSelected("responses.create")
        try await robot.press("Esc / Up Enter")
        robot.expect("/ model:o4-mini")
    }

    @Test func `y copies ids, x exports, o shows one session`() async throws {
        let robot = try await Robot()
        try await robot.press("k y x")
        #expect(robot.copied == ["ta j3"])
        #expect(robot.exports == [.span(SpanKey(traceID: "ta", spanID: "j3"))])
        try await robot.press("o")
        robot.expect("/ session:conv-8f2")
        robot.expectNot("conv-11c")
    }

    @Test func `a click selects, a second opens, the wheel scrolls, a tab and a hint are clicked`() async throws {
        let robot = try await Robot()
        try await robot.click("generateContent")
        robot.expectSelected("generateContent")
        try await robot.click("generateContent")
        robot.expect("session · conv-77a · generateContent")
        try await robot.press("Esc")
        try await robot.click("2 Sessions")
        robot.expect("7 sessions")
        try await robot.click("? help")
        robot.expect("type to search")
    }

    @Test func `the mouse can be left to the terminal`() async throws {
        let robot = try await Robot()
        try await robot.press("M-m")
        #expect(!robot.state.reportsMouse)
        robot.expect("the mouse selects text")
        try await robot.press("M-m")
        #expect(robot.state.reportsMouse)
    }

    @Test func `Alt that means nothing is Esc and the key, before a sign that begins sequences Esc alone`()
        async throws
    {
        let robot = try await Robot()
        func depth() -> Int { robot.state.tabs[robot.state.activeTab].screens.count }
        try await robot.press("2 Enter")
        #expect(depth() == 2)
        try await robot.press("M-1")
        #expect(depth() == 1 && robot.state.activeTab == 0)
        try await robot.press("2 Enter M-[")
        #expect(depth() == 1 && robot.state.activeTab == 1)
    }

    @Test func `d shows the content below on a small screen too`() async throws {
        let robot = try await Robot()
        try await robot.press("k d")
        robot.expect("You can return order 17")
        try await robot.press("Tab j j y")
        #expect(robot.copied.first?.contains("What is the refund policy for order 17?") == true)
        try await robot.press("Esc d")
        robot.expectNot("You can return order 17")
    }

    @Test func `while spans rush by, the selection and its content move on once a second`() async throws {
        let robot = try await Robot(width: 160, height: 45, world: Self.calls(0..<20), now: SampleWorld.at(30_000))
        try await robot.append(Self.calls(20..<21))
        robot.expectSelected("call 19")
        robot.expect("turn 20")
        robot.expect("call 20")
        #expect(robot.state.needsClock)
        try await robot.wait(milliseconds: 1_000)
        robot.expectSelected("call 20")
        robot.expect("turn 21")
    }
}
