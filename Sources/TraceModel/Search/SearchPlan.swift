/// What a text must hold to pass a filter, as far as runs can tell: never too much.
public indirect enum SearchPlan: Hashable, Sendable {
    /// Nothing is known: every span must be looked at.
    case any
    /// All of these.
    case all([SearchPlan])
    /// One of these at least.
    case one([SearchPlan])
    /// These runs, each somewhere in the span's fields or content.
    case runs([[UInt8]])

    /// The plan of a filter.
    public init(_ filter: SpanFilter) {
        switch filter {
        case .and(let filters): self.init(all: filters.map(SearchPlan.init))
        case .or(let filters):
            let plans = filters.map(SearchPlan.init)
            self = plans.contains(.any) ? .any : .one(plans)
        case .words(let text): self.init(pieces: SearchRuns.pieces(of: text))
        case .text(let field, let pattern) where field.isContent:
            self.init(
                pieces: pattern.pattern.split(separator: "*").flatMap { SearchRuns.pieces(of: String($0)) })
        case .all, .not, .text, .number, .since, .score: self = .any
        }
    }

    private init(pieces: [[UInt8]]) {
        self = pieces.isEmpty ? .any : .runs(pieces)
    }

    private init(all plans: [SearchPlan]) {
        let known = plans.filter { $0 != .any }
        self = known.isEmpty ? .any : known.count == 1 ? known[0] : .all(known)
    }

    /// Whether a span with these runs may pass.
    public func mayHold(_ runs: borrowing SearchRuns) -> Bool {
        if runs.isOpaque { return true }
        switch self {
        case .any: return true
        case .all(let plans):
            for plan in plans where !plan.mayHold(runs) { return false }
            return true
        case .one(let plans):
            for plan in plans where plan.mayHold(runs) { return true }
            return false
        case .runs(let wanted):
            for run in wanted where !runs.hold(run) { return false }
            return true
        }
    }

    /// Of many texts, told by one bit each, those that may pass; `bits` gives the texts that have a gram.
    public func candidates(_ bits: (Int) throws -> UInt64) rethrows -> UInt64 {
        switch self {
        case .any: return .max
        case .all(let plans):
            var found = UInt64.max
            for plan in plans where found != 0 { found &= try plan.candidates(bits) }
            return found
        case .one(let plans):
            var found: UInt64 = 0
            for plan in plans where found != .max { found |= try plan.candidates(bits) }
            return found
        case .runs(let wanted):
            var found = UInt64.max
            for run in wanted {
                for number in SearchGrams.numbers(of: run) where found != 0 { found &= try bits(number) }
            }
            return found
        }
    }
}

extension SpanFilter.TextField {
    /// Whether it is what a span's bytes say, and runs can tell of it.
    public var isContent: Bool {
        switch self {
        case .content, .input, .output, .error: true
        default: false
        }
    }
}
