import ClickHouseStore
import Display
import SpanCodec
import Synchronization
import SystemCalls
import TraceModel
import TraceStore

/// A Collector's table as a store: its newest spans are brought into a file of this process alone, once and then as they
/// come, and every question is answered there. So filters, sums and searches mean what they mean everywhere, and the
/// server is asked for each span once.
final class CollectorMirror: StoreInFront {
    /// How many of the newest spans are looked at.
    static let most = 200_000
    private static let page = 2000
    /// How far back rows may still come, nanoseconds.
    private static let overlap: Int64 = 30_000_000_000

    private let table: CollectorTable
    private let address: ClickHouseAddress
    /// The file in which lies what was brought.
    let store: TraceStore
    /// Nobody else uses the file.
    private let lock: StoreLock
    private let spans: CollectorSpans
    private let follower = Follower()
    /// How many spans could not be read.
    private let unread = Mutex(0)

    private init(
        _ table: CollectorTable, _ address: ClickHouseAddress, file: TraceStore, lock: StoreLock, spans: CollectorSpans
    ) {
        self.table = table
        self.address = address
        store = file
        self.lock = lock
        self.spans = spans
    }

    deinit {
        follower.cancel()
    }

    /// Opens the table and brings the newest spans.
    ///
    /// - Parameters:
    ///   - filter: What they will be asked for. Where rows can tell, only traces that may hold what passes are brought,
    ///     however old they are, and those of their sessions.
    ///   - most: How many at most.
    static func open(
        _ address: ClickHouseAddress, _ settings: Settings, for filter: SpanFilter = .all,
        most: Int = CollectorMirror.most
    ) async throws -> CollectorMirror {
        let table = try await CollectorTable.open(at: address, configuration: StoreAccess.clickHouse(settings))
            .narrowed(to: filter)
        let (path, lock) = try emptyPlace(StandardPaths(.current()).companion(of: address.description) + ".mirror")
        let file = try TraceStore.open(at: path, configuration: StoreAccess.configuration(settings))
        let mirror = CollectorMirror(
            table, address, file: file, lock: lock, spans: CollectorSpans(decoder: settings.decoder))
        try await mirror.bring(table, most)
        if table.isNarrow {
            let sessions = try await file.sessions(SessionQuery(limit: Self.mostSessions)).sessions.map(\.sessionID)
            if let others = try await table.others(ofSessions: sessions) { try await mirror.bring(others, most) }
        }
        let unread = mirror.unread.withLock { $0 }
        if unread > 0 { StandardError.line("\(Figure.count(unread, "span")) of \(address) cannot be read: left out") }
        return mirror
    }

    /// Of no more sessions the rest is looked for.
    private static let mostSessions = 1000

    /// Brings the newest so many of a table.
    private func bring(_ table: CollectorTable, _ most: Int) async throws {
        guard let place = try await table.beginning(ofNewest: most) else { return }
        _ = try await fetch(table, from: place, knowing: [])
    }

    /// A place for the file that no other process uses; what another left there is removed.
    private static func emptyPlace(_ folder: String) throws -> (path: String, lock: StoreLock) {
        try CommandFailure.telling("cannot make", folder) { try Files.makeFolders(folder) }
        var number = 0
        while true {
            let path = "\(folder)/\(number).sqlite"
            if let lock = try StoreLock.tryAcquire(storeAt: path) {
                for ending in ["", "-wal", "-shm"] { _ = try? Files.remove(path + ending) }
                return (path, lock)
            }
            number += 1
        }
    }

    /// Brings what comes from a place on and is not known; the last place, and the spans near it.
    private func fetch(
        _ table: CollectorTable, from start: CollectorTable.Place, knowing: Set<SpanKey>
    ) async throws -> (place: CollectorTable.Place, near: Set<SpanKey>) {
        var place = start
        var near: [SpanKey: Int64] = [:]
        var page = Self.page
        while true {
            let (rows, hasMore) = try await table.rows(from: place, limit: page)
            // Rows that are large are brought fewer at a time.
            page = hasMore ? min(Self.page, rows.count < page ? rows.count : page * 2) : page
            for row in rows { near[SpanKey(traceID: row.traceID, spanID: row.spanID)] = row.start }
            let new = rows.filter { !knowing.contains(SpanKey(traceID: $0.traceID, spanID: $0.spanID)) }
            try await take(new[...])
            if let last = rows.last {
                place = CollectorTable.Place(start: last.start, traceID: last.traceID, spanID: last.spanID)
            }
            near = near.filter { $0.value > place.start - 2 * Self.overlap }
            guard hasMore else { return (place, Set(near.keys)) }
        }
    }

    /// Stores rows. Where they are too much together, or one of them cannot be read, they are taken by halves: what is good
    /// beside it is kept.
    private func take(_ rows: ArraySlice<CollectorTable.Row>) async throws {
        guard !rows.isEmpty else { return }
        do {
            let (batch, rejected) = try spans.batch(Array(rows))
            if rejected > 0 { unread.withLock { $0 += rejected } }
            _ = try await store.append(batch)
        } catch is DecodeError {
            guard rows.count > 1 else { return unread.withLock { $0 += 1 } }
            try await take(rows.prefix(rows.count / 2))
            try await take(rows.dropFirst(rows.count / 2))
        }
    }

    private func follow() async {
        var (place, near) = (CollectorTable.Place(start: .min), Set<SpanKey>())
        if let newest = try? await store.spans(SpanQuery(order: .start, limit: 1)).spans.first {
            place.start = newest.span.start.unixNanoseconds
            let window = SpanQuery(
                filter: .since(Timestamp(unixNanoseconds: place.start - 2 * Self.overlap)), order: .start, limit: 50_000
            )
            near = Set(((try? await store.spans(window).spans) ?? []).map(\.span.key))
        }
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let start = CollectorTable.Place(start: place.start == .min ? .min : place.start - Self.overlap)
            // What fails now is asked again in a second.
            guard let found = try? await fetch(table, from: start, knowing: near) else { continue }
            place.start = max(place.start, found.place.start)
            near = found.near
        }
    }

    // MARK: A store that is only read

    var path: String { address.description }
    var isReadOnly: Bool { true }

    func append(_ batch: IngestBatch) async throws -> AppendReceipt { throw readOnly }
    func position(device: UInt64, inode: UInt64) async throws -> FilePosition? { nil }
    func keep(_ session: String, _ change: KeepChange, at moment: Timestamp?) async throws -> KeptSession? {
        throw readOnly
    }
    func removeScores(_ selection: ScoreSelection) async throws -> Int { throw readOnly }

    private var readOnly: CommandFailure {
        CommandFailure(
            "\(address) is a table of the Collector: it is only read",
            hint: "Copy what you need into a store of your own: 'fallom copy --from … --to FILE'.")
    }

    /// Revisions as they change. The table is asked while somebody listens.
    func revisions() -> AsyncStream<Int64> {
        follower.begin { [weak self] in await self?.follow() }
        return store.revisions()
    }

    func close() async throws {
        follower.cancel()
        try await store.close()
        withExtendedLifetime(lock) {}
    }
}

/// Runs one task at most.
private final class Follower: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    func begin(_ work: @escaping @Sendable () async -> Void) {
        task.withLock { task in
            if task == nil { task = Task { await work() } }
        }
    }

    func cancel() {
        task.withLock { $0?.cancel() }
    }
}
