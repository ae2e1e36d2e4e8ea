internal import GRDB
internal import TraceModel

/// Whether a column's text fits a pattern, as ``SpanFilter/TextPattern/matches(_:)`` means it.
///
/// SQLite's own LIKE knows the case of ASCII letters alone: it answers for texts and patterns of ASCII, which nearly all
/// are. For all others, and for patterns that LIKE would take long for or not take at all, our own function does.
struct PatternSQL {
    let condition: String
    let arguments: [String]

    init(_ pattern: SpanFilter.TextPattern, _ column: String) {
        let isPlain = "length(\(column)) = length(CAST(\(column) AS BLOB))"
        let folded = FoldedText(pattern.pattern).bytes
        if folded.contains(where: { $0 >= 0x80 }) {
            // Nothing that is plain folds to what is not.
            condition =
                "CASE WHEN \(isPlain) THEN 0 ELSE \(Self.function)(CAST(\(column) AS BLOB), CAST(? AS BLOB)) END"
            arguments = [pattern.pattern]
        } else if !folded.contains(0), folded.count <= Self.longest,
            folded.count(where: { $0 == UInt8(ascii: "*") }) <= Self.mostStars
        {
            condition = """
                CASE WHEN \(isPlain) THEN \(column) LIKE ? ESCAPE '\\' ELSE \(Self.function)(CAST(\(column) AS BLOB), CAST(? AS BLOB)) END
                """
            arguments = [Self.like(folded), pattern.pattern]
        } else {
            condition = "\(Self.function)(CAST(\(column) AS BLOB), CAST(? AS BLOB))"
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
    let condition: String
    let arguments: [String]

    /// So much of the beginning leads as gives no more ranges: each letter doubles them, each byte adds to them.
    private static let most = 128

    init(_ pattern: SpanFilter.TextPattern, _ column: String) {
        let prefix = FoldedText(pattern.pattern).bytes.prefix { $0 != UInt8(ascii: "*") && $0 < 0x7F && $0 > 0 }
        guard !prefix.isEmpty else {
            (condition, arguments) = ("1", [])
            return
        }
        var beginnings: [[UInt8]] = [[]]
        var conditions: [String] = []
        var arguments: [String] = []
        func add(from first: String, to end: String?) {
            conditions.append(end == nil ? "\(column) >= ?" : "(\(column) >= ? AND \(column) < ?)")
            arguments += [first] + (end.map { [$0] } ?? [])
        }
        for byte in prefix {
            guard conditions.count + 3 * beginnings.count <= Self.most else { break }
            for beginning in beginnings { add(from: Self.text(beginning) + "\u{80}", to: Self.next(beginning)) }
            beginnings = beginnings.flatMap { beginning in Self.cases(byte).map { beginning + [$0] } }
        }
        for beginning in beginnings { add(from: Self.text(beginning), to: Self.next(beginning)) }
        condition = "(" + FilterSQL.joined(conditions[...], " OR ") + ")"
        self.arguments = arguments
    }

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
