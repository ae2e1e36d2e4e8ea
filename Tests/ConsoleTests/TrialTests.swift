import Assignment
import Cells
import Experiments
import Testing

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
        #expect(many.rows.height == few.rows.height + few.session.height)
    }
}
