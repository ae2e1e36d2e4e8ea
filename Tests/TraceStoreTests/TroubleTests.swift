import Foundation
import GRDB
import Testing
import TraceModel
import TraceStore

@Suite struct TroubleTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func code(_ body: () async throws -> Void) async -> StoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StoreError)?.code
        }
    }

    @Test func `the file and its folder are the user's alone`() async throws {
        let path = folder.path + "/new/deep/store.sqlite"
        try await TraceStore.open(at: path, configuration: .test).close()
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let folderAttributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/new/deep")
        #expect(folderAttributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func `a closed store is one file`() async throws {
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        _ = try await store.append(Samples.batch(0..<10))
        _ = try await store.overview()
        try await store.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["store.sqlite"])
    }

    @Test func `what was committed and not yet moved into the file survives a crash`() async throws {
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        _ = try await store.append(Samples.batch(0..<100))
        _ = try await store.append(Samples.batch(100..<150))
        // The files as a killed process leaves them: the log not checkpointed, its index not even there.
        for part in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file() + part, toPath: folder.file("copy") + part)
        }
        let copy = try TraceStore.open(at: folder.file("copy"), configuration: .test)
        #expect(try await copy.overview() == store.overview())
        #expect(try await copy.session("s")?.spans == 150)
        #expect(try await copy.checkIntegrity() == [])
        try await copy.close()
        try await store.close()
    }

    @Test func `a full disk fails the batch, keeps what was acknowledged, and works again with space`() async throws {
        var configuration = TraceStoreConfiguration.test
        configuration.pageLimit = 400
        let store = try TraceStore.open(at: folder.file(), configuration: configuration)
        var dice = Dice(state: 1)
        var acknowledged = 0
        var failure: StoreError?
        while failure == nil {
            var batch = Samples.batch(acknowledged..<(acknowledged + 20), session: "s\(acknowledged)")
            for index in batch.spans.indices {
                batch.spans[index].payload.span = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &dice) }
            }
            do {
                _ = try await store.append(batch)
                acknowledged += 20
            } catch {
                failure = error as? StoreError
                try #require(failure != nil, "\(error)")
            }
        }
        #expect(failure?.code == .diskFull)
        #expect(failure?.path == folder.file())
        #expect(try await store.overview().spans == acknowledged)
        let removed = try await store.retain(RetentionPolicy(maxBytes: 200 * 4096))
        #expect(removed.sessions > 0)
        let receipt = try await store.append(Samples.batch(10_000..<10_020))
        #expect(receipt.stored == 20)
        #expect(try await store.overview().spans == acknowledged - removed.spans + 20)
        #expect(try await store.checkIntegrity() == [])
        try await store.close()
    }

    @Test func `a store opened for reading refuses to write`() async throws {
        try await TraceStore.open(at: folder.file(), configuration: .test).close()
        let reader = try TraceStore.openReadOnly(at: folder.file(), configuration: .test)
        #expect(await code { _ = try await reader.append(Samples.batch([1])) } == .notWritable)
        #expect(try await reader.overview().spans == 0)
        try await reader.close()
    }

    @Test func `there is nothing to read where there is no store`() async throws {
        #expect(
            await code { _ = try TraceStore.openReadOnly(at: folder.file("absent"), configuration: .test) }
                == .cannotOpen)
        #expect(!FileManager.default.fileExists(atPath: folder.file("absent")))
        #expect(await code { _ = try TraceStore.open(at: folder.path, configuration: .test) } == .cannotOpen)
    }

    @Test(arguments: ["not a database at all, but long enough to look like one: " + String(repeating: "x", count: 5000)]
    )
    func `a file that is no store is named and left as it is`(text: String) async throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file()))
        #expect(await code { _ = try TraceStore.open(at: folder.file(), configuration: .test) } == .corrupt)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file())) == Data(text.utf8))
        let aside = try TraceStore.moveAside(storeAt: folder.file(), suffix: ".damaged")
        #expect(FileManager.default.fileExists(atPath: aside))
        try await TraceStore.open(at: folder.file(), configuration: .test).close()
    }

    @Test func `a damaged page is an error, not a crash, and the check finds it`() async throws {
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        _ = try await store.append(Samples.batch(0..<3000))
        try await store.close()
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder.file()))
        let size = try handle.seekToEnd()
        // The first pages say what tables there are: without them the file is no store.
        for page in stride(from: UInt64(60), to: size / 4096, by: 3) {
            try handle.seek(toOffset: page * 4096)
            try handle.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        }
        try handle.close()
        let damaged = try TraceStore.open(at: folder.file(), configuration: .test)
        let found = await code { _ = try await damaged.spans(SpanQuery(anchor: .oldest, limit: 5000)) }
        #expect(found == .corrupt)
        #expect(try await !damaged.checkIntegrity().isEmpty)
    }

    @Test func `another program's database is refused`() async throws {
        let queue = try DatabaseQueue(path: folder.file())
        try await queue.write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
        try queue.close()
        #expect(await code { _ = try TraceStore.open(at: folder.file(), configuration: .test) } == .corrupt)
    }

    @Test func `a store of a newer version is refused politely, for writing and for reading`() async throws {
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        _ = try await store.append(Samples.batch([1]))
        try await store.close()
        let queue = try DatabaseQueue(path: folder.file())
        try await queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        do {
            _ = try TraceStore.open(at: folder.file(), configuration: .test)
            Issue.record("it opened")
        } catch {
            #expect(error.code == .newerVersion)
            #expect(error.description.contains("format 99"))
        }
        #expect(
            await code { _ = try TraceStore.openReadOnly(at: folder.file(), configuration: .test) } == .newerVersion)
    }
}
