internal import GRDB

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Opens a store's file: the folder and file with the right modes, the connections with the right settings, the schema
/// at the right version.
struct StoreOpening {
    let path: String
    let configuration: TraceStoreConfiguration

    func openForWriting() throws(StoreError) -> TraceStore {
        try createFile()
        let pool = try connect(to: path, readOnly: false)
        try migrate(pool)
        return TraceStore(path: path, isReadOnly: false, database: pool, configuration: configuration)
    }

    func openForReading() throws(StoreError) -> TraceStore {
        guard access(path, F_OK) == 0 else {
            throw failure(
                .cannotOpen, "there is no such file", "start a console or `serve` first, or name another store")
        }
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
            guard error.code == .cannotOpen || error.code == .notWritable, access(path, R_OK) == 0,
                access(folder, W_OK) != 0
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

    private var folder: String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Whether spans may lie in the log that are not in the file.
    private var hasLog: Bool {
        var status = stat()
        return stat(path + "-wal", &status) == 0 && status.st_size > 0
    }

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
        if path.contains("/") { try createFolder(folder) }
        let descriptor = Self.openRetrying(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            let reason = String(cString: strerror(code))
            switch code {
            case EACCES, EROFS, EPERM:
                throw failure(
                    .notWritable, "the store cannot be written (\(reason))",
                    "make the file and its folder writable, name another store, or open this one for reading")
            case ENOSPC, EDQUOT:
                throw failure(.diskFull, "there is no space left for a store", "free some space and try again")
            default:
                throw failure(.cannotOpen, "the store cannot be opened (\(reason))", "name another path")
            }
        }
        // A store that others could read is made private again; one that is not ours to change is left as it is.
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
        _ = Self.closeDescriptor(descriptor)
    }

    static func moveAside(_ path: String, _ suffix: String) throws(StoreError) -> String {
        let target = path + suffix
        guard access(target, F_OK) != 0 else {
            throw StoreError(
                code: .cannotOpen, path: path, message: "\(target) is there already", advice: "move it elsewhere first")
        }
        guard rename(path, target) == 0 else {
            throw StoreError(
                code: .notWritable, path: path, message: "it cannot be moved (\(String(cString: strerror(errno))))",
                advice: "make its folder writable")
        }
        // The log belongs to the file: what it holds may be all that is whole.
        for part in ["-wal", "-shm"] { _ = rename(path + part, target + part) }
        return target
    }

    private func createFolder(_ folder: String) throws(StoreError) {
        guard access(folder, F_OK) != 0 else { return }
        if let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            try createFolder(String(folder[..<slash]))
        }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            let reason = String(cString: strerror(errno))
            throw failure(
                errno == ENOSPC ? .diskFull : .cannotOpen, "its folder cannot be created (\(reason))",
                "create the folder, or name another store")
        }
    }

    private static func openRetrying(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
        while true {
            let descriptor = open(path, flags, mode)
            if descriptor >= 0 || errno != EINTR { return descriptor }
        }
    }

    private static func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

    // MARK: The connections

    func connect(to file: String, readOnly: Bool) throws(StoreError) -> DatabasePool {
        var settings = Configuration()
        settings.readonly = readOnly
        settings.foreignKeysEnabled = false
        settings.maximumReaderCount = 4
        settings.busyMode = .timeout(configuration.busyTimeoutSeconds)
        settings.label = "fallom.store"
        let pageLimit = configuration.pageLimit
        settings.prepareDatabase { database in
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
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
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
