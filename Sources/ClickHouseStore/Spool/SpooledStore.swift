internal import Synchronization
internal import SystemCalls
public import TraceModel

/// A collector's store: a ClickHouse with a spool in front of it. While the server is away, what comes in is acknowledged
/// once it is on the disk; when the server is back, it goes there in its order, before all that comes later.
public final class SpooledStore: SpanStore {
    /// The store behind the spool.
    public let store: ClickHouseStore
    private let spool: Mutex<Spool>
    private let drain = Mutex<Task<Void, Never>?>(nil)
    private let lastRevision = Mutex<Int64>(0)
    /// Whether it was told that the oldest batch cannot be read.
    private let isUnreadable = Mutex(false)
    private let tell: @Sendable (String) -> Void

    /// Opens a collector's store.
    ///
    /// - Parameters:
    ///   - folder: where spools lie.
    ///   - megabytes: how much one may hold.
    ///   - tell: takes a sentence for people when the server goes away or comes back.
    public init(
        _ store: ClickHouseStore, folder: String, megabytes: Int, tell: @escaping @Sendable (String) -> Void
    ) throws(ClickHouseError) {
        self.store = store
        self.tell = tell
        do throws(SystemError) {
            spool = Mutex(try Spool(in: folder, limit: Int64(clamping: megabytes) * 1_000_000))
        } catch {
            throw ClickHouseError(
                code: .other, path: folder, message: "the spool cannot be opened (\(error))",
                advice: "make the folder writable, or set XDG_STATE_HOME to one that is")
        }
        if waiting > 0 { startDraining() }
    }

    deinit {
        drain.withLock { $0?.cancel() }
    }

    /// Seconds in which a question is answered that others wait behind.
    private static let soon = 3

    /// How many batches wait on the disk.
    public var waiting: Int { spool.withLock(\.count) }

    // MARK: Writing

    /// Commits the batch, or puts it on the disk.
    public func append(_ batch: IngestBatch) async throws -> AppendReceipt {
        try await prepare(batch).commit()
    }

    /// As the store behind it.
    public var batchScale: Int { store.batchScale }

    /// Does what needs no turn.
    public func prepare(_ batch: IngestBatch) -> PreparedBatch {
        let ready = store.ready(batch)
        return PreparedBatch { try await self.commit(ready) }
    }

    private func commit(_ ready: SpooledBatch) async throws -> AppendReceipt {
        guard !ready.batch.isEmpty else { return AppendReceipt(stored: 0, replaced: 0, revision: revision) }
        // Nothing overtakes what waits.
        if waiting == 0 {
            do throws(ClickHouseError) {
                let receipt = try await store.commit([ready])
                lastRevision.withLock { $0 = receipt.revision }
                return receipt
            } catch {
                guard error.isPassing else { throw error }
                tell("\(error.message): what comes in is kept on the disk until it is back")
            }
        }
        try put(ready)
        return AppendReceipt(stored: ready.batch.spans.count, replaced: 0, revision: revision)
    }

    private var revision: Int64 { lastRevision.withLock(\.self) }

    private func put(_ ready: SpooledBatch) throws {
        let bytes = ready.bytes
        let isIn: Bool
        do throws(SystemError) {
            isIn = try spool.withLock { spool throws(SystemError) in try spool.put(bytes) }
        } catch {
            throw ClickHouseError(
                code: .other, path: store.path,
                message: "the server is away, and the spool cannot be written (\(error))",
                advice: "see to the disk; what was acknowledged is safe")
        }
        guard isIn else { throw SinkIsFull("the server is away, and the spool in front of it is full") }
        startDraining()
    }

    private func startDraining() {
        drain.withLock { task in
            guard task == nil else { return }
            task = Task { [weak self] in
                var pause = 200
                var group = DrainGroup()
                while let self {
                    guard let isMore = await self.drainSome(&group) else { return self.drained() }
                    pause = isMore ? 200 : min(pause * 2, 2000)
                    if !isMore, (try? await Task.sleep(for: .milliseconds(pause))) == nil { return }
                }
            }
        }
    }

    private func drained() {
        drain.withLock { $0 = nil }
        // What was put while the last one went.
        if waiting > 0 { startDraining() }
    }

    /// Brings the oldest batches to the server, as one. Whether there may be more to do at once; `nil` when none waits.
    ///
    /// Ended in its midst, the same batches come again, perhaps with others: each row lies on itself, whatever it is
    /// inserted with.
    private func drainSome(_ group: inout DrainGroup) async -> Bool? {
        let oldest: [[UInt8]]
        do throws(FileRefusal) {
            let most = group.most
            oldest = try spool.withLock { spool throws(FileRefusal) in
                try spool.oldest(most, bytes: DrainGroup.mostBytes)
            }
        } catch {
            if error.isMissing { return forgetOldest() }
            guard case .system = error else { return setAside("\(error)") }
            tellOnce("what waits on the disk cannot be read (\(error)): it is tried again")
            return false
        }
        isUnreadable.withLock { $0 = false }
        guard !oldest.isEmpty else { return nil }
        var batches: [SpooledBatch] = []
        for bytes in oldest {
            guard let batch = SpooledBatch(bytes) else { break }
            batches.append(batch)
        }
        let count = batches.count
        guard count > 0 else { return setAside("it is no batch") }
        do throws(ClickHouseError) {
            let receipt = try await store.commit(batches)
            lastRevision.withLock { $0 = receipt.revision }
            group.wasTaken()
            guard (try? spool.withLock({ spool throws(SystemError) in try spool.removeOldest(count) })) != nil else {
                return false
            }
            if waiting == 0 { tell("all that was kept on the disk is stored") }
            return true
        } catch {
            // Called off because we end: it waits for the next start.
            guard !Task.isCancelled else { return false }
            if count > 1, group.wasRefused(count, error.code) { return true }
            return error.code == .other ? setAside(error.message) : false
        }
    }

