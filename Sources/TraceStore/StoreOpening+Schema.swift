internal import GRDB

extension StoreOpening {
    /// Brings a store that is only to be read to the format that is read.
    func upgrade(from version: Int) throws(StoreError) {
        do throws(StoreError) {
            let pool = try connect(to: path, readOnly: false)
            try migrate(pool)
            try? pool.close()
        } catch {
            throw failure(
                .notWritable,
                "the store has the older format \(version) and must be brought to \(Schema.version) first, which needs "
                    + "writing (\(error.message))", "make it writable, or copy it to where it is")
        }
    }

    func migrate(_ pool: DatabasePool) throws(StoreError) {
        let found = try version(pool)
        guard found < Schema.version else { return }
        do {
            // What an index is sorted by goes through a file then: held in memory it would be as large as the index.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA temp_store = FILE") }
            defer { try? pool.writeWithoutTransaction { try $0.execute(sql: Self.temporariesInMemory) } }
            try pool.write { database in
                // Another process may have done it meanwhile.
                let found = try Int(database.number("PRAGMA user_version") ?? 0)
                guard found < Schema.version else { return }
                for step in Schema.steps[found...] { try database.execute(sql: step) }
                try database.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(Schema.version)")
            }
            // What was changed lies in the log, which each reader that comes would go through from its beginning. Somebody
            // who reads just now keeps it there.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// The version of the file's schema, 0 for a new file; a file that is no store, or a newer one, is refused.
    func version(_ pool: DatabasePool) throws(StoreError) -> Int {
        let (version, application, tables): (Int, Int64, Int64)
        do {
            (version, application, tables) = try pool.read { database in
                (
                    Int(try database.number("PRAGMA user_version") ?? 0),
                    try database.number("PRAGMA application_id") ?? 0,
                    try database.number("SELECT count(*) FROM sqlite_master") ?? 0
                )
            }
        } catch {
            throw StoreError(error, path: path)
        }
        guard application == Schema.applicationID || (application == 0 && tables == 0) else {
            throw foreign
        }
        try refuseNewer(version)
        return version
    }

    var foreign: StoreError {
        failure(.corrupt, "this is a database of another program", "name another store; nothing was changed")
    }

    func refuseNewer(_ version: Int) throws(StoreError) {
        guard version <= Schema.version else {
            throw failure(
                .newerVersion, "the store has format \(version); this program knows formats up to \(Schema.version)",
                "update this program, or name another store; nothing was changed")
        }
    }
}
