import Cells
import Testing
import TraceModel

@testable import Console

/// The console as lines: what is written when somebody presses a key.
@Suite struct PlainReadingTests {
    private func written(_ robot: Robot, _ keys: String, typed: String = "") async throws -> [String] {
        let before = robot.state.plainReading
        try await robot.press(keys)
        try await robot.type(typed)
        return robot.state.plainReading.lines(since: before, wasAsked: true)
    }

    @Test func `the first reading says where one is and each line, without a picture`() async throws {
        let robot = try await Robot()
        let lines = robot.state.plainReading.lines(since: nil, wasAsked: false)
        #expect(lines.first == "Live")
        #expect(lines.contains { $0.hasPrefix("14:02:29 conv-3d0 failed chat.completions") })
        #expect(lines.filter { $0.hasPrefix("> ") }.count == 1)
        #expect(!lines.contains { $0.contains { "─│┌┐└┘├┤━▎▁█◐".contains($0) } })
    }

    @Test func `a move of the selection writes the row gone to alone`() async throws {
        let robot = try await Robot()
        let lines = try await written(robot, "k")
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix("> 14:02:32 conv-8f2 ok chat.completi"))
        #expect(try await written(robot, "j").count == 1)
    }

    @Test func `a pause is said, and its end`() async throws {
        let robot = try await Robot()
        #expect(try await written(robot, "Space") == ["Live, paused"])
        #expect(try await written(robot, "Space").first == "Live")
    }

    @Test func `a screen gone to is written with its name, an overlay without what lies below`() async throws {
        let robot = try await Robot()
        let sessions = try await written(robot, "2")
        #expect(sessions.first == "Sessions")
        #expect(sessions.contains { $0.hasPrefix("> conv-19d") })
        let help = try await written(robot, "?")
        #expect(help.first == "Help")
        #expect(help.contains { $0.contains("Sort by the column to the right") })
        #expect(!help.contains { $0.contains("conv-") })
    }

    @Test func `panes beside each other are written one after the other`() async throws {
        let robot = try await Robot()
        let lines = try await written(robot, "3")
        let list = try #require(lines.firstIndex { $0.contains("onboarding-chat") || $0.hasPrefix("summarizer") })
        let pane = try #require(lines.firstIndex { $0.hasPrefix("VARIANTS") })
        #expect(list < pane)
        #expect(!lines.contains { $0.contains("CONFIGS") && $0.contains("VARIANTS") })
    }

    @Test func `questions, mistakes and what cannot be done are written`() async throws {
        let robot = try await Robot()
        #expect(try await written(robot, "k s >").contains { $0.contains("a larger terminal shows two") })
        let typed = try await written(robot, "1 /", typed: "latency>quick")
        #expect(typed.first == "type: latency>quick")
        #expect(typed.last?.hasPrefix("column 9: ") == true)
        try await robot.press("Esc 3 j j j j Tab +")
        #expect(try await written(robot, "S").contains { $0.hasSuffix("Enter yes, Esc no") })
    }

    @Test func `a new span is one line, a call that goes on is none`() async throws {
        let robot = try await Robot()
        var before = robot.state.plainReading
        try await robot.wait(milliseconds: 3_000)
        #expect(robot.state.plainReading.lines(since: before, wasAsked: false) == [])
        before = robot.state.plainReading
        var world = SampleWorld()
        world.add("news.read", .tool, session: "conv-new", trace: "n", id: "n", at: 9_000, took: 10)
        try await robot.append(world)
        let lines = robot.state.plainReading.lines(since: before, wasAsked: false)
        #expect(lines.count { $0.contains("news.read") } == 1)
        #expect(lines.count <= 2)
    }

    @Test func `an empty cell is written as –, so that cells can be counted`() async throws {
        let robot = try await Robot()
        let usage = try await written(robot, "5")
        let titles = try #require(usage.first { $0.hasPrefix("MODEL SHARE") })
        let row = try #require(usage.first { $0.hasPrefix("gpt-4o-mini ") })
        #expect(titles.split(separator: " ").count == row.split(separator: " ").count, "\(titles)\n\(row)")
        #expect(row == "gpt-4o-mini – – 2 1 0 210ms")
        let live = try await written(robot, "1")
        // A step has no model, no tokens.
        #expect(live.contains { $0.hasSuffix("ok lookup_order – 120ms – –") }, "\(live)")
        // What failed says so in their place.
        #expect(live.contains { $0.contains("gpt-4o-m… 210ms 429 rate limit") })
        // On the screen empty cells stay empty.
        #expect(!robot.lines.contains { $0.contains("lookup_order") && $0.contains("–") })
    }

    @Test func `columns of a chart are lines of a time and its value, with the selected row's part`() async throws {
        let robot = try await Robot()
        let usage = try await written(robot, "5")
        let title = try #require(usage.firstIndex { $0.hasPrefix("cost by minute") })
        #expect(usage[title + 1] == "2026-11-23 14:02 $0.0527")
        let moved = try await written(robot, "j")
        #expect(moved.contains("2026-11-23 14:02 $0.0527, of it claude-sonnet-4-5 $0.0182"), "\(moved)")
        #expect(try await written(robot, "S").allSatisfy { !$0.contains("of it") })
    }

    @Test func `wide characters stay together`() async throws {
        let robot = try await Robot()
        #expect(robot.state.plainReading.lines.contains { $0.text.contains("日本…ョン") })
    }
}
