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
            do {
                let problems = try String.fetchAll(database, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
                return problems.isEmpty ? try database.contradictions() : problems
            } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_CORRUPT {
                return [error.message ?? "the file is damaged"]
            }
        }
    }

    /// Moves the file of a damaged store, and what belongs to it, aside, so that a new one can begin at its path. Gives
    /// the file's new path. Done on the user's word alone.
    public static func moveAside(storeAt path: String, suffix: String) throws(StoreError) -> String {
        try StoreOpening.moveAside(path, suffix)
    }
}

extension Database {
    /// Where the tables contradict each other.
    fileprivate func contradictions() throws -> [String] {
        var problems: [String] = []
        let counted = try number("SELECT count(*) FROM span") ?? 0
        let said = try StateRow(self).spans
        if counted != said { problems.append("it counts \(said) spans and holds \(counted)") }
        let bodiless = try number(
            "SELECT count(*) FROM span WHERE NOT EXISTS (SELECT 1 FROM body WHERE no = span.body_no)")
        if let bodiless, bodiless > 0 { problems.append("\(bodiless) spans have lost their bytes") }
        let damaged = try spansOfDamagedBodies()
        if damaged > 0 { problems.append("the bytes of \(damaged) spans are damaged") }
        return problems
    }

    /// SQLite finds damage of its own order alone: whether the bytes between are those that were written, unpacking tells.
    private func spansOfDamagedBodies() throws -> Int64 {
        let numbers = try prepared("SELECT body_no, spans FROM body_use ORDER BY body_no")
        defer { numbers.reset() }
        var apart: [Int64: [UInt8]] = [:]
        var damaged: Int64 = 0
        while try numbers.step() {
            do {
                let payloads = try body(numbers.int(0), &apart)?.payloads() ?? []
                if payloads.isEmpty { damaged += numbers.int(1) }
            } catch let error as DatabaseError where error.isDamage {
                damaged += numbers.int(1)
            }
        }
        return damaged
    }
}
