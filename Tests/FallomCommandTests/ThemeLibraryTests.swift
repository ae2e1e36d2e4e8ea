import Cells
import Console
import SystemCalls
import Testing

@testable import FallomCommand

struct ThemeLibraryTests {
    @Test func `every shipped theme is whole and readable`() {
        let library = ThemeLibrary.load(userFolder: "/does/not/exist")
        #expect(library.definitions.count == 13)
        #expect(library.mistakes() == [])
    }

    @Test func `an unknown theme is told with the known ones`() {
        let library = ThemeLibrary.load(userFolder: "/does/not/exist")
        let failure = #expect(throws: CommandFailure.self) { try library.check("neon") }
        #expect(failure?.status == 64)
        #expect(failure?.hint?.contains("auto, dark") == true)
        #expect(throws: Never.self) { try library.check("auto") }
    }

    @Test func `each mistake of a theme is told with its line and what would be right, and the rest is used`() throws {
        let folder = try Files.makeTemporaryFolder("/tmp/fallom-themes")
        defer { try? Files.removeTree(folder) }
        let text = """
            inherits: nord
            pallette:
              ink: "#000000"
            palette:
              red: crimson
              green: "#00ff00"
            roles:
              eror: red
              good: green
            """
        try OutputFile.write(Array(text.utf8), to: folder + "/mine.yaml")
        let library = ThemeLibrary.load(userFolder: folder)
        let mistakes = library.mistakes().filter { !$0.contains("contrast") }
        #expect(mistakes.count == 3)
        #expect(
            mistakes.first
                == "\(folder)/mine.yaml:2:1: unknown entry 'pallette'; known are about, inherits, palette, roles, mono")
        #expect(mistakes.contains("theme mine: line 5: palette.red: \"crimson\" is no colour; write it as #rrggbb"))
        #expect(
            mistakes.contains { $0.hasPrefix("theme mine: line 8: roles.eror: there is no such role; roles are ") })
        let green = Color(red: 0, green: 255, blue: 0)
        #expect(library.theme("mine")[.good].foreground == green)
        #expect(library.theme("mine")[.background] == library.theme("nord")[.background])
    }

    @Test(
        arguments: [
            ("0;15", true), ("15;0", false), ("0;default;15", true), ("7;8", false), ("12;7", true), ("", nil),
            ("0;99", nil),
        ] as [(String, Bool?)])
    func `COLORFGBG tells a light ground`(_ variable: String, _ isLight: Bool?) {
        #expect(BackgroundHint.isLight(variable) == isLight)
    }

    @Test(arguments: [
        ("", "theme: nord\n"),
        ("# mine\ntheme: dark # calm\nhttp: 127.0.0.1:1\n", "# mine\ntheme: nord\nhttp: 127.0.0.1:1\n"),
        ("udp: 127.0.0.1:2", "udp: 127.0.0.1:2\ntheme: nord\n"),
    ])
    func `a kept theme changes one line of the settings`(_ text: String, _ expected: String) {
        #expect(SettingsText.setting("theme", to: "nord", in: text) == expected)
    }

    @Test func `a kept theme is written, and told again when somebody else changes the file`() async throws {
        let folder = try Files.makeTemporaryFolder("/tmp/fallom-preferences")
        defer { try? Files.removeTree(folder) }
        let path = folder + "/config.yaml"
        try OutputFile.write(Array("theme: light\n".utf8), to: path)
        let environment = ProcessEnvironment(variables: ["XDG_CONFIG_HOME": folder], currentDirectory: folder)
        let feed = PreferencesFeed(file: path, theme: nil, environment: environment)
        #expect(try feed.read().theme == "light")
        var changes = feed.changes().makeAsyncIterator()
        try OutputFile.write(Array("theme: gruvbox\n".utf8), to: path)
        guard case .settings(let settings) = await changes.next() else {
            Issue.record("no settings")
            return
        }
        #expect(settings.theme == "gruvbox")
        try OutputFile.write(Array("theme: neon\n".utf8), to: path)
        guard case .notice(let notice) = await changes.next() else {
            Issue.record("no notice")
            return
        }
        #expect(notice.text == "there is no theme 'neon'")
        #expect(try feed.keep(theme: "nord") == path)
        #expect(try TextFile.read(path) == "theme: nord\n")
        #expect(try feed.read().theme == "nord")
    }
}
