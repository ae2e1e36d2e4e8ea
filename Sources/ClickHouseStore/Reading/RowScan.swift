internal import TraceModel

/// Where a span stands in either order; of several with the same number, their keys decide.
struct RowPlace: Hashable {
    var position: SpanPosition
    var key: SpanKey
}

extension RowPlace {
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
    let condition: PushedCondition
    /// How far the collectors were when it began.
    let standing: Standing
    private let progress: (@Sendable (SearchProgress) -> Void)?

    /// - Parameter progress: told what was found so far, where a scan goes through several pages.
    init(
        _ query: SpanQuery, _ store: ClickHouseStore, _ standing: Standing,
        progress: (@Sendable (SearchProgress) -> Void)? = nil
    ) async throws(ClickHouseError) {
        self.store = store
        self.standing = standing
        self.progress = progress
        filter = query.filter
        order = query.order
        throughSequence = query.throughSequence
        condition = try await store.condition(query.filter, at: standing.revision)
    }

    /// The spans that pass, nearest first.
    ///
    /// - Parameters:
    ///   - anchor: the span that stands at the request's place.
    ///   - withBytes: whether they are given with their bytes too.
    func spans(
        _ request: SpanScanRequest, anchor: SpanKey?, withBytes: Bool = false
    ) async throws(ClickHouseError) -> (spans: [StoredSpan], payloads: [StoredSpanPayload]) {
        var found: [StoredSpan] = []
        var payloads: [StoredSpanPayload] = []
        guard request.limit > 0 else { return (found, payloads) }
        let place = request.place.flatMap { position in anchor.map { RowPlace(position: position, key: $0) } }
        try await forEach(
            from: place, isIncluding: request.isIncluding, descending: request.descending, limit: request.limit,
            withBytes: withBytes
        ) { stored, payload in
            found.append(stored)
            if withBytes, var payload {
                payload.stored = stored
                payloads.append(payload)
            }
            return found.count < request.limit
        } after: { share in
            progress?(SearchProgress(found: found, done: Int(share * 1000), count: 1000))
        }
        return (found, payloads)
    }

    /// The smallest page that is asked for where rows must be looked at by us.
    private static let page = 500
    private static let largestPage = 8000

    /// Gives each span that passes, with its bytes where the filter asks for them, until it is told to stop.
    ///
    /// - Parameter pageEnds: told after each page but the last which share of the way is behind it.
    func forEach(
        from start: RowPlace? = nil, isIncluding: Bool = false, descending: Bool = false, limit: Int = .max,
        withBytes: Bool = false, _ body: (StoredSpan, StoredSpanPayload?) throws -> Bool,
        after pageEnds: (Double) -> Void = { _ in }
    ) async throws(ClickHouseError) {
        let asks = !condition.isExact
        let needsBytes = withBytes || asks && filter.needsPayload
        let beside = asks ? try await store.facts(for: filter) : SessionEnds()
        var (place, including) = (start, isIncluding)
        var size = asks || limit == .max ? min(limit, Self.page) : limit
        var windows = try await windows(from: start, descending: descending, page: size)
        while let window = windows.current {
            let question = Question(
                place: place, isIncluding: including, isDescending: descending, limit: size, window: window,
                hasBytes: needsBytes)
            let rows = try await store.connection.rows(sql(question))
            let besideSpans = rows.beside(from: SpanColumns.storedCount + (needsBytes ? SpanColumns.payloadCount : 0))
            let spans = try await store.scored(rows.all.map { $0.storedSpan() }, besideSpans)
            let payloads = needsBytes ? try await store.whole(rows, besideSpans) : []
            for (index, stored) in spans.enumerated() {
                let payload = needsBytes ? payloads[index] : nil
                guard !asks || passes(stored, payload, beside) else { continue }
                guard (try? body(stored, payload)) == true else { return }
            }
            if let last = spans.last { (place, including) = (RowPlace(last), false) }
            let isFull = rows.count == size
            let share = windows.share(at: isFull ? place : nil)
            if isFull { size = min(size * 2, max(size, Self.largestPage)) } else { windows.goOn() }
            if windows.current != nil { pageEnds(share) }
        }
    }

    private func passes(_ stored: StoredSpan, _ payload: StoredSpanPayload?, _ beside: SessionEnds) -> Bool {
        var lookup =
            payload.map(store.configuration.lookup) ?? SpanFilterLookup(content: { "" }, attribute: { _ in nil })
        beside.add(stored, to: &lookup)
        return filter.matches(stored, looking: lookup)
    }

    /// A page of rows.
    private struct Question {
        var place: RowPlace?
        var isIncluding: Bool
        var isDescending: Bool
        var limit: Int
        var window: String
        var hasBytes: Bool
    }

    /// First which rows, by the columns that decide; then what they hold, by their places.
    private func sql(_ question: Question) -> String {
        var conditions = [condition.sql, question.window]
        if let throughSequence { conditions.append("sequence <= \(throughSequence)") }
        if let place = question.place { conditions.append(bound(place, question)) }
        let direction = question.isDescending ? "DESC" : "ASC"
        let columns = (order == .start ? ["start"] : []) + ["sequence", "trace_id", "span_id"]
        let ordering = columns.map { "\($0) \(direction)" }.joined(separator: ", ")
        let table = "\(store.table("spans")) FINAL"
        let selected =
            "SELECT \(SpanColumns.stored)\(question.hasBytes ? ", " + SpanColumns.payload : ""), \(store.besideColumns) FROM \(table)"
        guard !condition.isNarrow else {
            // So few rows are looked at that they are read at once.
            return """
                \(selected) WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(ordering) LIMIT \(question.limit)
                """
        }
        return """
            \(selected)
            WHERE (hour, trace_hash, span_hash) IN (
                SELECT hour, trace_hash, span_hash FROM \(table)
                WHERE \(conditions.joined(separator: " AND ")) ORDER BY \(ordering) LIMIT \(question.limit))
            ORDER BY \(ordering)
            """
    }

    private func bound(_ place: RowPlace, _ question: Question) -> String {
        let sign = (question.isDescending ? "<" : ">") + (question.isIncluding ? "=" : "")
        let beyond = question.isDescending ? "<=" : ">="
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
