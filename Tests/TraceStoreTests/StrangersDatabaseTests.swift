import Foundation
import GRDB
import Testing
import TraceModel
import TraceStore

/// What is no store of ours is refused, and not one byte of it changes.
@Suite struct StrangersDatabaseTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    enum Stranger: CaseIterable {
        case plain, inTheLogAlone, logAndMore, ownNumber, noDatabase, newerStore
    }

    @Test(arguments: Stranger.allCases, [false, true])
    func `another program's file is refused before anything of it is changed`(
        _ stranger: Stranger, forReading: Bool
    ) async throws {
        let path = folder.file("theirs")
        try await make(stranger, at: path)
        for part in ["", "-wal"] where FileManager.default.fileExists(atPath: path + part) {
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path + part)
        }
        let before = try contents()
        let code = #expect(throws: StoreError.self) {
            if forReading {
                _ = try TraceStore.openReadOnly(at: path, configuration: .test)
            } else {
                _ = try TraceStore.open(at: path, configuration: .test)
            }
        }?.code
        #expect(code == (stranger == .newerStore ? .newerVersion : .corrupt))
        #expect(try contents() == before)
    }

    @Test func `a store whose tables are in the log alone is taken`() async throws {
        let store = try TraceStore.open(at: folder.file(), configuration: .test)
        for part in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: folder.file() + part, toPath: folder.file("copy") + part)
        }
        let copy = try TraceStore.open(at: folder.file("copy"), configuration: .test)
        #expect(try await copy.overview().spans == 0)
        try await copy.close()
        try await store.close()
    }

    /// Files as a process leaves them that was killed: copied while they are open.
    private func make(_ stranger: Stranger, at path: String) async throws {
        let made = folder.file("made")
        switch stranger {
        case .noDatabase:
            try Data("no database, but long enough to look like one ".utf8).write(to: URL(fileURLWithPath: path))
            return
        case .newerStore:
            try await TraceStore.open(at: made, configuration: .test).close()
            let queue = try DatabaseQueue(path: made)
            try await queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
            try queue.close()
        case .plain, .ownNumber:
            let queue = try DatabaseQueue(path: made)
            try await queue.write { database in
                if stranger == .ownNumber { try database.execute(sql: "PRAGMA application_id = 7") }
                if stranger == .plain { try database.execute(sql: "CREATE TABLE theirs (x)") }
            }
            try queue.close()
        case .inTheLogAlone, .logAndMore:
            let pool = try DatabasePool(path: made)
            try await pool.write { try $0.execute(sql: "CREATE TABLE theirs (x)") }
            if stranger == .logAndMore {
                _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
                try await pool.write { try $0.execute(sql: "INSERT INTO theirs VALUES (randomblob(9000))") }
            }
            try copy(made, to: path)
            try pool.close()
            return
        }
        try copy(made, to: path)
    }

    private func copy(_ made: String, to path: String) throws {
        for part in ["", "-wal"] where FileManager.default.fileExists(atPath: made + part) {
            try FileManager.default.copyItem(atPath: made + part, toPath: path + part)
        }
        for part in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: made + part) }
    }

    /// Every file of the folder with its mode, time and bytes.
    private func contents() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            let path = folder.path + "/" + name
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            return
                "\(name) \(facts[.posixPermissions] ?? 0) \(facts[.modificationDate] ?? 0) \(bytes.base64EncodedString())"
        }
    }
}
