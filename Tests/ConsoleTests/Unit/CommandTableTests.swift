import Cells
import Experiments
import Testing
import TraceModel

@testable import Console

@Suite struct CommandTableTests {
    /// States that show every screen and overlay, in the conditions in which commands differ.
    private static func states() async throws -> [ConsoleState] {
        var states: [ConsoleState] = []
        let more = [
            GoldenScreenTests.View(name: "filtered", keys: "/", typed: "status:error", then: "Enter"),
            .init(name: "marked", keys: "2 Space"), .init(name: "marked two", keys: "2 Space j"),
            .init(name: "found", keys: "k Enter /", typed: "rule", then: "Enter"),
            .init(name: "tree", keys: "k Enter a j j j j"),
            .init(name: "a rule", keys: "3 j j j j Tab j j j j"),
            .init(name: "an older version", keys: "3 j j j j ["),
            .init(name: "a simulated field", keys: "3 j j j j c Tab Tab j j"),
            .init(name: "a simulated value", keys: "3 j j j j c Tab Tab j j Enter"),
            .init(name: "an older prompt", keys: "4 j Tab j"),
            .init(name: "a weight", keys: "3 j j j j Tab +"),
            .init(name: "a kept prompt", keys: "4 j e x Esc"),
            .init(name: "paused", keys: "Space"),
            .init(name: "health", keys: "M-h"), .init(name: "the tour", keys: "M-t"),
            .init(name: "filters", keys: "M-f"),
            .init(name: "this", keys: "+"), .init(name: "columns", keys: "2 C"),
            .init(name: "groups", keys: "2 g"),
            .init(name: "written as", keys: "2 Enter X"), .init(name: "copied as", keys: "2 Enter y"),
            .init(name: "a stopped test", keys: "4 j a j T T"),
            .init(name: "an older test", keys: "4 j a j T T ["),
            .init(name: "a variable", keys: "4 j i Enter x Enter"),
            .init(name: "a saved sample", keys: "4 j i Enter x Enter C s Enter"),
        ]
        for view in GoldenScreenTests.views + more {
            for size in [(80, 24), (160, 45)] {
                let robot = try await Robot(width: size.0, height: size.1)
                try await robot.press(view.keys)
                try await robot.type(view.typed)
                try await robot.press(view.then)
                states.append(robot.state)
            }
        }
        states.append(try await linkedSpan().state)
        states += try await triedCalls()
        return states
    }

    /// A call being tried, one that was, a run ordered, under way, and over, two calls beside each other.
    private static func triedCalls() async throws -> [ConsoleState] {
        var states: [ConsoleState] = []
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k t t")
        states.append(robot.state)
        let outcome = CallOutcome(answer: "Another answer.", model: "gpt-4o")
        robot.trialAnswers = TrialState(
            outcome, recorded: SpanKey(traceID: "tried", spanID: "again"), isOver: true)
        try await robot.press("Esc t")
        states.append(robot.state)
        try await robot.press("T")
        states.append(robot.state)
        try await robot.press("G Enter")
        try await robot.type("model=gpt-4o")
        try await robot.press("Enter")
        states.append(robot.state)
        try await robot.press("t")
        states.append(robot.state)
        states += try await comparedCalls()
        return states
    }

    private static func comparedCalls() async throws -> [ConsoleState] {
        let robot = try await Robot(width: 160, height: 45)
        try await robot.press("k m k")
        var states = [robot.state]
        try await robot.press("c")
        states.append(robot.state)
        return states
    }

    /// A span that is linked to another trace.
    private static func linkedSpan() async throws -> Robot {
        let robot = try await Robot(width: 160, height: 45)
        var world = SampleWorld()
        let link = SpanDetail.Link(traceID: "first", spanID: "o")
        world.add(
            "again", .tool, session: "conv-b", trace: "second", id: "a", at: 61_000, took: 10,
            detail: SpanDetail(links: [link]))
        try await robot.append(world)
        try await robot.press("1 G Enter")
        return robot
    }

    @Test func `every command can be reached`() async throws {
        var reached: Set<String> = []
        for state in try await Self.states() { reached.formUnion(CommandTable.available(in: state).map(\.name)) }
        let missing = CommandTable.all.filter { !reached.contains($0.name) }.map(\.name)
        #expect(missing.isEmpty)
    }

