internal import TraceModel

/// Where a span stands in either order; of several with the same number, their keys decide.
struct RowPlace: Hashable {
    var position: SpanPosition
    var key: SpanKey

    init(_ position: SpanPosition, _ key: SpanKey) {
        self.position = position
        self.key = key
    }

    init(_ stored: StoredSpan) {
        position = SpanPosition(sequence: stored.sequence, start: stored.span.start.unixNanoseconds)
        key = stored.span.key
    }
}

/// The rows of a filter in an order, from any place in either direction, in pages.
struct RowScan {
    let store: ClickHouseStore
    let filter: SpanFilter
    let order: SpanOrder
    let throughSequence: Int64?
    private let condition: PushedCondition

    init(_ query: SpanQuery, _ store: ClickHouseStore) async throws(ClickHouseError) {
        self.store = store
        filter = query.filter
        order = query.order
        throughSequence = query.throughSequence
        condition = try await store.condition(query.filter)
    }

    /// The spans that pass, nearest first.
    ///
    /// - Parameter anchor: the span that stands at the request's place.
    func spans(_ request: SpanScanRequest, anchor: SpanKey?) async throws(ClickHouseError) -> [StoredSpan] {
        guard request.limit > 0 else { return [] }
        let place = request.place.flatMap { position in anchor.map { RowPlace(position, $0) } }
        var found: [StoredSpan] = []
        try await forEach(
            from: place, isIncluding: request.isIncluding, descending: request.descending, limit: request.limit
        ) { stored, _ in
            found.append(stored)
            return found.count < request.limit
        }
        return found
    }

    /// The smallest page that is asked for where rows must be looked at by us.
    private static let page = 500
    private static let largestPage = 8000

    /// Gives each span that passes, with its bytes where the filter asks for them, until it is told to stop.
    func forEach(
        from start: RowPlace? = nil, isIncluding: Bool = false, descending: Bool = false, limit: Int = .max,
        withBytes: Bool = false, _ body: (StoredSpan, StoredSpanPayload?) throws -> Bool
    ) async throws(ClickHouseError) {
        let asks = !condition.isExact
        let needsBytes = withBytes || asks && filter.needsPayload
        let kept = asks && filter.needsKept ? try await store.keptBySession() : [:]
        var (place, including) = (start, isIncluding)
        var size = asks || limit == .max ? min(limit, Self.page) : limit
        while true {
            let rows = try await store.connection.rows(
                sql(from: place, including, descending: descending, limit: size, bytes: needsBytes))
            let spans = rows.all.map { $0.storedSpan() }
            let payloads = needsBytes ? try await store.whole(rows) : []
            for (index, stored) in spans.enumerated() {
                let payload = needsBytes ? payloads[index] : nil
                guard !asks || passes(stored, payload, kept) else { continue }
                guard (try? body(stored, payload)) == true else { return }
            }
            guard rows.count == size, let last = spans.last else { return }
            (place, including) = (RowPlace(last), false)
            size = min(size * 2, Self.largestPage)
        }
    }

    private func passes(_ stored: StoredSpan, _ payload: StoredSpanPayload?, _ kept: [ExactText: KeptSession]) -> Bool {
        var lookup =
            payload.map(store.configuration.lookup) ?? SpanFilterLookup(content: { "" }, attribute: { _ in nil })
        if !kept.isEmpty {
            let own = kept[ExactText(stored.sessionID)]
            lookup.kept = { own }
        }
        return filter.matches(stored, looking: lookup)
    }

    private func sql(
        from place: RowPlace?, _ including: Bool, descending: Bool, limit: Int, bytes: Bool
    ) -> String {
        var conditions = [condition.sql]
        if let throughSequence { conditions.append("sequence <= \(throughSequence)") }
        if let place { conditions.append(bound(place, including, descending)) }
        let direction = descending ? "DESC" : "ASC"
        let columns =
            order == .start ? ["start", "sequence", "trace_id", "span_id"] : ["sequence", "trace_id", "span_id"]
        return """
            SELECT \(SpanColumns.stored)\(bytes ? ", " + SpanColumns.payload : "") FROM \(store.table("spans")) FINAL
            WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(columns.map { "\($0) \(direction)" }.joined(separator: ", ")) LIMIT \(limit)
            """
    }

    private func bound(_ place: RowPlace, _ including: Bool, _ descending: Bool) -> String {
        let sign = (descending ? "<" : ">") + (including ? "=" : "")
        let beyond = descending ? "<=" : ">="
        let ids = "\(SQLText.literal(place.key.traceID)), \(SQLText.literal(place.key.spanID))"
        let (sequence, start) = (place.position.sequence, place.position.start)
        guard order == .start else {
            return "(sequence \(beyond) \(sequence) AND (sequence, trace_id, span_id) \(sign) (\(sequence), \(ids)))"
        }
        let hour = Hour.of(Timestamp(unixNanoseconds: start))
        return """
            (hour \(beyond) \(hour) AND (start, sequence, trace_id, span_id) \(sign) (\(start), \(sequence), \(ids)))
            """
    }
}
