import GRDBSQLite
import Glibc
import SystemCalls
import TraceModel

/// SQLite's C API with nothing around it: what the store's speed is measured against (`limits/sqlrate`).
struct RawSQLite {
    /// A table, and which of a span's values go into it.
    struct Layout: Sendable {
        var columns: [String]
        var indexes: [String]
    }

    /// Failed statement.
    struct Failure: Error {
        var message: String
    }

    /// What the store keeps of a span, ids as text, its line whole.
    static let ourColumns = Layout(
        columns: (0..<42).map { "c\($0)" },
        indexes: [
            "CREATE UNIQUE INDEX i1 ON s (c1, c2)", "CREATE INDEX i2 ON s (c4, c13)", "CREATE INDEX i3 ON s (c13)",
            "CREATE INDEX i4 ON s (c0) WHERE c10 = 1",
        ])

    /// What `sqlrate` keeps.
    static let fewColumns = Layout(
        columns: (0..<16).map { "c\($0)" },
        indexes: ["CREATE UNIQUE INDEX i1 ON s (c1, c2)", "CREATE INDEX i2 ON s (c4, c13)"])

    private let database: OpaquePointer
    private let layout: Layout

    init(_ path: String, _ layout: Layout) throws {
        for part in ["", "-wal", "-shm"] { try Files.remove(path + part) }
        var handle: OpaquePointer?
        guard sqlite3_open(path, &handle) == SQLITE_OK, let handle else { throw Failure(message: "it does not open") }
        database = handle
        self.layout = layout
        try run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 20000")
        try run("PRAGMA cache_size = -32768")
        try run("CREATE TABLE s (\(layout.columns.joined(separator: ", ")))")
        for index in layout.indexes { try run(index) }
    }

    private func run(_ sql: String) throws {
        guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(database)))
        }
    }

    /// Inserts the spans in transactions of `batch`, and closes.
    func fill(_ spans: [IngestedSpan], _ batch: Int) throws {
        let marks = layout.columns.map { _ in "?" }.joined(separator: ", ")
        var statement: OpaquePointer?
        sqlite3_prepare_v2(database, "INSERT OR IGNORE INTO s VALUES (\(marks))", -1, &statement, nil)
        try run("BEGIN")
        for (index, span) in spans.enumerated() {
            if index > 0, index % batch == 0 { try run("COMMIT; BEGIN") }
            bind(span, index, statement)
            sqlite3_step(statement)
            sqlite3_reset(statement)
        }
        try run("COMMIT")
        sqlite3_finalize(statement)
        sqlite3_close(database)
    }

    private func bind(_ ingested: IngestedSpan, _ index: Int, _ statement: OpaquePointer?) {
        let span = ingested.span
        let last = Int32(layout.columns.count)
        func text(_ column: Int32, _ value: String?) {
            guard column + 1 < last, let value else { return }
            sqlite3_bind_text(statement, column + 1, value, -1, transient)
        }
        func number(_ column: Int32, _ value: Int64?) {
            guard column + 1 < last else { return }
            if let value {
                sqlite3_bind_int64(statement, column + 1, value)
            } else {
                sqlite3_bind_null(statement, column + 1)
            }
        }
        number(0, Int64(index))
        text(1, span.key.traceID)
        text(2, span.key.spanID)
        text(3, span.parentID)
        text(4, span.identity.session.own)
        text(5, span.identity.customer.own)
        text(6, span.identity.config.own)
        for column in 7...12 { number(Int32(column), Int64(column)) }
        number(10, span.status == .error ? 1 : 0)
        number(13, span.start.unixNanoseconds)
        number(14, span.end?.unixNanoseconds)
        number(15, span.durationNanoseconds)
        number(16, span.timeToFirstTokenNanoseconds)
        number(17, span.usage.prompt.map(Int64.init))
        number(18, span.usage.completion.map(Int64.init))
        number(19, span.usage.total.map(Int64.init))
        for column in 20...24 { number(Int32(column), nil) }
        text(25, span.name)
        text(26, span.provider)
        text(27, span.requestModel)
        text(28, span.responseModel)
        text(29, span.responseID)
        text(30, span.finishReason)
        text(36, span.tags.first)
        text(38, span.metadata.entries.first?.name)
        ingested.payload.span.withUnsafeBytes { line in
            _ = sqlite3_bind_blob(statement, last, line.baseAddress, Int32(line.count), transient)
        }
    }

    private var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
