import Cells
import Testing

@testable import Console

@Suite struct TextSelectionTests {
    private func mouse(_ robot: Robot, _ action: MouseEvent.Action, _ x: Int, _ y: Int) async throws {
        try await robot.send(.input(.mouse(MouseEvent(action, at: Point(x: x, y: y)))))
    }

    @Test func `dragging copies the text of one pane`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k Enter")
        let lines = robot.lines
        let y = try #require(lines.firstIndex { $0.contains("user") && $0.contains("│") })
        let divider = try #require(Array(lines[y]).firstIndex(of: "│"))
        try await mouse(robot, .press(.left), divider + 2, y)
        try await mouse(robot, .drag(.left), divider + 9, y)
        try await mouse(robot, .drag(.left), 150, y + 2)
        try await mouse(robot, .release(.left), 150, y + 2)
        let copied = try #require(robot.copied.last)
        #expect(copied.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
        #expect(!copied.contains("│"))
        let beside = Array(lines[y + 1])[(divider + 1)...].map(String.init).joined()
        #expect(copied.contains(beside.trimmingSpaces))
    }

    @Test func `a drag to the left and up selects as well, and a key ends it`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await mouse(robot, .press(.left), 40, 5)
        try await mouse(robot, .drag(.left), 10, 4)
        #expect(robot.state.selection?.parts.count == 2)
        try await mouse(robot, .release(.left), 10, 4)
        #expect(robot.copied.count == 1)
        try await robot.press("j")
        #expect(robot.state.selection == nil)
    }

    @Test func `a click without a drag copies nothing`() async throws {
        let robot = try await Robot()
        try await mouse(robot, .press(.left), 10, 5)
        try await mouse(robot, .release(.left), 10, 5)
        #expect(robot.copied.isEmpty)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while let last = text.last, last == " " || last == "┃" { text.removeLast() }
        return String(text)
    }
}

@Suite struct ZoomTests {
    @Test func `zoom gives a span's content nearly all rows in Live, and all columns of its own screen`() async throws {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k")
        let rows = robot.lines.filter { $0.contains("conv-") }.count
        try await robot.press("z")
        #expect(robot.lines.filter { $0.contains("conv-") }.count < rows)
        try await robot.press("z")
        #expect(robot.lines.filter { $0.contains("conv-") }.count == rows)
        try await robot.press("Enter")
        robot.expect("latency")
        try await robot.press("z")
        robot.expectNot("latency")
        try await robot.press("z")
        robot.expect("latency")
    }
}
