internal import TraceModel

/// A filter as a condition on `fallom_spans`, as far as the server can say it.
///
/// The condition never leaves out a span that passes. Where it may let one through that does not (``isExact`` is false),
/// each row is asked again with `SpanFilter.matches`. The server folds the letters of ASCII alone: of other values of a
/// column those that fit are found by us first (``ForeignValues``) and named.
struct PushedCondition {
    var sql: String
    var isExact: Bool
    /// Whether few rows pass, and the server is led to them.
    var isNarrow = false

    init(_ sql: String, isExact: Bool = true) {
        self.sql = sql
        self.isExact = isExact
    }

    private static let unknown = PushedCondition("1", isExact: false)

    /// What was asked before.
    struct Knowledge {
        /// Of a column, the values with letters beyond ASCII; `nil` where there are too many.
        var foreign: [FilterColumn: [String]?] = [:]
        /// What is kept of sessions, where the filter asks for it.
        var kept: [KeptSession] = []
        /// Scores, where the filter asks for them.
        var scores: [Score] = []
        /// The table of contents that came apart.
        var contents: String
    }

    init(_ filter: SpanFilter, _ known: Knowledge) {
        switch filter {
        case .all: self.init("1")
        case .and(let filters): self.init(filters.map { .init($0, known) }, joined: " AND ", empty: "1")
        case .or(let filters): self.init(filters.map { .init($0, known) }, joined: " OR ", empty: "0")
        case .not(let filter):
            let inner = PushedCondition(filter, known)
            // What lets through too much would keep out too much when turned round.
            self = inner.isExact ? PushedCondition("NOT \(inner.sql)") : .unknown
        case .text(let field, let pattern): self.init(field, pattern, known)
        case .number(let field, let comparison, let bound):
            self.init("ifNull(\(field.expression) \(comparison.rawValue) \(bound), 0)")
        case .since(let moment):
            // The hour leads to the rows, the start tells which of them.
            self.init("(hour >= \(Hour.of(moment)) AND start >= \(moment.unixNanoseconds))")
        case .score(let name, let test):
            self.init(known.scores.filter { name.matches($0.name) && test.holds($0.value) })
        case .words(let text):
            self.init(
                SearchPlan(.words(text)), beside: ["session_id", "ifNull(customer_id, '')", "ifNull(config_key, '')"],
                known)
        }
    }

    private init(_ parts: [PushedCondition], joined separator: String, empty: String) {
        guard !parts.isEmpty else {
            self.init(empty)
            return
        }
        self.init(
            "(" + Self.joined(parts.map(\.sql)[...], separator) + ")", isExact: parts.allSatisfy(\.isExact))
    }

    /// Joined by halves, so that no expression is nested deeply.
    private static func joined(_ parts: ArraySlice<String>, _ separator: String) -> String {
        guard parts.count > 16 else { return parts.joined(separator: separator) }
        let middle = parts.startIndex + parts.count / 2
        return "(\(joined(parts[..<middle], separator)))\(separator)(\(joined(parts[middle...], separator)))"
    }

    /// Spans that are scored so, or whose session is.
    private init(_ scores: [Score]) {
        var (sessions, spans): ([String], [SpanKey]) = ([], [])
        for score in scores {
            switch score.target {
            case .session(let id): sessions.append(id)
            case .span(let key): spans.append(key)
            }
        }
        let ofSessions = sessions.isEmpty ? [] : ["session_id IN (\(SQLText.list(sessions)))"]
        let ofSpans = spans.isEmpty ? [] : ["(trace_id, span_id) IN (\(SQLText.pairs(spans)))"]
        self.init((ofSessions + ofSpans).map { PushedCondition($0) }, joined: " OR ", empty: "0")
    }

    // MARK: Texts

