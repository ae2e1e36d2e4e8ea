internal import GRDB
internal import Synchronization
public import TraceModel

/// Spans in an SQLite file: appended in batches, resolved, summed up by session, and read in windows.
///
/// One process or several may have the same file open, each as a writer or a reader; who listens for spans is decided
/// by ``StoreLock``, not here. What `append` has returned for is committed: it is there after a `kill -9`. After a power
/// loss the store opens, and the last moments before it may be missing (`synchronous=NORMAL`).
///
/// A trace's spans are resolved in the transaction that brings them; where thousands of others are to say something else
/// because of them, these follow soon (``TraceSettling``). A session's figures are recomputed from its rows
/// soon after (many appends together); until then the session is marked stale, and readers compute its figures from
/// the rows themselves, so that what is read is always true.
public final class TraceStore: SpanStore {
    /// The store's file.
    public let path: String
    /// Whether this store can be written through this value.
    public let isReadOnly: Bool

    let database: DatabasePool
    let configuration: TraceStoreConfiguration
    let signal = RevisionSignal()
    let writer: StoreWriter
    let surroundings = SurroundingsMemory()
    let matches = SessionMatches()
    let startPositions = FilterAnswers<StartKey, StartPositions>()
    let refresher = Mutex(RefreshPacing())
    let watcher = Mutex<ChangeWatcher?>(nil)

    init(path: String, isReadOnly: Bool, database: DatabasePool, configuration: TraceStoreConfiguration) {
        self.path = path
        self.isReadOnly = isReadOnly
        self.database = database
        self.configuration = configuration
        self.writer = StoreWriter(mostSpans: configuration.spansPerTrace)
    }

    deinit {
        signal.finish()
    }

    /// Opens the store for writing and reading. A file that is not there is created, its folder (0700) too; the file is
    /// the user's alone (0600).
    public static func open(
        at path: String, configuration: TraceStoreConfiguration
    ) throws(StoreError) -> TraceStore {
        let store = try StoreOpening(path: path, configuration: configuration).openForWriting()
        // What a process left to do that was killed.
        if (try? store.database.read { try $0.unsettledTraces() })?.isEmpty == false { store.scheduleRefresh() }
        return store
    }

    /// Opens a store that is there for reading alone, beside whoever writes it.
    public static func openReadOnly(
        at path: String, configuration: TraceStoreConfiguration
    ) throws(StoreError) -> TraceStore {
        try StoreOpening(path: path, configuration: configuration).openForReading()
    }

    /// Brings all figures up to date, moves the write-ahead log into the file and closes it. Streams of revisions end.
    public func close() async throws(StoreError) {
        watcher.withLock { watcher in
            watcher?.stop()
            watcher = nil
        }
        signal.finish()
        if !isReadOnly {
            try await refreshSessions()
            await emptyLog()
        }
        // The writing connection must be the last: only it can remove the log, and its index, from the folder.
        database.invalidateReadOnlyConnections()
        try translatingErrors { try database.close() }
    }

    /// Moves the write-ahead log into the file and empties it. Where another process is reading just then, what cannot be
    /// moved stays in the log, which is as good a place.
    private func emptyLog() async {
        _ = try? await database.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA busy_timeout = 200")
            try database.checkpoint(.truncate)
        }
    }

    /// Runs `body` and says in the store's words what went wrong.
    func translatingErrors<Value>(_ body: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
