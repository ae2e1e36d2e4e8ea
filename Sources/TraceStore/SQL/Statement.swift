internal import GRDB
internal import GRDBSQLite

/// A prepared statement driven through SQLite itself: GRDB's rows and arguments cost more than the inserts they carry.
///
/// Statements come from GRDB's cache of the connection, so preparing one twice costs a look-up. A statement must not be
/// used by two callers at once; every use ends with ``reset()``.
struct Statement {
    let pointer: OpaquePointer
    /// What finalises the statement when it goes.
    private let owner: GRDB.Statement

    init(_ owner: GRDB.Statement) {
        self.owner = owner
        pointer = owner.sqliteStatement
    }

    /// Binds a whole number, or nothing.
    func bind(_ index: Int32, _ value: Int64?) {
        if let value { sqlite3_bind_int64(pointer, index, value) } else { sqlite3_bind_null(pointer, index) }
    }

    /// Binds a whole number, or nothing.
    func bind(_ index: Int32, _ value: Int?) {
        bind(index, value.map(Int64.init))
    }

    /// Binds a number, or nothing.
    func bind(_ index: Int32, number: Double?) {
        if let number { sqlite3_bind_double(pointer, index, number) } else { sqlite3_bind_null(pointer, index) }
    }

    /// Binds text, or nothing. SQLite takes a copy.
    func bind(_ index: Int32, _ text: String?) {
        guard var bound = text else {
            sqlite3_bind_null(pointer, index)
            return
        }
        bound.withUTF8 { bytes in
            // A text of no bytes may have no address, and SQLite would take a null address for NULL.
            guard let base = bytes.baseAddress else {
                _ = sqlite3_bind_text(pointer, index, "", 0, Statement.transient)
                return
            }
            base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                _ = sqlite3_bind_text(pointer, index, $0, Int32(clamping: bytes.count), Statement.transient)
            }
        }
    }

    /// Binds bytes, or nothing. SQLite takes a copy.
    func bind(_ index: Int32, _ bytes: [UInt8]?) {
        guard let bytes else {
            sqlite3_bind_null(pointer, index)
            return
        }
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else {
                sqlite3_bind_zeroblob(pointer, index, 0)
                return
            }
            _ = sqlite3_bind_blob64(pointer, index, base, sqlite3_uint64(buffer.count), Statement.transient)
        }
    }

    /// Binds values to the parameters from one on.
    func bind(_ values: [(any StatementValue)?], from first: Int32 = 1) {
        for (index, value) in zip(first..., values) {
            if let value { value.bind(to: self, at: index) } else { sqlite3_bind_null(pointer, index) }
        }
    }

    /// Runs a statement that gives no rows with bytes bound that SQLite reads where they are: for those that are many.
    func run(lending bytes: [UInt8], at index: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            // Only no bytes have no address, and what they are bound as is no NULL.
            if let base = buffer.baseAddress, !buffer.isEmpty {
                _ = sqlite3_bind_blob64(pointer, index, base, sqlite3_uint64(buffer.count), nil)
            } else {
                sqlite3_bind_zeroblob(pointer, index, 0)
            }
            defer { sqlite3_bind_null(pointer, index) }
            try run()
        }
    }

    /// Goes to the next row; false when there is none.
    func step() throws -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code:
            let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(pointer)))
            sqlite3_reset(pointer)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }

    /// Runs a statement that gives no rows, and makes it ready for the next use.
    func run() throws {
        defer { sqlite3_reset(pointer) }
        _ = try step()
    }

    /// What is made of each row, from the first to the last.
    func rows<Row>(_ row: (Statement) throws -> Row) throws -> [Row] {
        defer { reset() }
        var rows: [Row] = []
        while try step() { rows.append(try row(self)) }
        return rows
    }

    /// What is made of the first row; `nil` where there is none.
    func first<Row>(_ row: (Statement) throws -> Row) throws -> Row? {
        defer { reset() }
        return try step() ? try row(self) : nil
    }

    /// Makes the statement ready for the next use.
    func reset() {
        sqlite3_reset(pointer)
    }

    /// Forgets what is bound: all of it is NULL then.
    func clear() {
        sqlite3_clear_bindings(pointer)
    }

    /// A column's whole number, 0 for NULL.
    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    /// A column's whole number. Only a 0 may be NULL: the other numbers are asked for once.
    func optionalInt(_ column: Int32) -> Int64? {
        let number = sqlite3_column_int64(pointer, column)
        return number == 0 && sqlite3_column_type(pointer, column) == SQLITE_NULL ? nil : number
    }

    /// A column's number.
    func number(_ column: Int32) -> Double? {
        sqlite3_column_type(pointer, column) == SQLITE_NULL ? nil : sqlite3_column_double(pointer, column)
    }

    /// A column's text.
    func optionalText(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(pointer, column) else { return nil }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// Lends a column's text as it lies in the row.
    func withText<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer?) throws -> Value) rethrows -> Value {
        guard let start = sqlite3_column_text(pointer, column) else { return try body(nil) }
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))))
    }

    /// A column's text, empty for NULL.
    func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    /// A column's bytes.
    func optionalBytes(_ column: Int32) -> [UInt8]? {
        guard sqlite3_column_type(pointer, column) != SQLITE_NULL else { return nil }
        guard let start = sqlite3_column_blob(pointer, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))))
    }

    /// A word of 64 bits, little-endian, out of a column's bytes; 0 beyond their end.
    func word(_ column: Int32, at index: Int) -> UInt64 {
        guard let start = sqlite3_column_blob(pointer, column),
            (index + 1) * 8 <= Int(sqlite3_column_bytes(pointer, column))
        else { return 0 }
        return UInt64(littleEndian: start.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }

    /// SQLite's `SQLITE_TRANSIENT`: take a copy now.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// What a parameter of a statement can be.
protocol StatementValue {
    func bind(to statement: Statement, at index: Int32)
}

extension Int64: StatementValue {
    func bind(to statement: Statement, at index: Int32) { statement.bind(index, self) }
}

extension Int: StatementValue {
    func bind(to statement: Statement, at index: Int32) { statement.bind(index, self) }
}

extension String: StatementValue {
    func bind(to statement: Statement, at index: Int32) { statement.bind(index, self) }
}

extension [UInt8]: StatementValue {
    func bind(to statement: Statement, at index: Int32) { statement.bind(index, self) }
}

extension Database {
    /// A statement from the connection's cache, with values for its parameters.
    func prepared(_ sql: String, _ values: (any StatementValue)?...) throws -> Statement {
        try prepared(sql, binding: values)
    }

    /// The same with values that are in a list already.
    func prepared(_ sql: String, binding values: [(any StatementValue)?]) throws -> Statement {
        let statement = Statement(try cachedStatement(sql: sql))
        statement.bind(values)
        return statement
    }

    /// A statement whose text is seldom the same twice, so that keeping it would be a waste.
    func preparedOnce(_ sql: String, binding values: [any StatementValue] = []) throws -> Statement {
        let statement = Statement(try makeStatement(sql: sql))
        statement.bind(values)
        return statement
    }

    /// Runs a statement that gives no rows.
    func run(_ sql: String, _ values: (any StatementValue)?...) throws {
        try prepared(sql, binding: values).run()
    }

    /// The first column of the first row of a query.
    func number(_ sql: String, _ values: (any StatementValue)?...) throws -> Int64? {
        try prepared(sql, binding: values).first { $0.optionalInt(0) } ?? nil
    }
}