    @Test func `no key means two things at once`() async throws {
        for state in try await Self.states() {
            for place in [state.place, .everywhere] {
                var seen: [Key: String] = [:]
                for command in CommandTable.available(in: state) where command.place == place {
                    for key in command.keys {
                        #expect(seen[key] == nil, "\(key) is \(seen[key] ?? "") and \(command.name) in \(place.title)")
                        seen[key] = command.name
                    }
                }
            }
        }
    }

    /// A key of the general table may mean something else only where its general meaning is not offered, as `E` where
    /// there are no errors to go to; while something is typed in place the keys are the editor's.
    @Test func `a screen takes no key from what is the same everywhere`() async throws {
        for state in try await Self.states() where !state.top.screen.isTyping && state.overlay == nil {
            let available = CommandTable.available(in: state)
            let general = Set(available.filter { $0.place == .everywhere }.flatMap(\.keys))
            for command in available where command.place != .everywhere {
                for key in command.keys { #expect(!general.contains(key), "\(command.name) takes \(key)") }
            }
        }
    }

    /// Every state with every key that is known there: what cannot act says why. Moves and Esc need no word.
    @Test func `a key that is known but cannot act now says why`() async throws {
        var told: Set<String> = []
        for var state in try await Self.states() where !state.top.screen.isTyping && state.overlay == nil {
            let known = CommandTable.all.filter { $0.place == state.place || $0.place == .everywhere }
            for command in known where !command.name.hasPrefix("move.") && !command.name.contains("typing") {
                for key in command.keys
                where key != .escape && key != .enter && !key.modifiers.contains(.alt)
                    && state.settings.keys.isIdle(key, in: state)
                {
                    state.notice = nil
                    let effects = reduce(&state, .input(.key(key)), at: SampleWorld.at(8_000))
                    #expect(effects.isEmpty, "\(key) acts in \(state.place.title)")
                    #expect(
                        state.notice?.text.contains(": ") == true,
                        "\(key) (\(command.name)) says nothing in \(state.place.title)")
                    if let text = state.notice?.text { told.insert(text) }
                }
            }
        }
        #expect(told.count > 20, "few reasons were heard: \(told.sorted())")
    }

    @Test func `names are unique and texts are there`() {
        var names: Set<String> = []
        for command in CommandTable.all {
            #expect(names.insert(command.name).inserted, "\(command.name) occurs twice")
            #expect(!command.title.isEmpty && command.help.hasSuffix("."), "\(command.name) lacks a text")
            #expect(!command.keys.isEmpty, "\(command.name) has no key")
        }
    }

    @Test func `the manual names every command with its keys`() {
        let manual = CommandTable.manual()
        for command in CommandTable.all {
            #expect(manual.contains("| `\(command.name)` | \(command.help) |"))
        }
        #expect(manual.contains("| `Space` | `live.pause` |"))
    }

    @Test(arguments: [20, 40, 80, 120, 200])
    func `the hint line keeps help and never overflows`(width: Int) async throws {
        for state in try await Self.states() where state.overlay == nil && !state.top.screen.isTyping {
            var state = state
            state.notice = nil
            _ = reduce(&state, .input(.resize(Size(width: width, height: 24))), at: SampleWorld.at(8_000))
            var grid = Grid(size: state.size)
            draw(state, into: &grid, theme: Theme(name: "plain", styles: [:]), glyphs: .unicode)
            let line = grid.text(row: 23)
            #expect(line.contains("? help"))
            #expect(displayWidth(of: line) <= width)
        }
    }

    @Test(arguments: [
        ("fol", "live.follow"), ("pau", "live.pause"), ("sessions", "tab.sessions"), ("nxterr", "error.next"),
    ])
    func `the palette finds what is meant`(typed: String, name: String) async throws {
        let robot = try await Robot()
        try await robot.press(":")
        try await robot.type(typed)
        let palette = try #require(robot.state.picker(PaletteOverlay.self))
        #expect(palette.matches(in: robot.state).first?.name == name)
    }
}

extension KeyMap {
    /// Whether a key alone does nothing now.
    fileprivate func isIdle(_ key: Key, in state: ConsoleState) -> Bool {
        if case .nothing = meaning(of: [key], in: state) { true } else { false }
    }
}
