import NcursesTerminal
import Testing

struct OpeningTests {
    @Test func `a dumb terminal is refused and the headless commands named`() {
        let error = #expect(throws: TerminalError.self) {
            try NcursesTerminal.open(TerminalOptions(output: -1, input: -1, term: "dumb"))
        }
        #expect(error?.code == .notATerminal)
        #expect(error?.description.contains("fallom tail") == true)
    }
}
