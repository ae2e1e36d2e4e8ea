internal import GRDB
internal import Synchronization
internal import TraceModel

/// What the one writing connection remembers from batch to batch.
///
/// It is used inside write transactions alone, which the connection runs one after another; the lock is never waited for.
final class StoreWriter: Sendable {
    private let memory = Mutex(WriterMemory())
    private let mostSpans: Int

    /// - Parameter mostSpans: spans of one trace that are taken.
    init(mostSpans: Int) {
        self.mostSpans = mostSpans
    }

    /// Writes a batch inside the current transaction.
    func append(
        _ rows: SpanRows, _ bodies: BatchBodies, _ rest: IngestBatch, now: Timestamp, _ database: Database
    ) throws -> AppendReceipt {
        try memory.withLock { memory in
            try memory.noticeOtherWriters(database)
            var writing = try BatchWriting(rows, bodies, rest, now: now, mostSpans: mostSpans, database)
            return try writing.run(&memory)
        }
    }

    /// Brings some rows of a trace in line inside the current transaction; `false` where the trace has changed since they
    /// were looked at.
    func settle(_ work: TraceSettling.Work, _ part: ArraySlice<TraceSettling.Row>, isLast: Bool, _ database: Database)
        throws -> Bool
    {
        try memory.withLock { memory in
            try memory.noticeOtherWriters(database)
            var settling = try TraceSettling(work, database)
            return try settling.settle(part, isLast: isLast, &memory)
        }
    }

    /// Lets go of what it knows, since the file may say otherwise: after a transaction that failed, or one that removed.
    func forget() {
        memory.withLock { $0.forget() }
    }

    /// Notes that these sessions are stale no longer.
    func refreshed(_ sessions: [Int64]) {
        memory.withLock { $0.stale.subtract(sessions) }
    }
}

/// See ``StoreWriter``. Everything here could be read from the file.
struct WriterMemory {
    var traces = TraceCache()
    /// Sessions that are marked stale already.
    var stale: Set<Int64> = []
    /// Traces whose rows are being brought in line; `nil` before they were asked for.
    private var unsettled: Set<Int64>?
    private var sessionNumbers: [ExactText: Int64] = [:]
    private var dataVersion: Int64?

    mutating func forget() {
        traces.clear()
        stale = []
        unsettled = nil
        sessionNumbers = [:]
    }

    /// Forgets everything when another process has written since the last time.
    mutating func noticeOtherWriters(_ database: Database) throws {
        let version = try database.number("PRAGMA data_version")
        if version != dataVersion { forget() }
        dataVersion = version
    }

    /// Whether rows of a trace are being brought in line.
    mutating func isUnsettled(_ trace: Int64, _ database: Database) throws -> Bool {
        if let unsettled { return unsettled.contains(trace) }
        let known = Set(try database.unsettledTraces())
        unsettled = known
        return known.contains(trace)
    }

    /// Notes that rows of a trace are to be brought in line with what it says at that revision.
    mutating func unsettle(_ trace: Int64, revision: Int64, _ database: Database) throws {
        try database.run("REPLACE INTO unsettled VALUES (?, ?)", trace, revision)
        unsettled?.insert(trace)
    }

    /// Notes that the rows of a trace say what it says.
    mutating func settled(_ trace: Int64, _ database: Database) throws {
        try database.run("DELETE FROM unsettled WHERE trace_no = ?", trace)
        unsettled?.remove(trace)
    }

    /// A session's number; a session that is new gets one.
    mutating func sessionNumber(of id: String, _ database: Database) throws -> Int64 {
        let key = ExactText(id)
        if let number = sessionNumbers[key] { return number }
        let number = try database.internSession(id)
        if sessionNumbers.count >= 20_000 { sessionNumbers = [:] }
        sessionNumbers[key] = number
        return number
    }
}

extension Database {
    /// A session's number; a session that is new gets one.
    func internSession(_ id: String) throws -> Int64 {
        try intern("INSERT OR IGNORE INTO session (session_id) VALUES (?)", id)
            ?? number(of: id, "SELECT no FROM session WHERE session_id = ?")
    }

    /// Writes what has changed about a span whose record did not come again.
    func relabel(_ sequence: Int64, _ resolution: SpanResolution, session: Int64) throws {
        try run(
            """
            UPDATE span SET session_no = ?, customer_id = ?, config_key = ?, is_counted = ?, depth = ?
            WHERE sequence = ?
            """, session, resolution.customerID, resolution.configKey, StoredCodes.code(of: resolution.counts),
            resolution.depth, sequence)
    }

    /// Inserts a text where it is new: its number, or `nil` when it was there.
    func intern(_ sql: String, _ text: String) throws -> Int64? {
        try run(sql, text)
        return changesCount == 1 ? lastInsertedRowID : nil
    }

    /// The number of a text that is there.
    func number(of text: String, _ sql: String) throws -> Int64 {
        guard let number = try number(sql, text) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an id is missing")
        }
        return number
    }
}
