import Display
import TraceModel

/// A filter as typed and as read.
struct AppliedFilter: Hashable, Sendable {
    private(set) var text = ""
    private(set) var filter = SpanFilter.all

    var isEmpty: Bool { filter == .all }

    /// Takes a text that has no mistake; with one the filter stays as it was.
    mutating func set(_ text: String, _ scope: Scope) -> Bool {
        let parser = SpanFilterParser(now: scope.now, offset: scope.wallClock.offset)
        guard let filter = try? parser.parse(text) else { return false }
        self.text = filter == .all ? "" : text
        self.filter = filter
        return true
    }

    /// The first text that it looks for in what was said; empty where it looks for none.
    var sought: String { filter.sought ?? "" }

    /// How far the index of texts has come, while a search in texts looks into spans that it does not hold yet.
    func indexing(_ overview: StoreOverview?) -> StatusLine.Fact? {
        guard filter.needsPayload, let overview, overview.unindexed > 0, overview.spans > 0 else { return nil }
        let share = Figure.percent(max(0, overview.spans - overview.unindexed), of: overview.spans)
        return StatusLine.Fact("texts indexed: \(share)", .plain)
    }

    /// This filter and another condition.
    func and(_ other: SpanFilter) -> SpanFilter {
        isEmpty ? other : .and([filter, other])
    }
}

extension SpanFilter {
    /// The first text that must be in what was said.
    fileprivate var sought: String? {
        switch self {
        case .words(let text): text
        case .text(.content, let pattern), .text(.input, let pattern), .text(.output, let pattern),
            .text(.error, let pattern):
            pattern.pattern.split(separator: "*").first.map(String.init)
        case .and(let filters), .or(let filters): filters.lazy.compactMap(\.sought).first
        case .all, .not, .text, .number, .since, .score: nil
        }
    }
}
