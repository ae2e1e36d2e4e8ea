import Testing
import TraceModel
import TraceStore

/// The speed of an answer is no column of the store: SQL computes it, to the last digit.
@Suite struct SpeedFilterTests {
    @Test func `the store finds the speeds that the evaluator finds`() async throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        try await SpeedSamples.compare(store)
        try await store.close()
    }
}
