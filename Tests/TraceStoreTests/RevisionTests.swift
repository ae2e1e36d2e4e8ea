import Testing
import TraceModel
import TraceStore

@Suite(.timeLimit(.minutes(1))) struct RevisionTests {
    @Test func `a writer's own commits are told`() async throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let revisions = store.revisions()
        let receipt = try await store.append(Samples.batch(0..<3))
        for await revision in revisions where revision >= receipt.revision { break }
        try await store.close()
    }

    @Test func `another connection's commits are told, each sooner or later`() async throws {
        let folder = try TemporaryFolder()
        let writer = try TraceStore.open(at: folder.file(), configuration: .test)
        let reader = try TraceStore.openReadOnly(at: folder.file(), configuration: .test)
        var iterator = reader.revisions().makeAsyncIterator()
        for round in 0..<20 {
            let receipt = try await writer.append(Samples.batch([round]))
            while let revision = await iterator.next(), revision < receipt.revision {}
            #expect(try await reader.overview().spans == round + 1)
        }
        try await reader.close()
        try await writer.close()
    }

    @Test func `a log that is created later is watched`() async throws {
        let folder = try TemporaryFolder()
        try await TraceStore.open(at: folder.file(), configuration: .test).close()
        let reader = try TraceStore.openReadOnly(at: folder.file(), configuration: .test)
        var iterator = reader.revisions().makeAsyncIterator()
        let writer = try TraceStore.open(at: folder.file(), configuration: .test)
        let receipt = try await writer.append(Samples.batch([1]))
        while let revision = await iterator.next(), revision < receipt.revision {}
        try await reader.close()
        try await writer.close()
    }

    @Test func `streams end when the store is closed or the task cancelled`() async throws {
        let folder = try TemporaryFolder()
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let revisions = store.revisions()
        let task = Task { for await _ in store.revisions() {} }
        task.cancel()
        await task.value
        try await store.close()
        for await _ in revisions {}
    }
}
