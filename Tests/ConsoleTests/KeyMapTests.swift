import Cells
import Testing

@testable import Console

@Suite struct KeyMapTests {
    private static func settings(_ base: KeyMap.Base, _ changes: [String: [KeyMap.Chord]] = [:]) -> ConsoleSettings {
        var settings = Robot.settings
        settings.keys = KeyMap(base: base, changes: changes)
        return settings
    }

    @Test(arguments: KeyMap.Base.allCases)
    func `a map that is shipped names commands there are and no key for two`(_ base: KeyMap.Base) {
        let names = Set(CommandTable.all.map(\.name))
        for name in base.chords.keys { #expect(names.contains(name), "\(name)") }
        let map = KeyMap(changes: base.chords)
        // A screen's own letters may mean something else there; what holds everywhere must not clash with itself.
        for conflict in map.conflicts where conflict.message.contains("(Everywhere)") {
            let command = CommandTable.all.first { $0.name == conflict.command }
            let clashing = base.chords.keys.first { name in
                name != conflict.command && conflict.message.contains(" \(name) ")
            }
            // The other has keys of its own in the map as well: then the map as a whole is judged below.
            if command != nil, clashing == nil { continue }
            Issue.record("\(conflict.command): \(conflict.message)")
        }
        var seen: [KeyMap.Chord: String] = [:]
        let whole = KeyMap(base: base)
        for command in CommandTable.all where command.place == .everywhere && command.name != "search" {
            for chord in whole.chords(of: command) {
                #expect(seen[chord] == nil, "\(KeyMap.text(chord)) is \(seen[chord] ?? "") and \(command.name)")
                seen[chord] = command.name
            }
        }
    }

    @Test func `a chord begins, says so, and ends with its last key`() async throws {
        let robot = try await Robot(settings: Self.settings(.vim))
        try await robot.press("2 j j")
        let before = robot.screen
        try await robot.press("g")
        robot.expectHint("g …")
        try await robot.press("g")
        #expect(robot.screen != before)
        try await robot.press("g x")
        robot.expectHint("no command has the keys g x")
        try await robot.press("g Esc")
        #expect(robot.state.begun == [])
        try await robot.press("Z Z")
        #expect(robot.hasQuit)
    }

    @Test func `emacs moves with its own keys`() async throws {
        let robot = try await Robot(settings: Self.settings(.emacs))
        try await robot.press("2")
        let before = robot.screen
        try await robot.press("C-n")
        #expect(robot.screen != before)
        try await robot.press("C-p")
        #expect(robot.screen == before)
        try await robot.press("M-x")
        robot.expect("commands")
        try await robot.press("Esc C-x C-c")
        #expect(robot.hasQuit)
    }

    @Test func `a command has the keys it was given, in hints and help too, and no others`() async throws {
        let chord = [Key.character("g"), Key.character("h")]
        let robot = try await Robot(
            width: 160, settings: Self.settings(.default, ["help": [chord], "move.first": [[.home]], "quit": []]))
        robot.expectHint("g h help")
        try await robot.press("q")
        #expect(!robot.hasQuit)
        try await robot.press("?")
        #expect(robot.state.overlay == nil)
        try await robot.press("g h")
        try await robot.type("every key")
        robot.expect("g h", "help")
    }

    @Test(arguments: [("й", "q"), ("ο", "o"), ("Й", "Q"), ("ь", "m"), ("х", "["), ("ש", "a")])
    func `letters of other layouts are the keys at their places`(_ letter: Character, _ latin: Character) {
        #expect(Key.character(letter).onLatinLayout == .character(latin))
        #expect(Key.character(latin).onLatinLayout == nil)
    }

    @Test func `commands work on a Russian layout, and text stays Russian`() async throws {
        let robot = try await Robot()
        try await robot.press("2")
        let before = robot.screen
        try await robot.press("о")
        #expect(robot.screen != before)
        try await robot.press("/")
        try await robot.type("дела")
        robot.expect("дела")
        try await robot.press("Esc й")
        #expect(robot.hasQuit)
    }

    @Test func `what clashes is told with both names`() {
        let map = KeyMap(changes: [
            "sessions.reverse": [[.character("c")]], "quit": [[.character("?")]],
            "help": [[.character("g"), .character("h")]],
        ])
        let messages = map.conflicts.map { "\($0.command): \($0.message)" }
        #expect(messages.contains { $0.hasPrefix("sessions.reverse: c is sessions.compare already (Sessions)") })
        #expect(messages.contains { $0.hasPrefix("help: g h and g, which is move.top, begin alike") })
        #expect(KeyMap(changes: ["sessions.reverse": [[.character("Z")]]]).conflicts == [])
    }
}
