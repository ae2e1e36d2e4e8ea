import Console
import Testing

@testable import FallomCommand

struct ManualTests {
    /// Written anew by `fallom manual > docs/keys.md`.
    @Test func `the manual's keys are those of the command table`() throws {
        let path = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/docs/keys.md"
        #expect(try TextFile.read(path) == CommandTable.manual())
    }
}
