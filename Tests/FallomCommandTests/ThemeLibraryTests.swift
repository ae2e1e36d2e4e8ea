import Cells
import Testing

@testable import FallomCommand

struct ThemeLibraryTests {
    @Test func `every shipped theme is whole and readable`() throws {
        let library = try ThemeLibrary.load(userFolder: "/does/not/exist")
        #expect(library.definitions.count == 5)
        #expect(library.mistakes() == [])
    }

    @Test func `an unknown theme is told with the known ones`() throws {
        let library = try ThemeLibrary.load(userFolder: "/does/not/exist")
        let failure = #expect(throws: CommandFailure.self) { try library.theme("neon") }
        #expect(failure?.status == 64)
        #expect(failure?.hint?.contains("dark") == true)
    }

    @Test func `a theme's mistake has its place`() {
        let mistake = #expect(throws: ConfigurationMistake.self) {
            try ThemeDefinition(yaml: "about: x\npallette:\n  a: b\n", name: "mine", path: "mine.yaml")
        }
        #expect(mistake?.line == 2)
    }
}
