import Cells
import Testing
import TraceModel

@testable import Console

/// The lines between panes go where a person puts them, and stay there.
@Suite struct SplitTests {
    private func mouse(_ robot: Robot, _ action: MouseEvent.Action, _ x: Int, _ y: Int) async throws {
        try await robot.send(.input(.mouse(MouseEvent(action, at: Point(x: x, y: y)))))
    }

    /// Where the line between calls and conversation is.
    private func divider(_ robot: Robot) throws -> Int {
        // Joined where a line across ends at it.
        let line = try #require(
            robot.lines.first { $0.contains { "│┤".contains($0) } && $0.contains("chat.completions") })
        return try #require(Array(line).firstIndex { "│┤".contains($0) })
    }

    @Test func `keys move the line between calls and conversation, the next console has it`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k s")
        let before = try divider(robot)
        try await robot.press("> >")
        let after = try divider(robot)
        #expect(after - before == 16)
        guard case .splits(let splits)? = robot.kept.last else { throw Missing() }
        #expect(splits == ["session": 61])
        try await robot.press("<")
        #expect(try divider(robot) == after - 8)

        var settings = Robot.settings
        settings.splits = splits
        let next = try await Robot(width: 160, height: 45, settings: settings)
        try await next.press("k s")
        #expect(try divider(next) == after)
    }

    @Test func `it never takes a pane away`() async throws {
        let robot = try await Robot(width: 100, height: 30)
        try await robot.press("k s")
        for _ in 0..<30 { try await robot.press(">") }
        #expect(try divider(robot) == 59)
        for _ in 0..<30 { try await robot.press("<") }
        #expect(try divider(robot) == 40)
    }

    @Test func `the mouse takes the line along, and it is kept once`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k")
        let rule = try #require(robot.lines.firstIndex { $0.hasPrefix("─ conv-") })
        try await mouse(robot, .press(.left), 40, rule)
        try await mouse(robot, .drag(.left), 40, rule + 4)
        try await mouse(robot, .drag(.left), 40, rule + 10)
        #expect(robot.kept == [])
        try await mouse(robot, .release(.left), 40, rule + 10)
        #expect(robot.lines.firstIndex { $0.hasPrefix("─ conv-") } == rule + 10)
        #expect(robot.kept.count == 1)
        #expect(robot.copied == [])
    }

    @Test func `the list and the figures of a span have lines too`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k")
        let rule = try #require(robot.lines.firstIndex { $0.hasPrefix("─ conv-") })
        try await robot.press(">")
        #expect(try #require(robot.lines.firstIndex { $0.hasPrefix("─ conv-") }) > rule)
        try await robot.press("Enter")
        let before = try #require(robot.lines.first { $0.contains("┬") }?.firstIndex(of: "┬"))
        try await robot.press("<")
        let after = try #require(robot.lines.first { $0.contains("┬") }?.firstIndex(of: "┬"))
        #expect(after < before)
        #expect(robot.kept.count == 2)
    }

    @Test func `where there is one part only, the key says so`() async throws {
        let robot = try await Robot(width: 80, height: 24)
        try await robot.press("k s >")
        robot.expect("a larger terminal shows two")
        #expect(robot.kept == [])
    }

    @Test func `a change of the settings' file moves it at once`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k s")
        var settings = Robot.settings
        settings.splits = ["session": 30]
        try await robot.send(.settings(settings))
        #expect(try divider(robot) == 48)
    }

    private struct Missing: Error {}
}

/// Who looks elsewhere is called, if they want.
@Suite struct AlarmTests {
    private static func settings(_ bell: ConsoleSettings.Bell) -> ConsoleSettings {
        var settings = Robot.settings
        settings.bell = bell
        return settings
    }

    private static func failing(_ id: String, at milliseconds: Int64) -> SampleWorld {
        var world = SampleWorld()
        world.add(
            "call", .llm, session: "s", trace: id, id: id, at: milliseconds, took: 10, change: { $0.status = .error })
        return world
    }

    @Test func `a failed span rings once, what failed before the start does not`() async throws {
        let robot = try await Robot(settings: Self.settings(.init(onErrors: true)))
        try await robot.wait(milliseconds: 1_000)
        #expect(robot.rings == 0)
        try await robot.append(Self.failing("new", at: 9_000))
        try await robot.wait(milliseconds: 3_000)
        #expect(robot.rings == 1)
        try await robot.wait(milliseconds: 3_000)
        #expect(robot.rings == 1)
    }

    @Test func `without the setting it is silent, and the title tells who comes back`() async throws {
        let robot = try await Robot()
        try await robot.wait(milliseconds: 1_000)
        try await robot.send(.input(.focus(false)))
        try await robot.append(Self.failing("new", at: 9_000))
        try await robot.wait(milliseconds: 3_000)
        #expect(robot.rings == 0)
        #expect(robot.state.windowTitle == "1 failed - fallom: Live")
        try await robot.send(.input(.focus(true)))
        #expect(robot.state.windowTitle == "fallom: Live")
        try await robot.press("2")
        #expect(robot.state.windowTitle == "fallom: Sessions")
    }

    @Test func `a day beyond its budget rings once and says what it cost`() async throws {
        let robot = try await Robot(settings: Self.settings(.init(dailyBudget: 10_000_000)))
        try await robot.wait(milliseconds: 1_000)
        #expect(robot.rings == 1)
        robot.expect("more than the $0.0100 of the settings")
        try await robot.wait(milliseconds: 60_000)
        #expect(robot.rings == 1)
    }

    @Test func `a day within its budget is quiet`() async throws {
        let robot = try await Robot(settings: Self.settings(.init(dailyBudget: 10_000_000_000)))
        try await robot.wait(milliseconds: 60_000)
        #expect(robot.rings == 0)
    }
}
