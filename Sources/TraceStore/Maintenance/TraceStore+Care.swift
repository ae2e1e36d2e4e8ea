internal import GRDB

extension TraceStore {
    /// Bytes of the file that hold something: what ``RetentionPolicy/maxBytes`` is compared with.
    public func usedBytes() async throws(StoreError) -> Int64 {
        try await read { try $0.usedBytes() }
    }

    /// Looks through the whole file. Gives what is wrong with it, one sentence each; nothing when all is well. Takes
    /// seconds for each gigabyte.
    public func checkIntegrity() async throws(StoreError) -> [String] {
        try await read { database in
            var problems = try String.fetchAll(database, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
            let counted = try database.number("SELECT count(*) FROM span") ?? 0
            let said = try StateRow(database).spans
            if counted != said { problems.append("it counts \(said) spans and holds \(counted)") }
            let bodiless = try database.number(
                "SELECT count(*) FROM span WHERE NOT EXISTS (SELECT 1 FROM body WHERE no = span.body_no)")
            if let bodiless, bodiless > 0 { problems.append("\(bodiless) spans have lost their bytes") }
            return problems
        }
    }

    /// Moves the file of a damaged store, and what belongs to it, aside, so that a new one can begin at its path. Gives
    /// the file's new path. Done on the user's word alone.
    public static func moveAside(storeAt path: String, suffix: String) throws(StoreError) -> String {
        try StoreOpening.moveAside(path, suffix)
    }
}
