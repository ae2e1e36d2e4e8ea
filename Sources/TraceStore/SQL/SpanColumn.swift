/// A column of `span`, in the order in which rows are written and read.
enum SpanColumn: Int32, CaseIterable {
    case sequence, trace, spanID, parentID, session, customerID, configKey, isCounted, depth, kind, status, dialect
    case isStreaming, start, end, duration, ttft, promptTokens, completionTokens, totalTokens, cachedTokens
    case cacheWriteTokens, reasoningTokens, cost, costEstimated, name, provider, requestModel, responseModel, responseID
    case finishReason, errorMessage, promptKey, promptVersion, promptTest, promptVariant, tags, toolCalls, metadata
    case identity, body, bodyIndex, context, cacheWriteHourTokens

    /// Its name in the table.
    private var column: String {
        switch self {
        case .trace: "trace_no"
        case .session: "session_no"
        case .body: "body_no"
        default: Self.snakeCase("\(self)")
        }
    }

    /// What it is read from: names in the place of the numbers of trace and session.
    private var source: String {
        switch self {
        case .trace: "trace.trace_id"
        case .session: "session.session_id"
        default: "span.\(column)"
        }
    }

    /// Its number where a value is bound: SQLite counts from 1 there.
    var parameter: Int32 { rawValue + 1 }

    private static func snakeCase(_ name: String) -> String {
        let words = name.hasSuffix("ID") ? name.dropLast(2) + "Id" : name[...]
        return String(words.flatMap { $0.isUppercase ? "_\($0.lowercased())" : String($0) })
    }

    // MARK: Statements

    /// Writes the row of a new span.
    static let insert = "INSERT \(row)"

    /// Writes a whole row in the place of an earlier one of that sequence.
    static let replace = "REPLACE \(row)"

    private static let row = """
        INTO span (\(allCases.map(\.column).joined(separator: ", ")))
        VALUES (\(allCases.map { _ in "?" }.joined(separator: ", ")))
        """

    /// What a ``StoredSpan`` is read from, to be followed by further columns from ``count`` on, and by ``from`` or tables of
    /// its own.
    static let select = "SELECT \(allCases.map(\.source).joined(separator: ", "))"

    /// The tables ``select`` reads, to be followed by a `WHERE` that starts with `span`. The cross joins keep SQLite from
    /// driving the query by anything but the spans.
    static let from = "FROM span \(joins)"

    /// The tables that ``select`` reads beside `span`.
    static let joins = """
        CROSS JOIN trace ON trace.no = span.trace_no CROSS JOIN session ON session.no = span.session_no
        """

    /// The number of the first column behind ``select``.
    static let count = Int32(allCases.count)
}
