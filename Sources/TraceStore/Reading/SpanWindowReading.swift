internal import GRDB
internal import TraceModel

/// Reads the window that a query means.
struct SpanWindowReading {
    private let query: SpanQuery
    private let scan: SpanScan
    private let database: Database

    init(
        _ query: SpanQuery, _ database: Database, lookup: @escaping @Sendable (StoredSpanPayload) -> SpanFilterLookup
    ) throws {
        self.query = query
        self.database = database
        scan = try SpanScan(query, database, lookup: lookup)
    }

    func page() throws -> SpanPage {
        let limit = max(0, query.limit)
        switch query.anchor {
        case .newest: return try newest(limit)
        case .oldest: return try oldest(limit)
        case .before(let key):
            guard let place = try database.place(of: key) else { return try newest(limit) }
            let before = try scan.spans(from: place, descending: true, limit: limit + 1, database)
            let later = try scan.spans(from: place, including: true, descending: false, limit: 1, database)
            return try page(
                before.prefix(limit).reversed(), hasEarlier: before.count > limit, hasLater: !later.isEmpty)
        case .after(let key):
            guard let place = try database.place(of: key) else { return try oldest(limit) }
            let after = try scan.spans(from: place, descending: false, limit: limit + 1, database)
            let earlier = try scan.spans(from: place, including: true, descending: true, limit: 1, database)
            return try page(after.prefix(limit), hasEarlier: !earlier.isEmpty, hasLater: after.count > limit)
        case .around(let key):
            guard let place = try database.place(of: key) else { return try newest(limit) }
            return try around(place, limit)
        }
    }

    private func newest(_ limit: Int) throws -> SpanPage {
        let spans = try scan.spans(from: nil, descending: true, limit: limit + 1, database)
        return try page(spans.prefix(limit).reversed(), hasEarlier: spans.count > limit, hasLater: false)
    }

    private func oldest(_ limit: Int) throws -> SpanPage {
        let spans = try scan.spans(from: nil, descending: false, limit: limit + 1, database)
        return try page(spans.prefix(limit), hasEarlier: false, hasLater: spans.count > limit)
    }

    /// Half the window before the place; near an end the other side fills it.
    private func around(_ place: SpanPosition, _ limit: Int) throws -> SpanPage {
        let after = try scan.spans(from: place, including: true, descending: false, limit: limit + 1, database)
        let wanted = max(limit / 2, limit - after.count)
        let before = try scan.spans(from: place, descending: true, limit: wanted + 1, database)
        let taken = before.prefix(wanted)
        let rest = limit - taken.count
        return try page(
            taken.reversed() + after.prefix(rest), hasEarlier: before.count > taken.count,
            hasLater: after.count > rest)
    }

    private func page(_ spans: some Sequence<StoredSpan>, hasEarlier: Bool, hasLater: Bool) throws -> SpanPage {
        SpanPage(
            spans: Array(spans), hasEarlier: hasEarlier, hasLater: hasLater,
            revision: try StateRow(database).revision)
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
