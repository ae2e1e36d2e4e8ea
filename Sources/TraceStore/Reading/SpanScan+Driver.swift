internal import GRDB
internal import TraceModel

/// A stretch of time that a filter asks for, its end left out.
struct SpanStretch {
    var first: Int64?
    var end: Int64?

    /// The conditions of a filter that must all hold, as far as they are of time; `nil` where none is.
    init?(_ conjuncts: [SpanFilter]) {
        for filter in conjuncts {
            switch filter {
            case .since(let moment): first = max(first ?? .min, moment.unixNanoseconds)
            case .not(.since(let moment)): end = min(end ?? .max, moment.unixNanoseconds)
            default: break
            }
        }
        guard first != nil || end != nil else { return nil }
    }

    var condition: String {
        let parts = [first.map { "span.start >= \($0)" }, end.map { "span.start < \($0)" }].compactMap(\.self)
        return parts.joined(separator: " AND ")
    }
}

extension SpanScan.Driver {
    /// More sessions or traces than this are not led through one by one.
    private static var most: Int { 5000 }
    /// More spans than this are sooner found along the order.
    private static var few: Int64 { 8000 }
    /// The same of spans whose texts are looked into.
    private static var fewTexts: Int64 { 1000 }
    /// Where all spans that pass are looked at, a stretch of so many is led to by the index of starts.
    private static var someOfAll: Int64 { 100_000 }

    /// The narrowest way through the spans that a filter allows.
    ///
    /// - Parameter isWhole: Whether all that pass are wanted, not the nearest.
    init(_ filter: SpanFilter, _ database: Database, isWhole: Bool = false) throws {
        let conjuncts = if case .and(let parts) = filter { parts } else { [filter] }
        for case .text(.trace, let pattern) in conjuncts {
            let most = filter.needsPayload ? 50 : Self.most
            let numbers = try database.traces(fitting: pattern, most: most + 1)
            if numbers.count <= most {
                self = .traces(numbers)
                return
            }
        }
        let few = filter.needsPayload ? Self.fewTexts : Self.few
        for case .text(let field, let pattern) in conjuncts {
            if let numbers = try database.sessions(field, fitting: pattern, most: Self.most, spans: few) {
                self = .sessions(numbers)
                return
            }
        }
        // What else is looked into is led to by the index of texts, on all cores.
        guard !filter.needsPayload else {
            self = .order
            return
        }
        for case .text(.status, let pattern) in conjuncts where pattern.means("error", amongst: SpanStatus.words) {
            self = .errors
            return
        }
        if let stretch = SpanStretch(conjuncts),
            try database.isShort(stretch, most: isWhole ? Self.someOfAll : Self.few)
        {
            self = .time(stretch)
            return
        }
        self = .order
    }

    var condition: String? {
        switch self {
        case .order: nil
        case .errors: "span.status = \(StoredCodes.code(of: SpanStatus.error))"
        case .sessions(let numbers): "span.session_no IN (\(numbers.map(String.init).joined(separator: ", ")))"
        case .traces(let numbers): "span.trace_no IN (\(numbers.map(String.init).joined(separator: ", ")))"
        case .time(let stretch): stretch.condition
        }
    }

    func index(_ order: SpanOrder) -> String {
        switch (self, order) {
        case (.order, .arrival): "NOT INDEXED"
        case (.order, .start), (.time, _): "INDEXED BY span_by_start"
        case (.errors, _): "INDEXED BY span_by_error"
        case (.sessions, _): "INDEXED BY span_by_session"
        case (.traces, _): "INDEXED BY span_by_key"
        }
    }
}

extension SpanScan.Driver {
    /// The index by which all that pass are looked at, in no order.
    func index(ofAll filter: SpanFilter) -> String {
        if case .order = self, filter.isToldByStarts { return index(.start) }
        return index(.arrival)
    }
}

extension SpanFilter {
    /// Whether the index of starts says all that this asks for, so that no row of a span is read.
    fileprivate var isToldByStarts: Bool {
        switch self {
        case .all, .since: true
        case .and(let parts), .or(let parts): parts.allSatisfy(\.isToldByStarts)
        case .not(let part): part.isToldByStarts
        case .text(let field, _): [.config, .session, .run].contains(field)
        case .number(let field, _, _): [.latency, .tokens, .cost].contains(field)
        case .score, .words: false
        }
    }
}

extension SpanStatus {
    /// All that the filter's `status` can be.
    fileprivate static var words: [String] { allCases.map(\.rawValue) + ["running"] }
}

extension SpanFilter.TextPattern {
    /// Whether, of the words there are, it fits that one alone.
    fileprivate func means(_ word: String, amongst words: [String]) -> Bool {
        words.filter(matches) == [word]
    }
}

extension Database {
    /// Numbers of the traces whose ids fit a pattern, at most so many.
    fileprivate func traces(fitting pattern: SpanFilter.TextPattern, most: Int) throws -> [Int64] {
        let (test, ranges) = (PatternSQL(pattern, "trace_id"), PrefixRanges(pattern))
        return try prepared(
            "SELECT no \(ranges.join("trace", on: "trace_id")) WHERE \(test.condition) LIMIT \(most)",
            binding: ranges.arguments + test.arguments
        ).rows { $0.int(0) }
    }

    /// Numbers of all sessions that may have a span whose field fits a pattern; `nil` where they are more than that, or have
    /// more spans, and for fields of which sessions know nothing.
    fileprivate func sessions(
        _ field: SpanFilter.TextField, fitting pattern: SpanFilter.TextPattern, most: Int, spans fewSpans: Int64
    ) throws -> [Int64]? {
        guard let known = SessionFieldSQL(field, pattern) else { return nil }
        var (numbers, spans): (Set<Int64>, Int64) = ([], 0)
        for source in known.mayFit {
            let statement = try prepared("SELECT no, spans \(source.sql)", binding: source.arguments)
            defer { statement.reset() }
            while try statement.step() {
                guard numbers.insert(statement.int(0)).inserted else { continue }
                spans += statement.int(1)
                guard numbers.count <= most, spans <= fewSpans else { return nil }
            }
        }
        return numbers.sorted()
    }

    /// Whether a stretch of time has no more spans than that.
    fileprivate func isShort(_ stretch: SpanStretch, most: Int64) throws -> Bool {
        let count = try preparedOnce(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM span INDEXED BY span_by_start WHERE \(stretch.condition) LIMIT \(most + 1))
            """
        ).first { $0.int(0) }
        return count.map { $0 <= most } ?? false
    }
}
