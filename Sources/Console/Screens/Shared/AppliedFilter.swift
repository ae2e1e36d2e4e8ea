import TraceModel

/// A filter as typed and as read.
struct AppliedFilter: Hashable, Sendable {
    private(set) var text = ""
    private(set) var filter = SpanFilter.all

    var isEmpty: Bool { filter == .all }

    /// Takes a text that has no mistake; with one the filter stays as it was.
    mutating func set(_ text: String, now: Timestamp) -> Bool {
        guard let filter = try? SpanFilterParser(now: now).parse(text) else { return false }
        self.text = filter == .all ? "" : text
        self.filter = filter
        return true
    }

    /// This filter and another condition.
    func and(_ other: SpanFilter) -> SpanFilter {
        isEmpty ? other : .and([filter, other])
    }
}
