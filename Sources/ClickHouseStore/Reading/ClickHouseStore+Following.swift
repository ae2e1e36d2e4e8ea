internal import Synchronization
public import TraceModel

/// Asks for the revision while somebody wants to know it.
struct RevisionPoll {
    var task: Task<Void, Never>?
    var listeners = 0
}

/// What those who follow have been told already of the newest spans: rows of several collectors come out of order.
struct FollowMemory {
    /// What a follower at a place knows.
    struct Told {
        /// The keys that it was told of, with when they were written.
        var keys: [[ExactText]: Int64] = [:]
        /// Those of them that ran when it was told: their numbers alone would mean other collectors' spans, too.
        var running: Set<[ExactText]> = []
    }

    /// By the place that a follower was given last.
    private var told: [Int64: (told: Told, use: Int)] = [:]
    private var uses = 0

    /// More followers at a time than these are not remembered: one that has gone leaves what it was told behind.
    private static let most = 8

    /// What a follower at that place was told; `nil` where nobody is known to stand there.
    func told(at place: Int64) -> Told? { told[place]?.told }

    /// Remembers what a follower was told that has gone on from one place to another. Whose question fails stays where it was.
    mutating func put(_ new: Told, at place: Int64, from before: Int64) {
        uses += 1
        told[before] = nil
        told[place] = (new, uses)
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
        let before = follows.withLock { $0.told(at: sequence) }
        var news = SpanNews(finished: [], running: [], through: sequence, hasMore: false)
        let known = try await knownOnes(running, before, filter)
        let late = try await lateOnes(after: sequence, before, known.looked, filter)
        let new = try await newOnes(after: sequence, filter, limit: limit, standing)
        news.finished = known.ended
        news.running = known.running.map(\.sequence)
        news.hasMore = new.hasMore
        // What came between the two questions is told, and not to be told again.
        let last = new.spans.last?.sequence ?? sequence
        news.through = new.hasMore ? last : max(last, standing.lastSequence)
        for stored in late.spans + new.spans {
            if stored.span.isRunning { news.running.append(stored.sequence) } else { news.finished.append(stored) }
        }
        let now = configuration.now().unixNanoseconds / 1000
        var told = FollowMemory.Told(keys: late.told.filter { $0.value > now - 2 * Self.overlap })
        for stored in new.spans { told.keys[stored.span.key.exact] = now }
        // Who asks for none goes on from window to window, and has those of the first in mind still.
        told.running = running.isEmpty ? before?.running ?? [] : Set(known.running.map(\.span.key.exact))
        for stored in late.spans + new.spans where stored.span.isRunning { told.running.insert(stored.span.key.exact) }
        let (through, remembered) = (news.through, told)
        follows.withLock { $0.put(remembered, at: through, from: sequence) }
        return news
    }

    /// Spans with numbers behind a place, about as many as `limit`: all that have the same number, or none of them, as the
    /// place behind them is a number.
    private func newOnes(
        after sequence: Int64, _ filter: SpanFilter, limit: Int, _ standing: Standing
    ) async throws -> (spans: [StoredSpan], hasMore: Bool) {
        let wanted = filter == .all ? filter : .or([.text(.status, SpanFilter.TextPattern("running")), filter])
        let start = RowPlace(
            position: SpanPosition(sequence: sequence, start: 0), key: SpanKey(traceID: "\u{10FFFF}", spanID: ""))
        var spans: [StoredSpan] = []
        var hasMore = false
        let scan = try await RowScan(SpanQuery(filter: wanted, limit: limit), self, standing)
        try await scan.forEach(from: start, limit: limit + 1) { stored, _ in
            hasMore = spans.count >= limit && stored.sequence != spans.last?.sequence
            if !hasMore { spans.append(stored) }
            return !hasMore
        }
        return (spans, hasMore)
    }

    /// Spans that ran: those that still do, and those that have ended and pass; and the keys of all of them.
    private func knownOnes(
        _ running: [Int64], _ before: FollowMemory.Told?, _ filter: SpanFilter
    ) async throws(ClickHouseError) -> (running: [StoredSpan], ended: [StoredSpan], looked: Set<[ExactText]>) {
        guard !running.isEmpty else { return ([], [], []) }
        let rows = try await connection.rows(
            """
            SELECT \(SpanColumns.stored), \(SpanColumns.payload), \(besideColumns) FROM \(table("spans")) FINAL
            WHERE sequence IN (\(running.map(String.init).joined(separator: ", "))) ORDER BY sequence
            """)
        var known: (running: [StoredSpan], ended: [StoredSpan], looked: Set<[ExactText]>) = ([], [], [])
        for payload in try await scoredPayloads(rows) {
            let key = payload.stored.span.key.exact
            // A number is another collector's, too: its span is told as others are. A follower that nobody remembers is
            // given all of them, rather one twice than one never.
            if let before, !before.running.contains(key) { continue }
            known.looked.insert(key)
            if payload.stored.span.isRunning {
                known.running.append(payload.stored)
            } else if try await passes(payload, filter) {
                known.ended.append(payload.stored)
            }
        }
        return known
    }

    private func passes(_ payload: StoredSpanPayload, _ filter: SpanFilter) async throws(ClickHouseError) -> Bool {
        guard filter != .all else { return true }
        var lookup = configuration.lookup(payload)
        try await facts(for: filter).add(payload.stored, to: &lookup)
        return filter.matches(payload.stored, looking: lookup)
    }

    /// Spans with numbers before the place that were written after it was given; and all that are told with them.
    private func lateOnes(
        after sequence: Int64, _ before: FollowMemory.Told?, _ looked: Set<[ExactText]>, _ filter: SpanFilter
    ) async throws(ClickHouseError) -> (spans: [StoredSpan], told: [[ExactText]: Int64]) {
        let now = configuration.now().unixNanoseconds / 1000
        let rows = try await connection.rows(
            """
            SELECT trace_id, span_id, stamp FROM \(table("spans")) FINAL
            WHERE stamp > \(now - Self.overlap) AND sequence <= \(sequence) LIMIT 200000
            """)
        var told = before?.keys ?? [:]
        var late: [SpanKey] = []
        for row in rows.all {
            let key = SpanKey(traceID: row.text(0), spanID: row.text(1))
            if before != nil, told[key.exact] == nil, !looked.contains(key.exact) { late.append(key) }
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
