internal import GRDB
internal import GRDBSQLite

/// A row that is looked at inside SQLite, while it lies in the registers: millions of them are to be added up, and to step to each
/// and to ask for its columns one by one takes a fifth of the time.
struct VisitedRow {
    private let values: UnsafeMutablePointer<OpaquePointer?>

    fileprivate init(_ values: UnsafeMutablePointer<OpaquePointer?>) {
        self.values = values
    }

    /// A column's whole number, 0 for NULL.
    func int(_ column: Int) -> Int64 { sqlite3_value_int64(values[column]) }

    /// A column's whole number. Only a 0 may be NULL: the other numbers are asked for once.
    func optionalInt(_ column: Int) -> Int64? {
        let number = sqlite3_value_int64(values[column])
        return number == 0 && sqlite3_value_type(values[column]) == SQLITE_NULL ? nil : number
    }

    /// Lends a column's text as it lies in the row.
    func withText<Value>(_ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Value) rethrows -> Value {
        guard let start = sqlite3_value_text(values[column]) else { return try body(nil) }
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(values[column]))))
    }
}

/// What is done with each row of a query, and what went wrong with one.
private final class RowVisit {
    private let body: (VisitedRow) throws -> Void
    private(set) var error: (any Error)?

    init(_ body: @escaping (VisitedRow) throws -> Void) {
        self.body = body
    }

    /// Whether the next row is wanted.
    func takes(_ row: VisitedRow) -> Bool {
        do { try body(row) } catch { self.error = error }
        return error == nil
    }

    /// The name of the SQL function, and of the kind of pointer that it takes first.
    static let function: StaticString = "fallom_visit"

    /// The same for C, for as long as the program runs.
    static func withName<Value>(_ body: (UnsafePointer<CChar>) -> Value) -> Value {
        UnsafeRawPointer(function.utf8Start).withMemoryRebound(
            to: CChar.self, capacity: function.utf8CodeUnitCount + 1, body)
    }
}

extension Database {
    /// Teaches the connection to let rows be visited.
    func prepareVisits() {
        let step: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void = {
            context, count, values in
            guard let values, count > 0,
                let pointer = RowVisit.withName({ sqlite3_value_pointer(values[0], $0) })
            else { return }
            let visit = Unmanaged<RowVisit>.fromOpaque(pointer).takeUnretainedValue()
            if !visit.takes(VisitedRow(values + 1)) { sqlite3_result_error_code(context, SQLITE_ABORT) }
        }
        _ = RowVisit.withName {
            sqlite3_create_function_v2(
                sqliteConnection, $0, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nil, nil, step, { _ in }, nil)
        }
    }

    /// Does something with each row of what stands behind FROM.
    ///
    /// - Throws: What `body` throws, after which no further row comes, or the database's own error.
    func visit(
        _ columns: String, from source: String, _ arguments: [FilterSQL.Argument],
        _ body: (VisitedRow) throws -> Void
    ) throws {
        try withoutActuallyEscaping(body) { body in
            let visit = RowVisit(body)
            let statement = try preparedOnce("SELECT \(RowVisit.function)(?, \(columns)) FROM \(source)")
            // The statement is of this call alone and has ended when it returns: the pointer is used while the visit lives.
            try withExtendedLifetime(visit) {
                _ = RowVisit.withName {
                    sqlite3_bind_pointer(statement.pointer, 1, Unmanaged.passUnretained(visit).toOpaque(), $0, nil)
                }
                statement.bind(arguments, from: 2)
                do { try statement.run() } catch { throw visit.error ?? error }
            }
        }
    }
}
