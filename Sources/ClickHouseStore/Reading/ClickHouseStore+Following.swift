internal import Synchronization
public import TraceModel

/// Asks for the revision while somebody wants to know it.
struct RevisionPoll {
    var task: Task<Void, Never>?
    var listeners = 0
}

/// What those who follow have been told already of the newest spans: rows of several collectors come out of order.
struct FollowMemory {
    /// By the place that a follower was given last.
    private var told: [Int64: (keys: [[ExactText]: Int64], use: Int)] = [:]
    private var uses = 0

    /// More followers at a time than these are not remembered: one that has gone leaves what it was told behind.
    private static let most = 8

    /// The keys that a follower at that place was told of, with when they were written; it goes on to another place.
    mutating func take(at place: Int64) -> [[ExactText]: Int64]? { told.removeValue(forKey: place)?.keys }

    /// Remembers what a follower that is at that place now was told.
    mutating func put(_ keys: [[ExactText]: Int64], at place: Int64) {
        uses += 1
        told[place] = (keys, uses)
        guard told.count > Self.most, let oldest = told.min(by: { $0.value.use < $1.value.use }) else { return }
        told[oldest.key] = nil
    }
}

extension ClickHouseStore {
    /// How far back rows may still come, microseconds: an insert waits no longer.
    private static let overlap: Int64 = 30_000_000

    /// Revisions as they change, newest only: asked for once a second while somebody listens, and never otherwise. Writes
    /// of this process are told as they are acknowledged.
    public func revisions() -> AsyncStream<Int64> {
        poll.withLock { poll in
            poll.listeners += 1
            if poll.task == nil {
                poll.task = Task { [connection, signal] in
                    while (try? await Task.sleep(for: .seconds(1))) != nil {
                        // A failing question is no news; the next one is a second away.
                        if let standing = try? await connection.standing() { signal.send(standing.revision) }
                    }
                }
            }
        }
        return signal.stream(onEnd: { [weak self] in self?.isLeft() })
    }

    private func isLeft() {
        poll.withLock { poll in
            poll.listeners -= 1
            guard poll.listeners == 0 else { return }
            poll.task?.cancel()
            poll.task = nil
        }
    }

    /// What is new since a place in the order of arrival. Collectors give their numbers each for itself: while several
    /// write, what was written in the last half minute is looked through again, and what was told already left out.
    public func news(
        after sequence: Int64, running: [Int64], filter: SpanFilter, limit: Int
    ) async throws -> SpanNews {
        let limit = max(1, limit)
        let standing = try await connection.standing()
        var news = SpanNews(finished: [], running: [], through: sequence, hasMore: false)
        try await addKnown(running, filter, to: &news)
        let late = try await lateOnes(after: sequence, filter)
        let wanted = filter == .all ? filter : .or([.text(.status, SpanFilter.TextPattern("running")), filter])
        let start = RowPlace(SpanPosition(sequence: sequence, start: 0), SpanKey(traceID: "\u{10FFFF}", spanID: ""))
        var new: [StoredSpan] = []
        try await RowScan(SpanQuery(filter: wanted, limit: limit), self, standing).forEach(from: start, limit: limit) {
            stored, _ in
            new.append(stored)
            return new.count < limit
        }
        news.hasMore = new.count == limit
        news.through = news.hasMore ? new.last?.sequence ?? sequence : max(sequence, standing.lastSequence)
        for stored in late.spans + new {
            if stored.span.isRunning { news.running.append(stored.sequence) } else { news.finished.append(stored) }
        }
        let now = configuration.now().unixNanoseconds / 1000
        var told = late.told.filter { $0.value > now - 2 * Self.overlap }
        for stored in new { told[stored.span.key.exact] = now }
        let (through, remembered) = (news.through, told)
        follows.withLock { $0.put(remembered, at: through) }
        return news
    }

    /// Tells spans that ran into those that still do and those that have ended and pass.
    private func addKnown(
        _ running: [Int64], _ filter: SpanFilter, to news: inout SpanNews
    ) async throws(ClickHouseError) {
        guard !running.isEmpty else { return }
        let rows = try await connection.rows(
            """
            SELECT \(SpanColumns.stored), \(SpanColumns.payload), \(besideColumns) FROM \(table("spans")) FINAL
            WHERE sequence IN (\(running.map(String.init).joined(separator: ", "))) ORDER BY sequence
            """)
        let beside = rows.beside(from: SpanColumns.storedCount + SpanColumns.payloadCount)
        var payloads = try await whole(rows, beside)
        let scored = try await scored(payloads.map(\.stored), beside)
        for index in payloads.indices { payloads[index].stored = scored[index] }
        for payload in payloads {
            if payload.stored.span.isRunning {
                news.running.append(payload.stored.sequence)
            } else if try await passes(payload, filter) {
                news.finished.append(payload.stored)
            }
        }
    }

    private func passes(_ payload: StoredSpanPayload, _ filter: SpanFilter) async throws(ClickHouseError) -> Bool {
        guard filter != .all else { return true }
        var lookup = configuration.lookup(payload)
        try await facts(for: filter).add(payload.stored, to: &lookup)
        return filter.matches(payload.stored, looking: lookup)
    }

    /// Spans with numbers before the place that were written after it was given; and all that are told with them.
    private func lateOnes(
        after sequence: Int64, _ filter: SpanFilter
    ) async throws(ClickHouseError) -> (spans: [StoredSpan], told: [[ExactText]: Int64]) {
        let before = follows.withLock { $0.take(at: sequence) }
        let now = configuration.now().unixNanoseconds / 1000
        let rows = try await connection.rows(
            """
            SELECT trace_id, span_id, stamp FROM \(table("spans")) FINAL
            WHERE stamp > \(now - Self.overlap) AND sequence <= \(sequence) LIMIT 200000
            """)
        var told = before ?? [:]
        var late: [SpanKey] = []
        for row in rows.all {
            let key = SpanKey(traceID: row.text(0), spanID: row.text(1))
            if before != nil, told[key.exact] == nil { late.append(key) }
            told[key.exact] = row.int(2)
        }
        var spans: [StoredSpan] = []
        for payload in try await payloadsOf(late) {
            var isWanted = payload.stored.span.isRunning
            if !isWanted { isWanted = try await passes(payload, filter) }
            if isWanted { spans.append(payload.stored) }
        }
        return (spans, told)
    }
}
