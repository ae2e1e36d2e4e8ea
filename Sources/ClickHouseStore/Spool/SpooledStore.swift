internal import Synchronization
internal import SystemCalls
package import TraceModel

/// A collector's store: a ClickHouse with a spool in front of it. While the server is away, what comes in is acknowledged
/// once it is on the disk; when the server is back, it goes there in its order, before all that comes later.
package final class SpooledStore: StoreInFront {
    /// The store behind the spool.
    package let store: ClickHouseStore
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
    package init(
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
    package var waiting: Int { spool.withLock(\.count) }

    // MARK: Writing

    /// Commits the batch, or puts it on the disk.
    package func append(_ batch: IngestBatch) async throws -> AppendReceipt {
        try await prepare(batch).commit()
    }

    /// As the store behind it.
    package var batchScale: Int { store.batchScale }

    /// Does what needs no turn.
    package func prepare(_ batch: IngestBatch) -> PreparedBatch {
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
    package func position(device: UInt64, inode: UInt64) async throws -> FilePosition? {
        try await store.position(device: device, inode: inode)
    }
    /// The address, for people.
    package var path: String { store.path }
    /// A collector writes.
    package var isReadOnly: Bool { store.isReadOnly }
    /// The spans of several sessions, for whoever goes on with them while others wait behind: of a server that is away, or
    /// does not answer soon, nothing is asked.
    package func spans(ofSessions ids: [String], limit: Int) async throws -> [StoredSpan] {
        guard waiting == 0 else { throw store.connection.failure(.away, "the server is away", "ask again later") }
        return try await store.spansOf(ids, limit: limit, seconds: Self.soon)
    }
    /// Removes scores.
    package func removeScores(_ selection: ScoreSelection) async throws -> Int {
        try await store.removeScores(selection)
    }
    /// Changes what is kept of a session.
    package func keep(_ session: String, _ change: KeepChange, at moment: Timestamp?) async throws -> KeptSession? {
        try await store.keep(session, change, at: moment)
    }
    /// Ends the work. What waits on the disk stays there for the next start.
    package func close() async throws {
        drain.withLock { $0?.cancel() }
        try await store.close()
    }
}
