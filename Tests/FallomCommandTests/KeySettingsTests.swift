import Cells
import Console
import Testing

@testable import FallomCommand

struct KeySettingsTests {
    private func read(_ yaml: String) throws -> KeyMap {
        try #require(try ConfigurationFile(yaml: yaml, path: "config.yaml").keys)
    }

    @Test func `a map by its name, with keys of one's own over it`() throws {
        #expect(try read("keys: vim\n") == KeyMap(base: .vim))
        let map = try read("keys:\n  map: emacs\n  live.pause: [P, g p]\n  tab.sessions: F6\n  export: none\n")
        #expect(map.base == .emacs)
        #expect(
            map.changes == [
                "live.pause": [[.character("P")], [.character("g"), .character("p")]],
                "tab.sessions": [[Key(.function(6))]],
                "export": [],
            ])
    }

    @Test func `every mistake is told with line, command and what would be right`() {
        let mistake = #expect(throws: ConfigurationMistake.self) {
            try read(
                """
                theme: nord
                keys:
                  map: vi
                  live.puase: P
                  tab.sessions: Ctrl+S
                  sessions.reverse: c
                """)
        }
        let report = mistake?.failure.message ?? ""
        let lines = report.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.first == "config.yaml:3:8: there is no key map 'vi'; known are default, vim, emacs")
        #expect(report.contains("config.yaml:4:3: keys: there is no command 'live.puase'; did you mean live.pause?"))
        #expect(report.contains("config.yaml:5:17: keys.tab.sessions: 'Ctrl+S' is no key; did you mean C-s? keys are"))
        #expect(report.contains("config.yaml:6:3: keys.sessions.reverse: c is sessions.compare already (Sessions)"))
    }
}
