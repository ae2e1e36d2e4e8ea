import Foundation
import GRDB
import Testing
import TraceModel
import TraceStore

/// Every released format opens, with everything in it. A fixture is made once, when its format is released, and never
/// changed.
@Suite struct MigrationTests {
    static func fixture(_ version: Int) -> String { fixture("\(version)") }

    static func fixture(_ name: String) -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return folder.appending(path: "store-v\(name).sqlite").path
    }

    /// What is in the fixtures.
    static let content = IngestBatch(
        spans: [
            Samples.span("root", start: 1_000_000, tokens: 7, body: "the root's bytes"),
            Samples.span("child", parent: "root", session: nil, start: 1_000_005, tokens: 3, body: "the child's bytes"),
            Samples.span("other", trace: "u", session: "second", start: 5, duration: nil),
        ],
        contents: [
            IngestedContent(
                key: SpanKey(traceID: "t", spanID: "child"), time: nil, eventName: "gen_ai.choice",
                payload: Array("{}".utf8))
        ],
        assignments: [
            RecordedAssignment(
                configKey: "c", configVersion: 2, sessionID: "s", assignedModel: "m",
                time: Timestamp(unixNanoseconds: 9))
        ],
        position: FilePosition(device: 1, inode: 2, offset: 3, path: "/spans.ndjson"))

    @Test(arguments: [1, 2, 3, 4, 5, 6])
    func `a store of every released version opens with all that was in it`(version: Int) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: Self.fixture(version), toPath: folder.file())
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        let reference = InMemoryTraceStore()
        _ = try await reference.append(Self.content)
        let query = SpanQuery(anchor: .oldest, limit: 9)
        #expect(try await store.spans(query) == reference.spans(query))
        let sessions = SessionQuery(limit: 9)
        #expect(try await store.sessions(sessions) == reference.sessions(sessions))
        #expect(try await store.assignments(ofSession: "s") == reference.assignments(ofSession: "s"))
        let configs = ConfigSessionQuery(configKey: "c", limit: 9)
        #expect(try await store.configSessions(configs) == reference.configSessions(configs))
        #expect(try await store.position(device: 1, inode: 2) == Self.content.position)
        let child = try await store.payload(of: SpanKey(traceID: "t", spanID: "child"))
        #expect(child?.payload == Self.content.spans[1].payload)
        #expect(child?.contents == Self.content.contents)
        _ = try await store.append(IngestBatch(spans: [Samples.span("new")]))
        #expect(try await store.overview().spans == 4)
        #expect(try await store.keep("s", .pin(true))?.isPinned == true)
        #expect(try await store.checkIntegrity() == [])
        try await store.close()
    }

    @Test func `a new store has the tables that the released steps lead to`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: Self.fixture(1), toPath: folder.file("old"))
        try await TraceStore.open(at: folder.file("old"), configuration: .test).close()
        try await TraceStore.open(at: folder.file(), configuration: .test).close()
        #expect(try schema(folder.file("old")) == schema(folder.file()))
    }

    @Test func `what a reader brought to the format of today is not left in the log`() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: Self.fixture(6), toPath: folder.file())
        try await TraceStore.openReadOnly(at: folder.file(), configuration: .test).close()
        let log = URL(filePath: folder.file() + "-wal")
        #expect((try? log.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0 == 0)
    }

    private func schema(_ path: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { database in
            try String.fetchAll(database, sql: "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY type, name")
        }
    }

    /// Makes the fixture of the current format: `FALLOM_MAKE_STORE_FIXTURE=PATH`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["FALLOM_MAKE_STORE_FIXTURE"] != nil))
    func `a fixture is made on demand`() async throws {
        let path = try #require(ProcessInfo.processInfo.environment["FALLOM_MAKE_STORE_FIXTURE"])
        let store = try TraceStore.open(at: path, configuration: .test)
        _ = try await store.append(Self.content)
        try await store.close()
    }
}
