/// Where a span stands in either order.
public struct SpanPosition: Hashable, Sendable {
    /// Its place in the order of arrival.
    public var sequence: Int64
    /// When it started, nanoseconds since 1970.
    public var start: Int64

    /// Makes one.
    public init(sequence: Int64, start: Int64) {
        self.sequence = sequence
        self.start = start
    }
}

/// One way through the spans of a query: from a place in a direction.
public struct SpanScanRequest: Hashable, Sendable {
    /// Where it begins; at that end of the order without one.
    public var place: SpanPosition?
    /// Whether the span at the place belongs to it.
    public var isIncluding: Bool
    /// Whether it goes back.
    public var descending: Bool
    /// How many spans at most.
    public var limit: Int

    /// Makes one.
    public init(place: SpanPosition? = nil, isIncluding: Bool = false, descending: Bool, limit: Int) {
        self.place = place
        self.isIncluding = isIncluding
        self.descending = descending
        self.limit = limit
    }
}

/// The window that a query means: which ways lead to it, and the page that their answers make.
public struct SpanWindowReading: Sendable {
    private enum Shape: Sendable { case newest, oldest, before, after, around }

    private let shape: Shape
    private let limit: Int
    /// The ways to go.
    public let requests: [SpanScanRequest]

    /// - Parameter place: Where the span stands that the query's anchor names.
    public init(_ query: SpanQuery, place: SpanPosition?) {
        limit = max(0, query.limit)
        let more = limit + 1
        switch (query.anchor, place) {
        case (.newest, _), (.before, nil), (.around, nil):
            shape = .newest
            requests = [SpanScanRequest(descending: true, limit: more)]
        case (.oldest, _), (.after, nil):
            shape = .oldest
            requests = [SpanScanRequest(descending: false, limit: more)]
        case (.before, _):
            shape = .before
            requests = [
                SpanScanRequest(place: place, descending: true, limit: more),
                SpanScanRequest(place: place, isIncluding: true, descending: false, limit: 1),
            ]
        case (.after, _):
            shape = .after
            requests = [
                SpanScanRequest(place: place, descending: false, limit: more),
                SpanScanRequest(place: place, isIncluding: true, descending: true, limit: 1),
            ]
        case (.around, _):
            shape = .around
            requests = [
                SpanScanRequest(place: place, isIncluding: true, descending: false, limit: more),
                SpanScanRequest(place: place, descending: true, limit: more),
            ]
        }
    }

    /// The page, of an answer to each request.
    public func page(_ answers: [[StoredSpan]], revision: Int64) -> SpanPage {
        let first = answers[0]
        let second = answers.dropFirst().first ?? []
        func page(_ spans: some Sequence<StoredSpan>, earlier: Bool, later: Bool) -> SpanPage {
            SpanPage(spans: Array(spans), hasEarlier: earlier, hasLater: later, revision: revision)
        }
        switch shape {
        case .newest: return page(first.prefix(limit).reversed(), earlier: first.count > limit, later: false)
        case .oldest: return page(first.prefix(limit), earlier: false, later: first.count > limit)
        case .before:
            return page(first.prefix(limit).reversed(), earlier: first.count > limit, later: !second.isEmpty)
        case .after: return page(first.prefix(limit), earlier: !second.isEmpty, later: first.count > limit)
        case .around:
            // Half the window before the place; near an end the other side fills it.
            let taken = second.prefix(max(limit / 2, limit - first.count))
            let rest = limit - taken.count
            return page(
                taken.reversed() + first.prefix(rest), earlier: second.count > taken.count, later: first.count > rest)
        }
    }
}
