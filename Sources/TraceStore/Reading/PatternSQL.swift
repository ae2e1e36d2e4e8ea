internal import GRDB
internal import TraceModel

/// Whether a column's text fits a pattern, as ``SpanFilter/TextPattern/matches(_:)`` means it.
///
/// SQLite's own LIKE knows the case of ASCII letters alone: it answers for texts and patterns of ASCII, which nearly all
/// are. For all others, and for patterns that LIKE would take long for or not take at all, our own function does.
struct PatternSQL {
    /// Never NULL: a column without a text fits nothing.
    let condition: String
    let arguments: [String]

    init(_ pattern: SpanFilter.TextPattern, _ column: String) {
        let isPlain = "length(\(column)) = length(CAST(\(column) AS BLOB))"
        let folded = FoldedText(pattern.pattern).bytes
        if folded.contains(where: { $0 >= 0x80 }) {
            // Nothing that is plain folds to what is not.
            condition =
                "CASE WHEN \(column) IS NULL OR \(isPlain) THEN 0 ELSE \(Self.function)(CAST(\(column) AS BLOB), CAST(? AS BLOB)) END"
            arguments = [pattern.pattern]
        } else if !folded.contains(0), folded.count <= Self.longest,
            folded.count(where: { $0 == UInt8(ascii: "*") }) <= Self.mostStars
        {
            condition = """
                CASE WHEN \(column) IS NULL THEN 0 WHEN \(isPlain) THEN \(column) LIKE ? ESCAPE '\\' \
                ELSE \(Self.function)(CAST(\(column) AS BLOB), CAST(? AS BLOB)) END
                """
            arguments = [Self.like(folded), pattern.pattern]
        } else {
            condition =
                "(\(column) IS NOT NULL AND \(Self.function)(CAST(\(column) AS BLOB), CAST(? AS BLOB)))"
            arguments = [pattern.pattern]
        }
    }

    /// LIKE takes time that grows with each star by the length of the text.
    private static let mostStars = 2
    private static let longest = 256

    /// A folded pattern of ASCII for LIKE.
    private static func like(_ folded: [UInt8]) -> String {
        var like: [UInt8] = []
        for byte in folded {
            switch byte {
            case UInt8(ascii: "*"): like.append(UInt8(ascii: "%"))
            case UInt8(ascii: "%"), UInt8(ascii: "_"), UInt8(ascii: "\\"): like += [UInt8(ascii: "\\"), byte]
            default: like.append(byte)
            }
        }
        return String(decoding: like, as: UTF8.self)
    }

    private static let function = "fallom_fits"

    /// Teaches a connection the function.
    static func prepare(_ database: Database) {
        database.add(
            function: DatabaseFunction(function, argumentCount: 2, pure: true) { values in
                // As bytes: what SQLite gives as text ends for GRDB at the first zero.
                guard case .blob(let text) = values[0].storage, case .blob(let pattern) = values[1].storage else {
                    return false
                }
                return SpanFilter.TextPattern(String(decoding: pattern, as: UTF8.self)).matches(
                    String(decoding: text, as: UTF8.self))
            })
    }
}

/// The ranges of an indexed column in which all texts lie that fit a pattern: those that begin as it does, in either case of
/// each letter, and those that go on with what is not ASCII, which may fold to anything.
struct PrefixRanges {
    private struct Range {
        var first: String
        /// Left out itself; `nil` where the range ends with the last text.
        var end: String?
    }

    private var ranges: [Range] = []

    /// So much of the beginning leads as gives no more ranges: each letter doubles them, each byte adds to them.
    private static let most = 128

    init(_ pattern: SpanFilter.TextPattern) {
        let prefix = FoldedText(pattern.pattern).bytes.prefix { $0 != UInt8(ascii: "*") && $0 < 0x7F && $0 > 0 }
        var beginnings: [[UInt8]] = [[]]
        for byte in prefix {
            guard ranges.count + 3 * beginnings.count <= Self.most else { break }
            ranges += beginnings.map { Range(first: Self.text($0) + "\u{80}", end: Self.next($0)) }
            beginnings = beginnings.flatMap { beginning in Self.cases(byte).map { beginning + [$0] } }
        }
        ranges += beginnings.map { Range(first: Self.text($0), end: Self.next($0)) }
    }

    /// A `FROM` that goes through a table's rows of these ranges, each led to by the index on the column.
    func join(_ table: String, on column: String) -> String {
        // Every text comes before every blob.
        let values = ranges.map { $0.end == nil ? "(?, x'')" : "(?, ?)" }.joined(separator: ", ")
        return """
            FROM (VALUES \(values)) AS part CROSS JOIN \(table)
            ON \(column) >= part.column1 AND \(column) < part.column2
            """
    }

    var arguments: [String] { ranges.flatMap { [$0.first] + ($0.end.map { [$0] } ?? []) } }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func cases(_ byte: UInt8) -> [UInt8] {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? [byte & 0xDF, byte] : [byte]
    }

    /// The first text behind all that begin so; `nil` where there is none.
    private static func next(_ bytes: [UInt8]) -> String? {
        guard let last = bytes.last else { return nil }
        return text(bytes.dropLast() + [last + 1])
    }
}