    /// Tells what keeps all that waits from being read, until it can be.
    private func tellOnce(_ words: String) {
        let isNew = isUnreadable.withLock { isUnreadable in
            defer { isUnreadable = true }
            return !isUnreadable
        }
        if isNew { tell(words) }
    }

    /// Somebody removed the file: what comes behind it does not wait for it.
    private func forgetOldest() -> Bool {
        try? spool.withLock { spool throws(SystemError) in try spool.removeOldest() }
        tell("a batch that waited on the disk is gone: its file was removed")
        return true
    }

    private func setAside(_ why: String) -> Bool {
        guard let path = try? spool.withLock({ spool throws(SystemError) in try spool.setOldestAside() }) else {
            return false
        }
        tell("a batch was not taken (\(why)) and lies in \(path)")
        return true
    }

    // MARK: The store behind it

    /// How far that file was read.
    public func position(device: UInt64, inode: UInt64) async throws -> FilePosition? {
        try await store.position(device: device, inode: inode)
    }
    /// The address, for people.
    public var path: String { store.path }
    /// A collector writes.
    public var isReadOnly: Bool { store.isReadOnly }
    /// What the store holds.
    public func overview() async throws -> StoreOverview { try await store.overview() }
    /// A window of spans.
    public func spans(_ query: SpanQuery) async throws -> SpanPage { try await store.spans(query) }
    /// A window of spans, with what was found so far told.
    public func spans(
        _ query: SpanQuery, progress: @escaping @Sendable (SearchProgress) -> Void
    ) async throws -> SpanPage {
        try await store.spans(query, progress: progress)
    }
    /// One span with its bytes.
    public func payload(of key: SpanKey) async throws -> StoredSpanPayload? { try await store.payload(of: key) }
    /// Several spans with their bytes.
    public func payloads(of keys: [SpanKey]) async throws -> [StoredSpanPayload] { try await store.payloads(of: keys) }
    /// A window of sessions.
    public func sessions(_ query: SessionQuery) async throws -> SessionPage { try await store.sessions(query) }
    /// One session's figures.
    public func session(_ id: String) async throws -> SessionSummary? { try await store.session(id) }
    /// The spans of a session by start time.
    public func spans(ofSession id: String, limit: Int) async throws -> [StoredSpan] {
        try await store.spans(ofSession: id, limit: limit)
    }
    /// The spans of several sessions, for whoever goes on with them while others wait behind: of a server that is away, or
    /// does not answer soon, nothing is asked.
    public func spans(ofSessions ids: [String], limit: Int) async throws -> [StoredSpan] {
        guard waiting == 0 else { throw store.connection.failure(.away, "the server is away", "ask again later") }
        return try await store.spansOf(ids, limit: limit, seconds: Self.soon)
    }
    /// The assignments recorded for a session.
    public func assignments(ofSession id: String) async throws -> [RecordedAssignment] {
        try await store.assignments(ofSession: id)
    }
    /// The sessions of a config.
    public func configSessions(_ query: ConfigSessionQuery) async throws -> ConfigSessionPage {
        try await store.configSessions(query)
    }
    /// Figures of model calls.
    public func calls(_ query: CallQuery) async throws -> CallPage { try await store.calls(query) }
    /// Sums over spans.
    public func usage(_ query: UsageQuery) async throws -> UsageReport { try await store.usage(query) }
    /// The highest version of a config.
    public func highestVersion(ofConfig key: String) async throws -> Int? {
        try await store.highestVersion(ofConfig: key)
    }
    /// The highest version of a prompt.
    public func highestVersion(ofPrompt key: String) async throws -> Int? {
        try await store.highestVersion(ofPrompt: key)
    }
    /// Revisions as they change.
    public func revisions() -> AsyncStream<Int64> { store.revisions() }
    /// What is new since a place in the order of arrival.
    public func news(after sequence: Int64, running: [Int64], filter: SpanFilter, limit: Int) async throws -> SpanNews {
        try await store.news(after: sequence, running: running, filter: filter, limit: limit)
    }
    /// Scores, the latest first.
    public func scores(_ query: ScoreQuery) async throws -> ScorePage { try await store.scores(query) }
    /// Removes scores.
    public func removeScores(_ selection: ScoreSelection) async throws -> Int {
        try await store.removeScores(selection)
    }
    /// What is kept of a session.
    public func kept(_ session: String) async throws -> KeptSession? { try await store.kept(session) }
    /// Changes what is kept of a session.
    public func keep(_ session: String, _ change: KeepChange, at moment: Timestamp?) async throws -> KeptSession? {
        try await store.keep(session, change, at: moment)
    }
    /// Ends the work. What waits on the disk stays there for the next start.
    public func close() async throws {
        drain.withLock { $0?.cancel() }
        try await store.close()
    }
}
