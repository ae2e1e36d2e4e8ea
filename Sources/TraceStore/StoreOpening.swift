internal import GRDB
internal import SystemCalls

/// Opens a store's file: the folder and file with the right modes, the connections with the right settings, the schema
/// at the right version.
struct StoreOpening {
    let path: String
    let configuration: TraceStoreConfiguration

    func openForWriting() throws(StoreError) -> TraceStore {
        try refuseAllButFiles()
        try refuseStrangers()
        try createFile()
        let pool = try connect(to: path, readOnly: false)
        try migrate(pool)
        return TraceStore(path: path, isReadOnly: false, database: pool, configuration: configuration)
    }

    func openForReading() throws(StoreError) -> TraceStore {
        guard Files.exists(path) else {
            throw failure(
                .cannotOpen, "there is no such file", "start a console or `serve` first, or name another store")
        }
        try refuseAllButFiles()
        try refuseStrangers()
        let (pool, version) = try connectForReading()
        guard version > 0 else {
            throw failure(
                .cannotOpen, "there is no store in it yet", "start a console or `serve` first, or name another store")
        }
        if version < Schema.version { try upgrade(from: version) }
        return TraceStore(path: path, isReadOnly: true, database: pool, configuration: configuration)
    }

    /// In WAL mode even a reader writes, to the index of the log beside the file. Where that cannot be (a folder mounted
    /// or kept read-only) nobody else can be writing either: the file is read as one that never changes.
    private func connectForReading() throws(StoreError) -> (DatabasePool, Int) {
        do {
            let pool = try connect(to: path, readOnly: true)
            return (pool, try version(pool))
        } catch {
            guard error.code == .cannotOpen || error.code == .notWritable, Files.isReadable(path),
                !Files.isWritable(folder)
            else { throw error }
            guard !hasLog else {
                throw failure(
                    .cannotOpen, "its latest spans are in \(path)-wal, which a read-only folder does not let one read",
                    "copy the store and its -wal file into a folder of yours, and name the copy")
            }
            let pool = try connect(to: "file:\(Self.uriPath(path))?immutable=1", readOnly: true)
            return (pool, try version(pool))
        }
    }

    private var folder: String { Files.folder(of: path) }

    /// Whether spans may lie in the log that are not in the file.
    private var hasLog: Bool { FileFacts(at: path + "-wal").map { $0.size > 0 } ?? false }

    /// A path as SQLite's URI form takes it.
    private static func uriPath(_ path: String) -> String {
        path.utf8.map { byte in
            let isPlain = byte != UInt8(ascii: "%") && byte != UInt8(ascii: "?") && byte != UInt8(ascii: "#")
            return isPlain && byte > 0x20 && byte < 0x7F
                ? String(UnicodeScalar(byte)) : "%" + String(Int(byte) + 0x100, radix: 16, uppercase: true).dropFirst()
        }.joined()
    }

    // MARK: The file

    private func createFile() throws(StoreError) {
        try createFolder()
        do throws(SystemError) {
            let file = try Descriptor.open(path, for: .updating)
            // A store that others could read is made private again; one that is not ours to change is left as it is.
            if try file.facts().isOpenToOthers { try? file.makePrivate() }
        } catch {
            if error.isDenied {
                throw failure(
                    .notWritable, "the store cannot be written (\(error))",
                    "make the file and its folder writable, name another store, or open this one for reading")
            }
            if error.isFull {
                throw failure(.diskFull, "there is no space left for a store", "free some space and try again")
            }
            throw failure(.cannotOpen, "the store cannot be opened (\(error))", "name another path")
        }
    }

    /// A store is a plain file, and so is what SQLite keeps beside it: opening a pipe could wait for ever.
    private func refuseAllButFiles() throws(StoreError) {
        for part in ["", "-wal", "-shm", "-journal", ".lock"] {
            guard let kind = FileFacts(at: path + part)?.kind, kind != .file else { continue }
            throw StoreError(
                code: .cannotOpen, path: path + part, message: "it is \(kind.inWords), not a plain file",
                advice: "name another store with --store")
        }
    }

    /// What is no store of ours is refused before anything of it is changed.
    private func refuseStrangers() throws(StoreError) {
        let header: StoreHeader
        do throws(SystemError) {
            header = try StoreHeader(at: path)
        } catch {
            throw failure(.inputOutput, "its first bytes cannot be read (\(error))", "check the disk")
        }
        switch header {
        case .empty, .blank: return
        case .store(let version): try refuseNewer(version)
        case .foreign: throw foreign
        case .noDatabase: throw StoreError.noDatabase(path)
        }
    }

    private func createFolder() throws(StoreError) {
        guard !Files.exists(folder) else { return }
        do throws(SystemError) {
            try Files.makeFolders(folder)
        } catch {
            throw failure(
                error.isFull ? .diskFull : .cannotOpen, "its folder cannot be created (\(error))",
                "create the folder, or name another store")
        }
    }

    static func moveAside(_ path: String, _ suffix: String) throws(StoreError) -> String {
        let target = path + suffix
        guard !Files.exists(target) else {
            throw StoreError(
                code: .cannotOpen, path: path, message: "\(target) is there already", advice: "move it elsewhere first")
        }
        do throws(SystemError) {
            try Files.rename(path, to: target)
        } catch {
            throw StoreError(
                code: .notWritable, path: path, message: "it cannot be moved (\(error))",
                advice: "make its folder writable")
        }
        // The log belongs to the file: what it holds may be all that is whole.
        for part in ["-wal", "-shm"] { try? Files.rename(path + part, to: target + part) }
        return target
    }

    // MARK: The connections

    static let temporariesInMemory = "PRAGMA temp_store = MEMORY"

    func connect(to file: String, readOnly: Bool) throws(StoreError) -> DatabasePool {
        var settings = Configuration()
        settings.readonly = readOnly
        settings.foreignKeysEnabled = false
        settings.maximumReaderCount = 4
        settings.busyMode = .timeout(configuration.busyTimeoutSeconds)
        settings.label = "fallom.store"
        let pageLimit = configuration.pageLimit
        settings.prepareDatabase { database in
            PatternSQL.prepare(database)
            database.prepareVisits()
            if !database.configuration.readonly {
                // Only has an effect on a file without tables: lets retention give space back.
                try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 20000")
                try database.execute(sql: "PRAGMA journal_size_limit = 134217728")
                try database.execute(sql: "PRAGMA cache_size = -8192")
                if let pageLimit { try database.execute(sql: "PRAGMA max_page_count = \(pageLimit)") }
            } else {
                try database.execute(sql: "PRAGMA cache_size = -2048")
            }
            try database.execute(sql: Self.temporariesInMemory)
        }
        do {
            return try DatabasePool(path: file, configuration: settings)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    func failure(_ code: StoreError.Code, _ message: String, _ advice: String) -> StoreError {
        StoreError(code: code, path: path, message: message, advice: advice)
    }
}