    private init(_ field: SpanFilter.TextField, _ pattern: SpanFilter.TextPattern, _ known: Knowledge) {
        if let columns = FilterColumn.of(field) {
            let tests = columns.map { Self.test($0, pattern, known) }
            self.init(tests, joined: " OR ", empty: "0")
            return
        }
        switch field {
        case .status:
            let running = "(end IS NULL AND duration IS NULL)"
            let words = SpanStatus.allCases.map { ($0.rawValue, "(status = '\($0.rawValue)' AND NOT \(running))") }
            self.init(words + [("running", running)], fitting: pattern)
        case .kind: self.init(SpanKind.allCases.map { ($0.rawValue, "kind = '\($0.rawValue)'") }, fitting: pattern)
        case .run:
            // The sign is all ASCII: so many characters are so many bytes.
            let name = "substring(session_id, \(RunMark.prefix.utf8.count + 1))"
            let foreign = (known.foreign[.session] ?? nil)?.compactMap(RunMark.run(ofSession:))
            let test = Self.test(name, pattern, foreign: foreign)
            self.init("(\(Self.isOfRun) AND \(test.sql))", isExact: test.isExact)
        case .variant:
            self.init(
                "(prompt_variant IS NOT NULL AND lower(toString(assumeNotNull(prompt_variant))) LIKE \(Self.like(pattern) ?? "''"))",
                isExact: Self.like(pattern) != nil)
        case .mark, .label, .note:
            let fitting = known.kept.filter { kept in
                switch field {
                case .mark: kept.marks.contains(where: pattern.matches)
                case .label: kept.labels.contains(where: pattern.matches)
                default: kept.note.map(pattern.matches) ?? false
                }
            }
            self.init(fitting.isEmpty ? "0" : "session_id IN (\(SQLText.list(fitting.map(\.sessionID))))")
        case .content, .input, .output: self.init(SearchPlan(.text(field, pattern)), beside: [], known)
        default: self = .unknown
        }
    }

    /// A field of few values: those that fit the pattern, named.
    private init(_ words: [(text: String, sql: String)], fitting pattern: SpanFilter.TextPattern) {
        let fitting = words.filter { pattern.matches($0.text) }.map(\.sql)
        self.init(fitting.isEmpty ? "0" : "(" + fitting.joined(separator: " OR ") + ")")
    }

    private static func test(
        _ column: FilterColumn, _ pattern: SpanFilter.TextPattern, _ known: Knowledge
    ) -> PushedCondition {
        let test = test(
            column.isList ? "x" : "ifNull(\(column.name), '')", pattern, foreign: known.foreign[column] ?? nil)
        let sql =
            column.isList
            ? "arrayExists(x -> \(test.sql), \(column.name))" : "(\(column.name) IS NOT NULL AND \(test.sql))"
        return PushedCondition(sql, isExact: test.isExact)
    }

    /// A value against a pattern. `foreign` are the values there are with letters beyond ASCII, where they are known.
    private static func test(
        _ value: String, _ pattern: SpanFilter.TextPattern, foreign: [String]?
    ) -> PushedCondition {
        guard !pattern.isAnything else { return PushedCondition("1") }
        guard pattern.mayFitForeign else { return PushedCondition("lower(\(value)) LIKE \(like(pattern) ?? "''")") }
        let isPlain = "length(\(value)) = lengthUTF8(\(value))"
        let plain = like(pattern).map { "(\(isPlain) AND lower(\(value)) LIKE \($0))" } ?? "0"
        guard let foreign else { return PushedCondition("(\(plain) OR NOT \(isPlain))", isExact: false) }
        let fitting = foreign.filter(pattern.matches)
        let named = fitting.isEmpty ? "0" : "\(value) IN (\(SQLText.list(fitting)))"
        return PushedCondition("(\(plain) OR \(named))")
    }

    /// Whether a row is of a run's session.
    static let isOfRun = "is_run"

    /// A pattern for LIKE over lower letters of ASCII; `nil` where no text of ASCII fits it.
    private static func like(_ pattern: SpanFilter.TextPattern) -> String? {
        var like = ""
        for byte in FoldedText(pattern.pattern).bytes {
            switch byte {
            case 0x80...: return nil
            case UInt8(ascii: "*"): like += "%"
            case UInt8(ascii: "%"), UInt8(ascii: "_"), UInt8(ascii: "\\"):
                like += "\\" + String(UnicodeScalar(byte))
            default: like.unicodeScalars.append(UnicodeScalar(byte))
            }
        }
        return SQLText.literal(like)
    }

    // MARK: Content

    /// What runs can tell: the text may hold what is looked for.
    private init(_ plan: SearchPlan, beside columns: [String], _ known: Knowledge) {
        guard let found = Self.mayHold(plan, columns) else {
            self = .unknown
            return
        }
        var ways = [found, "is_opaque"]
        // What the rest of a trace says of a span is in no runs.
        ways += columns.map { "length(\($0)) != lengthUTF8(\($0))" }
        ways.append("(trace_hash, span_id) IN (SELECT trace_hash, span_id FROM \(known.contents))")
        self.init("(" + ways.joined(separator: " OR ") + ")", isExact: false)
    }

