internal import GRDB
internal import TraceModel

/// A filter as a condition on `span` and `session`, as far as SQL can say it.
///
/// The condition never leaves out a span that passes. Where it may let one through that does not (``isExact`` is
/// false), each row is asked again with `SpanFilter.matches`.
struct FilterSQL {
    /// A value of the condition's parameters.
    enum Argument: Hashable {
        case text(String)
        case int(Int64)
    }

    var condition: String
    var arguments: [Argument]
    var isExact: Bool

    private init(_ condition: String, _ arguments: [Argument] = [], isExact: Bool = true) {
        self.condition = condition
        self.arguments = arguments
        self.isExact = isExact
    }

    /// Lets everything through.
    private static let unknown = FilterSQL("1", isExact: false)

    init(_ filter: SpanFilter) {
        switch filter {
        case .all: self.init("1")
        case .and(let filters): self.init(filters.map(FilterSQL.init), joined: " AND ", empty: "1")
        case .or(let filters): self.init(filters.map(FilterSQL.init), joined: " OR ", empty: "0")
        case .not(let filter):
            let inner = FilterSQL(filter)
            // What lets through too much would keep out too much when turned round.
            self = inner.isExact ? FilterSQL("NOT \(inner.condition)", inner.arguments) : .unknown
        case .text(let field, let pattern): self.init(field, pattern)
        case .number(let field, let comparison, let bound):
            // NULL, an unknown figure, passes no comparison; ifnull makes that hold under NOT as well.
            self.init("ifnull(\(field.column) \(comparison.rawValue) ?, 0)", [.int(bound)])
        case .since(let moment): self.init("span.start >= ?", [.int(moment.unixNanoseconds)])
        case .words: self = .unknown
        }
    }

    private init(_ parts: [FilterSQL], joined separator: String, empty: String) {
        guard !parts.isEmpty else {
            self.init(empty)
            return
        }
        self.init(
            "(" + Self.joined(parts.map(\.condition)[...], separator) + ")", parts.flatMap(\.arguments),
            isExact: parts.allSatisfy(\.isExact))
    }

    /// Joined by halves: written in a row, each part would be nested one deeper than the one before, and SQLite takes no
    /// more than a thousand.
    private static func joined(_ parts: ArraySlice<String>, _ separator: String) -> String {
        guard parts.count > 16 else { return parts.joined(separator: separator) }
        let middle = parts.startIndex + parts.count / 2
        return "(\(joined(parts[..<middle], separator)))\(separator)(\(joined(parts[middle...], separator)))"
    }

    private init(_ field: SpanFilter.TextField, _ pattern: SpanFilter.TextPattern) {
        switch field {
        case .status: self.init(codes: FilterSQL.statuses, pattern)
        case .kind:
            let kinds = SpanKind.allCases.map { ($0.rawValue, "span.kind = \(StoredCodes.code(of: $0))") }
            self.init(codes: kinds, pattern)
        case .model: self.init(anyOf: ["span.request_model", "span.response_model"], pattern)
        case .session:
            let ids = FilterSQL(anyOf: ["session_id"], pattern)
            self.init("span.session_no IN (SELECT no FROM session WHERE \(ids.condition))", ids.arguments)
        case .trace:
            let ids = FilterSQL(anyOf: ["trace_id"], pattern)
            self.init("span.trace_no IN (SELECT no FROM trace WHERE \(ids.condition))", ids.arguments)
        case .customer: self.init(anyOf: ["span.customer_id"], pattern)
        case .config: self.init(anyOf: ["span.config_key"], pattern)
        case .promptKey: self.init(anyOf: ["span.prompt_key"], pattern)
        case .promptVersion: self.init(anyOf: ["span.prompt_version"], pattern)
        case .variant: self.init(anyOf: ["CAST(span.prompt_variant AS TEXT)"], pattern)
        case .name: self.init(anyOf: ["span.name"], pattern)
        case .provider: self.init(anyOf: ["span.provider"], pattern)
        case .tag:
            // The tags lie one behind the other in the column: which of them fits, if any, each row is asked.
            self.init("span.tags IS NOT NULL", isExact: false)
        case .error: self.init(anyOf: ["span.error_message"], pattern)
        case .finish: self.init(anyOf: ["span.finish_reason"], pattern)
        case .mark: self.init(codes: FilterSQL.marks, pattern)
        case .label:
            let test = PatternSQL(pattern, "label")
            self.init(FilterSQL.kept("kept_label", test.condition), test.arguments.map(Argument.text))
        case .note:
            let test = PatternSQL(pattern, "note")
            self.init(FilterSQL.kept("kept", test.condition), test.arguments.map(Argument.text))
        case .attribute, .content, .input, .output, .role, .user: self = .unknown
        }
    }

    /// A field of few values: those that fit the pattern, named.
    private init(codes: [(text: String, condition: String)], _ pattern: SpanFilter.TextPattern) {
        let fitting = codes.filter { pattern.matches($0.text) }.map(\.condition)
        self.init(fitting.isEmpty ? "0" : "(" + fitting.joined(separator: " OR ") + ")")
    }

    private static let marks = [
        ("pinned", kept("kept", "pinned = 1")), ("note", kept("kept", "note IS NOT NULL")),
        ("label", kept("kept_label", "1")),
    ]

    /// Spans of sessions of which something is kept.
    private static func kept(_ table: String, _ condition: String) -> String {
        "span.session_no IN (SELECT no FROM session WHERE session_id IN (SELECT session_id FROM \(table) WHERE \(condition)))"
    }

    private static let isRunning = "(span.end IS NULL AND span.duration IS NULL)"
    private static let statuses =
        SpanStatus.allCases.map { ($0.rawValue, "(span.status = \(StoredCodes.code(of: $0)) AND NOT \(isRunning))") }
        + [("running", isRunning)]

    private init(anyOf columns: [String], _ pattern: SpanFilter.TextPattern) {
        let tests = columns.map { PatternSQL(pattern, $0) }
        self.init(
            "(" + tests.map { "ifnull(\($0.condition), 0)" }.joined(separator: " OR ") + ")",
            tests.flatMap { $0.arguments.map(Argument.text) })
    }
}

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

extension SpanFilter.NumberField {
    fileprivate var column: String {
        switch self {
        case .latency: "span.duration"
        case .ttft: "span.ttft"
        case .tokens: "span.total_tokens"
        case .cost: "span.cost"
        }
    }
}
