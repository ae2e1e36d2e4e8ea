import Testing

@testable import Console

@Suite struct TourTests {
    /// What is pressed at each step, in order.
    private static let walk = ["k", "Enter", "Esc", "filter", "2", "3", "4", "5"]

    @Test(arguments: [(80, 24), (160, 45)])
    func `the tour goes on as what it asks for is done`(width: Int, height: Int) async throws {
        let robot = try await Robot(width: width, height: height)
        try await robot.press("M-t")
        for (index, keys) in Self.walk.enumerated() {
            let step = Tour.steps[index]
            robot.expect("tour \(index + 1) of 8")
            let asked = CommandTable.available(in: robot.state).first { $0.name == step.command }
            #expect(asked != nil, "\(step.command) does nothing where it is asked for")
            robot.expect(step.asks)
            if keys == "filter" {
                try await robot.press("/")
                try await robot.type("status:error")
                try await robot.press("Enter")
            } else {
                try await robot.press(keys)
            }
            #expect(robot.state.tour?.index == index + 1, "\(keys) is not what step \(index + 1) asked for")
        }
        robot.expect("That was the tour")
        try await robot.press("M-n")
        #expect(robot.state.tour == nil)
        robot.expectNot("That was the tour")
    }

    @Test func `a step can be skipped, one that is done already is passed over, and the tour ended`() async throws {
        let robot = try await Robot()
        try await robot.press("M-t M-n M-n")
        // The third asks to go back, and there is nothing to go back from.
        robot.expect("tour 4 of 8")
        try await robot.press("M-t")
        #expect(robot.state.tour == nil)
    }

    @Test func `help and the palette lie above it`() async throws {
        let robot = try await Robot()
        try await robot.press("M-t ?")
        robot.expectNot("tour 1 of 8")
        try await robot.press("Esc")
        robot.expect("tour 1 of 8")
    }
}
