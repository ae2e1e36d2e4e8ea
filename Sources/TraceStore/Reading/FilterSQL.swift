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
            "(" + parts.map(\.condition).joined(separator: separator) + ")", parts.flatMap(\.arguments),
            isExact: parts.allSatisfy(\.isExact))
    }

    private init(_ field: SpanFilter.TextField, _ pattern: SpanFilter.TextPattern) {
        switch field {
        case .status: self.init(codes: FilterSQL.statuses, pattern)
        case .kind:
            let kinds = SpanKind.allCases.map { ($0.rawValue, "span.kind = \(StoredCodes.code(of: $0))") }
            self.init(codes: kinds, pattern)
        case .model: self.init(anyOf: ["span.request_model", "span.response_model"], pattern)
        case .session:
            self.init(
                "span.session_no IN (SELECT no FROM session WHERE \(FilterSQL.like("session_id")))",
                [.text(pattern.like)])
        case .trace:
            self.init(
                "span.trace_no IN (SELECT no FROM trace WHERE \(FilterSQL.like("trace_id")))", [.text(pattern.like)])
        case .customer: self.init(anyOf: ["span.customer_id"], pattern)
        case .config: self.init(anyOf: ["span.config_key"], pattern)
        case .promptKey: self.init(anyOf: ["span.prompt_key"], pattern)
        case .promptVersion: self.init(anyOf: ["span.prompt_version"], pattern)
        case .variant: self.init(anyOf: ["CAST(span.prompt_variant AS TEXT)"], pattern)
        case .name: self.init(anyOf: ["span.name"], pattern)
        case .provider: self.init(anyOf: ["span.provider"], pattern)
        case .tag:
            // The tags lie one behind the other in the column. Where a tag holds a zero byte, LIKE would stop at it.
            self.init(
                "ifnull(\(FilterSQL.like("CAST(span.tags AS TEXT)")) OR instr(span.tags, x'00'), 0)",
                [.text("%\(pattern.like)%")], isExact: false)
        case .error: self.init(anyOf: ["span.error_message"], pattern)
        case .finish: self.init(anyOf: ["span.finish_reason"], pattern)
        case .attribute, .content, .input, .output, .role, .user: self = .unknown
        }
    }

    /// A field of few values: those that fit the pattern, named.
    private init(codes: [(text: String, condition: String)], _ pattern: SpanFilter.TextPattern) {
        let fitting = codes.filter { pattern.matches($0.text) }.map(\.condition)
        self.init(fitting.isEmpty ? "0" : "(" + fitting.joined(separator: " OR ") + ")")
    }

    private static let isRunning = "(span.end IS NULL AND span.duration IS NULL)"
    private static let statuses =
        SpanStatus.allCases.map { ($0.rawValue, "(span.status = \(StoredCodes.code(of: $0)) AND NOT \(isRunning))") }
        + [("running", isRunning)]

    private init(anyOf columns: [String], _ pattern: SpanFilter.TextPattern) {
        self.init(
            "(" + columns.map { "ifnull(\(FilterSQL.like($0)), 0)" }.joined(separator: " OR ") + ")",
            columns.map { _ in .text(pattern.like) })
    }

    private static func like(_ column: String) -> String { "\(column) LIKE ? ESCAPE '\\'" }
}

extension SpanFilter.TextPattern {
    /// The pattern for SQLite's LIKE, which ignores the case of ASCII letters as ours does.
    var like: String {
        var like = ""
        for scalar in pattern.unicodeScalars {
            switch scalar {
            case "*": like += "%"
            case "%", "_", "\\": like += "\\" + String(scalar)
            default: like.unicodeScalars.append(scalar)
            }
        }
        return like
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
