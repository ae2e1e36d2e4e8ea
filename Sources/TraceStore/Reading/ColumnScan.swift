internal import Foundation
internal import GRDB
internal import SystemCalls
internal import TraceModel

/// Sums that columns alone give.
struct ColumnScan: Sendable {
    private let query: UsageQuery
    private let columns: [UsageField.Column]
    private let filter: FilterSQL

    /// Columns before those of the fields.
    private static let figures = """
        session_no, kind, status, is_counted, start, duration, ttft, prompt_tokens, completion_tokens, total_tokens,
        cached_tokens, cost, cost_estimated
        """
    private static let figureCount = 13

    /// `nil` where a field or the filter asks for more than columns say.
    init?(_ query: UsageQuery) {
        columns = query.fields.compactMap(\.column)
        filter = FilterSQL(query.filter)
        guard filter.isExact, columns.count == query.fields.count else { return nil }
        self.query = query
    }

    /// Sequences that are worth a reader of their own each: one for each core, one alone where spans are few.
    func parts(_ database: Database, worthwhile: Int64) throws -> [ClosedRange<Int64>] {
        let last = try StateRow(database).lastSequence
        let first = try database.number("SELECT min(sequence) FROM span") ?? 0
        guard first <= last else { return [] }
        let cores = Int64(ProcessInfo.processInfo.activeProcessorCount)
        let count = max(1, min((last - first) / worthwhile, cores, 3))
        let width = (last - first) / count + 1
        return (0..<count).map { part in
            let start = first + part * width
            // What comes in meanwhile belongs to the last.
            return start...(part == count - 1 ? .max : start + width - 1)
        }
    }

    /// Adds up all spans that pass, or those among some sequences.
    func tally(_ database: Database, within range: ClosedRange<Int64>? = nil) throws -> UsageTally {
        let selected = ([Self.figures] + columns.map(\.sql)).joined(separator: ", ")
        let range = range.map { "sequence BETWEEN \($0.lowerBound) AND \($0.upperBound) AND " } ?? ""
        var tally = UsageTally(query)
        var words = Words(fields: columns.count)
        var numbers = Array(repeating: 0, count: columns.count)
        var rows = 0
        try database.visit(selected, from: "span NOT INDEXED WHERE \(range)\(filter.condition)", filter.arguments) {
            row in
            rows += 1
            if rows % Self.rowsAtOnce == 0 { Processor.giveWay() }
            for (field, column) in columns.enumerated() {
                numbers[field] = try words.number(row, Self.figureCount + field, column, field, &tally, database)
            }
            tally.add(row.usageSpan(), numbers: numbers)
        }
        return tally
    }

    /// Rows that are added up before a thread that waits is let in: a tenth of a millisecond.
    private static let rowsAtOnce = 512

    /// The numbers of the values of rows: words of codes are made once, texts seldom twice.
    private struct Words {
        private var known: [[Int64: Int]]
        private var texts: [TextMemo]

        init(fields: Int) {
            known = Array(repeating: [:], count: fields)
            texts = Array(repeating: TextMemo(), count: fields)
        }

        mutating func number(
            _ row: VisitedRow, _ place: Int, _ column: UsageField.Column, _ field: Int, _ tally: inout UsageTally,
            _ database: Database
        ) throws -> Int {
            guard let word = column.word else {
                return row.withText(place) { bytes in
                    guard let bytes else { return 0 }
                    return texts[field].number(of: bytes) { tally.number(of: $0, field: field) }
                }
            }
            guard let code = row.optionalInt(place) else { return 0 }
            if let number = known[field][code] { return number }
            let number = tally.number(of: try word(code, database), field: field)
            known[field][code] = number
            return number
        }
    }

    /// The numbers of texts that came lately, found by their bytes, so that nothing is made of what most rows say.
    private struct TextMemo {
        private var entries = [(bytes: [UInt8], number: Int)](repeating: ([], -1), count: 1 << Self.bits)
        private static let bits = 10

        mutating func number(of bytes: UnsafeRawBufferPointer, _ make: (String) -> Int) -> Int {
            // What texts end with differs most.
            var word = UInt64(bytes.count)
            for byte in bytes.suffix(8) { word = word << 8 | UInt64(byte) }
            let slot = Int((word &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - Self.bits))
            let isKnown = entries[slot].bytes.withUnsafeBytes { known in
                guard known.count == bytes.count, let one = known.baseAddress, let other = bytes.baseAddress else {
                    return false
                }
                return memcmp(one, other, bytes.count) == 0
            }
            // An empty text is what nothing came of yet holds, too.
            if isKnown, entries[slot].number >= 0 { return entries[slot].number }
            let number = make(String(decoding: bytes, as: UTF8.self))
            entries[slot] = (Array(bytes), number)
            return number
        }
    }
}

extension UsageField {
    /// A field as a column of `span`.
    fileprivate struct Column: Sendable {
        var sql: String
        /// What a code in it means; `nil` for a column of text.
        var word: (@Sendable (Int64, Database) throws -> String?)?
    }

    /// `nil` where one column does not say it.
    fileprivate var column: Column? {
        switch self {
        case .model: Column(sql: "ifnull(response_model, request_model)")
        case .provider: Column(sql: "provider")
        case .customer: Column(sql: "customer_id")
        case .config: Column(sql: "config_key")
        case .variant: Column(sql: "CAST(prompt_variant AS TEXT)")
        case .prompt: Column(sql: "prompt_key || ifnull('@' || prompt_version, '')")
        case .kind: Column(sql: "kind") { code, _ in StoredCodes.kind(code).rawValue }
        case .tool: Column(sql: "iif(kind = \(StoredCodes.code(of: SpanKind.tool)), name, NULL)")
        case .status:
            Column(sql: "iif(end IS NULL AND duration IS NULL, -1, status)") { code, _ in
                code < 0 ? "running" : StoredCodes.status(code).rawValue
            }
        case .error: Column(sql: "error_message")
        case .session: Column(sql: "session_no") { code, database in try database.sessionID(code) }
        case .dialect: Column(sql: "dialect") { code, _ in StoredCodes.dialect(code).rawValue }
        case .tag, .attribute: nil
        }
    }
}

extension VisitedRow {
    fileprivate func usageSpan() -> UsageSpan {
        UsageSpan(
            kind: StoredCodes.kind(int(1)), isError: StoredCodes.status(int(2)) == .error,
            counts: StoredCodes.counts(int(3)), start: Timestamp(unixNanoseconds: int(4)), duration: optionalInt(5),
            timeToFirstToken: optionalInt(6),
            usage: TokenUsage(
                prompt: optionalInt(7).map(Int.init(clamping:)), completion: optionalInt(8).map(Int.init(clamping:)),
                total: optionalInt(9).map(Int.init(clamping:)), cached: optionalInt(10).map(Int.init(clamping:))),
            cost: optionalInt(11).map { Cost(nanoDollars: $0, isEstimated: int(12) != 0) }, session: int(0))
    }
}

extension Database {
    /// The id of a session by its number.
    func sessionID(_ number: Int64) throws -> String? {
        try prepared("SELECT session_id FROM session WHERE no = ?", number).first { $0.text(0) }
    }
}