    private static func mayHold(_ plan: SearchPlan, _ columns: [String]) -> String? {
        switch plan {
        case .any: return nil
        case .all(let plans):
            return "(" + plans.compactMap { mayHold($0, columns) }.joined(separator: " AND ") + ")"
        case .one(let plans):
            let ways = plans.map { mayHold($0, columns) }
            return ways.contains(nil) ? nil : "(" + ways.compactMap(\.self).joined(separator: " OR ") + ")"
        case .runs(let runs):
            let tests = runs.map { run in
                let piece = SQLText.literal(String(decoding: run, as: UTF8.self))
                let places = ["runs"] + columns.map { "lower(\($0))" }
                return "(" + places.map { "position(\($0), \(piece)) > 0" }.joined(separator: " OR ") + ")"
            }
            return "(" + tests.joined(separator: " AND ") + ")"
        }
    }
}

/// A column of text that filters look at.
enum FilterColumn: String, Hashable, CaseIterable {
    case requestModel = "request_model"
    case responseModel = "response_model"
    case session = "session_id"
    case customer = "customer_id"
    case config = "config_key"
    case promptKey = "prompt_key"
    case promptVersion = "prompt_version"
    case name
    case provider
    case trace = "trace_id"
    case error = "error_message"
    case finish = "finish_reason"
    case tag = "tags"

    var name: String { rawValue }

    /// Whether a row has several values of it.
    var isList: Bool { self == .tag }

    /// The columns of a field; `nil` where it is none of its own.
    static func of(_ field: SpanFilter.TextField) -> [FilterColumn]? {
        switch field {
        case .model: [.requestModel, .responseModel]
        case .session: [.session]
        case .customer: [.customer]
        case .config: [.config]
        case .promptKey: [.promptKey]
        case .promptVersion: [.promptVersion]
        case .name: [.name]
        case .provider: [.provider]
        case .trace: [.trace]
        case .error: [.error]
        case .finish: [.finish]
        case .tag: [.tag]
        default: nil
        }
    }
}

extension SpanFilter {
    /// The columns of text it looks at.
    var columns: Set<FilterColumn> {
        switch self {
        // Some patterns the server understands without our knowing which values there are.
        case .text(_, let pattern) where pattern.isAnything || !pattern.mayFitForeign: []
        case .text(.run, _): [.session]
        case .text(let field, _): Set(FilterColumn.of(field) ?? [])
        case .not(let filter): filter.columns
        case .and(let filters), .or(let filters): filters.reduce(into: []) { $0.formUnion($1.columns) }
        default: []
        }
    }

    /// The moment before which no span passes, where the filter says one.
    var earliest: Timestamp? {
        switch self {
        case .since(let moment): moment
        case .and(let filters): filters.compactMap(\.earliest).max()
        default: nil
        }
    }
}

extension SpanFilter.NumberField {
    fileprivate var expression: String {
        switch self {
        case .latency: "duration"
        case .ttft: "ttft"
        case .speed:
            // `Span.outputMilliTokensPerSecond`, step by step.
            """
            if(completion_tokens >= 0 AND duration > ifNull(ttft, 0), \
            floor(least(completion_tokens * 1e12 / (duration - ifNull(ttft, 0)), 9e18)), NULL)
            """
        case .tokens: "total_tokens"
        case .cost: "cost"
        }
    }
}

extension SpanFilter.TextPattern {
    /// Whether every text fits it.
    var isAnything: Bool { pattern == "*" }

    /// Whether a text with letters beyond ASCII may fit it: a star stands for any, and a few such letters are letters of
    /// ASCII when case does not count (the Kelvin sign, the long and the sharp s, the i without a dot, ligatures), or their
    /// equal in every other form.
    var mayFitForeign: Bool {
        let folded = FoldedText(pattern).bytes
        guard folded.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "*") }) else { return true }
        let text = String(decoding: folded, as: UTF8.self)
        return ["k", "s", "i", ";", "`", "ff", "fl"].contains { text.contains($0) }
    }
}
