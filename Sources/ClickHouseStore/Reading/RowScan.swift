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
    fileprivate let condition: PushedCondition

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
        let beside = asks ? try await store.facts(for: filter) : SessionEnds()
        var (place, including) = (start, isIncluding)
        var size = asks || limit == .max ? min(limit, Self.page) : limit
        var windows = try await ScanWindows(self, from: start, descending: descending, page: size)
        while let window = windows.current {
            let question = Question(
                place: place, isIncluding: including, isDescending: descending, limit: size, window: window,
                hasBytes: needsBytes)
            let rows = try await store.connection.rows(sql(question))
            let spans = try await store.scored(rows.all.map { $0.storedSpan() })
            let payloads = needsBytes ? try await store.whole(rows) : []
            for (index, stored) in spans.enumerated() {
                let payload = needsBytes ? payloads[index] : nil
                guard !asks || passes(stored, payload, beside) else { continue }
                guard (try? body(stored, payload)) == true else { return }
            }
            if let last = spans.last { (place, including) = (RowPlace(last), false) }
            if rows.count == size {
                size = min(size * 2, max(size, Self.largestPage))
            } else {
                windows.goOn()
            }
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
        return """
            SELECT \(SpanColumns.stored)\(question.hasBytes ? ", " + SpanColumns.payload : "") FROM \(table)
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

/// Pieces of an order, the nearest first and each much larger than the one before: what is frequent is found in the first,
/// what is rare costs little more than one look at all.
struct ScanWindows {
    private let column: String
    private let descending: Bool
    private let last: Int64
    private var from: Int64
    private var width: Int64
    private var isOver = false

    init(_ scan: RowScan, from place: RowPlace?, descending: Bool, page: Int) async throws(ClickHouseError) {
        self.descending = descending
        guard !scan.condition.isNarrow else {
            (column, last, from, width) = ("1", 1, 1, 1)
            return
        }
        let (store, table) = (scan.store, scan.store.table("spans"))
        switch scan.order {
        case .arrival:
            column = "sequence"
            let newest = min(try await store.connection.standing().lastSequence, scan.throughSequence ?? .max)
            from = place?.position.sequence ?? (descending ? newest : 1)
            // Numbers of several collectors overlap a little.
            last = descending ? 1 : newest &+ 1_000_000
            width = max(2000, Int64(clamping: page) &* 4)
        case .start:
            column = "hour"
            let oldest = scan.filter.earliest.map { Int64(Hour.of($0)) } ?? .min
            let ends = try await store.connection.rows(
                """
                SELECT (SELECT hour FROM \(table) ORDER BY hour LIMIT 1), (SELECT hour FROM \(table) ORDER BY hour DESC LIMIT 1)
                """
            ).first
            let (first, newest) = (max(ends?.int(0) ?? 0, oldest), ends?.int(1) ?? 0)
            let hour = place.map { Int64(Hour.of(Timestamp(unixNanoseconds: $0.position.start))) }
            from = hour ?? (descending ? newest : first)
            last = descending ? first : newest
            width = 6
        }
        isOver = descending ? from < last : from > last
    }

    /// The piece to look into; `nil` when there is none left.
    var current: String? {
        guard !isOver else { return nil }
        let end = descending ? max(last, from &- width &+ 1) : min(last, from &+ width &- 1)
        return "\(column) BETWEEN \(min(from, end)) AND \(max(from, end))"
    }

    mutating func goOn() {
        from = descending ? from &- width : from &+ width
        width = min(width &* 16, 1 << 40)
        isOver = descending ? from < last : from > last
    }
}
