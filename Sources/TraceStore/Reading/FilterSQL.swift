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
        case number(Double)
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
            if case .since(let moment) = filter {
                // As a range of its own, which the index of starts can be led by.
                self.init("span.start < ?", [.int(moment.unixNanoseconds)])
                return
            }
            let inner = FilterSQL(filter)
            // What lets through too much would keep out too much when turned round.
            self = inner.isExact ? FilterSQL("NOT \(inner.condition)", inner.arguments) : .unknown
        case .text(let field, let pattern): self.init(field, pattern)
        case .number(let field, let comparison, let bound):
            // NULL, an unknown figure, passes no comparison; ifnull makes that hold under NOT as well.
            self.init("ifnull(\(field.expression) \(comparison.rawValue) ?, 0)", [.int(bound)])
        case .since(let moment): self.init("span.start >= ?", [.int(moment.unixNanoseconds)])
        case .score(let name, let test): self.init(score: name, test)
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
    static func joined(_ parts: ArraySlice<String>, _ separator: String) -> String {
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
            self.init("span.session_no", named: "session_id", in: "session", pattern)
        case .run:
            // The sign is all ASCII: so many characters are so many bytes.
            let names = FilterSQL(anyOf: ["substr(session_id, \(RunMark.prefix.utf8.count + 1))"], pattern)
            self.init(
                "span.session_no IN (SELECT no FROM session WHERE \(FilterSQL.isOfRun) AND \(names.condition))",
                names.arguments)
        case .trace:
            self.init("span.trace_no", named: "trace_id", in: "trace", pattern)
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

    /// Spans that are scored so, or whose session is.
    private init(score name: SpanFilter.TextPattern, _ test: SpanFilter.ScoreTest) {
        let named = PatternSQL(name, "score.name")
        var condition = named.condition
        var arguments = named.arguments.map(Argument.text)
        switch test {
        case .any: break
        case .number(let comparison, let bound):
            condition += " AND score.number \(comparison.rawValue) ?"
            arguments.append(.number(bound))
        case .word(let pattern):
            let word = PatternSQL(pattern, "score.word")
            condition += " AND score.word IS NOT NULL AND \(word.condition)"
            arguments += word.arguments.map(Argument.text)
        }
        self.init(
            """
            (span.session_no IN (SELECT no FROM session WHERE session_id IN
                (SELECT target_id FROM score WHERE kind = 0 AND \(condition)))
            OR span.sequence IN (SELECT scored.sequence FROM score
                CROSS JOIN trace AS its ON its.trace_id = score.trace_id
                CROSS JOIN span AS scored ON scored.trace_no = its.no AND scored.span_id = score.target_id
                WHERE score.kind = 1 AND \(condition)))
            """, arguments + arguments)
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

    /// Whether a session is a run's, in a range of the index of ids.
    static let isOfRun = "session_id >= '\(RunMark.prefix)' AND session_id < '\(RunMark.prefix.dropLast())0'"

    private static let isRunning = "(span.end IS NULL AND span.duration IS NULL)"
    private static let statuses =
        SpanStatus.allCases.map { ($0.rawValue, "(span.status = \(StoredCodes.code(of: $0)) AND NOT \(isRunning))") }
        + [("running", isRunning)]

    /// A number of a table that has an index of names, which leads to what begins alike.
    private init(_ number: String, named name: String, in table: String, _ pattern: SpanFilter.TextPattern) {
        let (test, ranges) = (PatternSQL(pattern, name), PrefixRanges(pattern))
        self.init(
            "\(number) IN (SELECT no \(ranges.join(table, on: name)) WHERE \(test.condition))",
            (ranges.arguments + test.arguments).map(Argument.text))
    }

    private init(anyOf columns: [String], _ pattern: SpanFilter.TextPattern) {
        let tests = columns.map { PatternSQL(pattern, $0) }
        self.init(
            "(" + tests.map(\.condition).joined(separator: " OR ") + ")",
            tests.flatMap { $0.arguments.map(Argument.text) })
    }
}

extension SpanFilter.NumberField {
    fileprivate var expression: String {
        switch self {
        case .latency: "span.duration"
        case .ttft: "span.ttft"
        case .speed:
            // `Span.outputMilliTokensPerSecond`, step by step.
            """
            CASE WHEN span.completion_tokens >= 0 AND span.duration > ifnull(span.ttft, 0) THEN \
            CAST(min(span.completion_tokens * 1e12 / (span.duration - ifnull(span.ttft, 0)), 9e18) AS INTEGER) END
            """
        case .tokens: "span.total_tokens"
        case .cost: "span.cost"
        }
    }
}
