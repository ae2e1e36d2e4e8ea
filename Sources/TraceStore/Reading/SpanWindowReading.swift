internal import GRDB
internal import TraceModel

/// One way through the spans of a query: from a place in a direction.
struct SpanScanRequest {
    /// Where it begins; at that end of the order without one.
    var place: SpanPosition?
    /// Whether the span at the place belongs to it.
    var isIncluding = false
    var descending: Bool
    var limit: Int
}

/// The window that a query means: which ways lead to it, and the page that their answers make.
struct SpanWindowReading {
    private enum Shape { case newest, oldest, before, after, around }

    private let shape: Shape
    private let limit: Int
    /// The ways to go.
    let requests: [SpanScanRequest]

    /// - Parameter place: Where the span stands that the query's anchor names.
    init(_ query: SpanQuery, place: SpanPosition?) {
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
    func page(_ answers: [[StoredSpan]], revision: Int64) -> SpanPage {
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

extension SpanAnchor {
    /// The span it names.
    var key: SpanKey? {
        switch self {
        case .newest, .oldest: nil
        case .before(let key), .after(let key), .around(let key): key
        }
    }
}

extension Database {
    /// Where a span stands; `nil` when it is not in the store.
    func place(of key: SpanKey) throws -> SpanPosition? {
        let statement = try prepared(
            """
            SELECT sequence, start FROM trace CROSS JOIN span ON span.trace_no = trace.no
            WHERE trace_id = ? AND span_id = ?
            """)
        statement.bind(1, key.traceID)
        statement.bind(2, key.spanID)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return SpanPosition(sequence: statement.int(0), start: statement.int(1))
    }
}
