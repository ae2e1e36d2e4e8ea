import Cells
import Testing

@testable import Console

@Suite struct ThemeChoiceTests {
    @Test func `a theme is tried on the screen while it is selected, and Esc leaves all as it was`() async throws {
        let robot = try await Robot()
        try await robot.press("C-t")
        robot.expect("auto", "Dark or light")
        #expect(robot.state.theme == "dark")
        try await robot.press("Down Down")
        #expect(robot.state.theme == "nord")
        try await robot.press("Down")
        #expect(robot.state.theme == "nord")
        try await robot.press("Esc")
        #expect(robot.state.theme == "dark")
        #expect(robot.keptThemes == [])
    }

    @Test func `what is typed narrows the themes; Enter keeps one`() async throws {
        let robot = try await Robot()
        try await robot.press("C-t")
        try await robot.type("bright")
        robot.expect("light", "For bright rooms")
        robot.expectNot("Nord.")
        #expect(robot.state.theme == "light")
        try await robot.press("Enter")
        #expect(robot.state.theme == "light")
        #expect(robot.keptThemes == ["light"])
        // "auto" tells of light too, but is not called so.
        try await robot.press("C-t")
        try await robot.type("light")
        robot.expect("▎ light", "For bright rooms")
        try await robot.press("Esc")
        try await robot.press("C-t")
        try await robot.type("zzz")
        robot.expect("no theme matches")
        try await robot.press("Enter")
        #expect(robot.state.theme == "light")
    }

    @Test func `auto follows the terminal's background, also when that changes`() async throws {
        let robot = try await Robot(settings: ConsoleSettings(theme: "auto", themes: Robot.settings.themes))
        #expect(robot.state.theme == "dark")
        try await robot.send(.input(.background(Color(red: 253, green: 246, blue: 227))))
        #expect(robot.state.theme == "light")
        var state = robot.state
        let effects = reduce(&state, .input(.focus(true)), at: SampleWorld.at(8_000))
        guard case .askBackground = effects.first else {
            Issue.record("the terminal is not asked again")
            return
        }
        _ = reduce(&state, .input(.background(Color(red: 0, green: 43, blue: 54))), at: SampleWorld.at(8_000))
        #expect(state.theme == "dark")
    }

    @Test(arguments: [":", "C-t"])
    func `without colours the row that is selected over the screen is seen`(key: String) async throws {
        let robot = try await Robot()
        try await robot.press(key)
        let reversed = Style(attributes: .reverse)
        let theme = Theme(name: "mono", styles: [.bar: reversed, .selection: reversed, .cursor: reversed])
        var grid = Grid(size: Size(width: 80, height: 24))
        draw(robot.state, into: &grid, theme: theme, glyphs: .unicode)
        let rows = grid.text.split(separator: "\n", omittingEmptySubsequences: false)
        let selected = try #require(rows.firstIndex { $0.contains("▎") })
        let column = try #require(rows[selected].firstIndex(of: "▎"))
        let x = rows[selected].distance(from: rows[selected].startIndex, to: column) + 3
        #expect(grid[x, selected].style.attributes.contains(.reverse))
        #expect(!grid[x, selected + 1].style.attributes.contains(.reverse))
    }

    @Test(arguments: [
        ("Home j", "━"), ("k k k Enter", "━"), ("2 Enter", "━"), ("2 g", "█"), ("3 j j j j Tab", "▇"), ("5", "█"),
    ])
    func `without colours a bar of the selected row is drawn by its ink, as in other rows`(keys: String, ink: Character)
        async throws
    {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press(keys)
        let reversed = Style(attributes: .reverse)
        let theme = Theme(
            name: "mono",
            styles: [.bar: reversed, .selection: reversed, .selectionInactive: reversed, .cursor: reversed])
        var grid = Grid(size: Size(width: 160, height: 45))
        draw(robot.state, into: &grid, theme: theme, glyphs: .unicode)
        func isReversed(_ x: Int, _ y: Int) -> Bool { grid[x, y].style.attributes.contains(.reverse) }
        // Rows whose text is reversed, but for the bars at the top and the bottom.
        let selected = (1..<44).filter { y in (0..<160).contains { isReversed($0, y) && grid[$0, y].text != " " } }
        let bars = selected.flatMap { y in (0..<160).filter { grid[$0, y].text == String(ink) }.map { (x: $0, y: y) } }
        #expect(!bars.isEmpty, "no bar in a selected row of\n\(grid.text)")
        for bar in bars { #expect(!isReversed(bar.x, bar.y) && !isReversed(bar.x + 1, bar.y), "\(bar)") }
    }

    @Test func `settings that were changed take effect at once`() async throws {
        let robot = try await Robot()
        try await robot.send(.settings(ConsoleSettings(theme: "nord", themes: Robot.settings.themes)))
        #expect(robot.state.theme == "nord")
    }
}
