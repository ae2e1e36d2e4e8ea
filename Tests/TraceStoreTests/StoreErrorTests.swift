import Testing
import TraceStore

@Suite struct StoreErrorTests {
    @Test func `an error says the file, what happened and what to do`() {
        let error = StoreError(code: .diskFull, path: "/x/s.sqlite", message: "the disk is full", advice: "free space")
        #expect(error.description == "/x/s.sqlite: the disk is full; free space")
    }
}
