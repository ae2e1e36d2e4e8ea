internal import GRDB
public import TraceModel

extension TraceStore {
    /// What is new since a place in the order of arrival, read in one snapshot.
    ///
    /// A finished record takes its start record's place, and its sequence: so what runs is asked about by sequence. The
    /// filter is asked of finished spans alone, since ending may change everything it looks at. A span that was removed
    /// meanwhile is in neither list; a sequence whose span is gone is as good a place as any.
    ///
    /// - Parameters:
    ///   - sequence: the place: ``SpanNews/through`` of the news before.
    ///   - running: sequences of spans that ran when they were last looked at, upwards.
    ///   - filter: which finished spans are wanted.
    ///   - limit: how many new spans at most.
    public func news(
        after sequence: Int64, running: [Int64], filter: SpanFilter, limit: Int
    ) async throws -> SpanNews {
        let reading = configuration.reading
        let limit = max(1, limit)
        return try await read { database in
            let known = try database.sorted(running)
            let ended = try database.passing(known.ended, filter, reading)
            let new = try database.arrivals(after: sequence, filter, limit: limit, reading)
            let lastSequence = try StateRow(database).lastSequence
            let hasMore = new.count == limit
            let place = hasMore ? new.last?.sequence ?? sequence : max(sequence, lastSequence)
            return SpanNews(
                finished: ended + new.filter { !$0.span.isRunning },
                running: known.running + new.filter { $0.span.isRunning }.map(\.sequence), through: place,
                hasMore: hasMore)
        }
    }
}

extension Database {
    /// Tells spans that ran into those that still do and those that have ended.
    fileprivate func sorted(_ sequences: [Int64]) throws -> (running: [Int64], ended: [Int64]) {
        var running: [Int64] = []
        var ended: [Int64] = []
        let statement = try prepared("SELECT span.end IS NULL AND span.duration IS NULL FROM span WHERE sequence = ?")
        for sequence in sequences {
            statement.bind(1, sequence)
            guard let isRunning = try statement.first({ $0.int(0) != 0 }) else { continue }
            if isRunning { running.append(sequence) } else { ended.append(sequence) }
        }
        return (running, ended)
    }

    /// Those of some spans that pass.
    fileprivate func passing(
        _ sequences: [Int64], _ filter: SpanFilter,
        _ reading: PayloadReading
    ) throws -> [StoredSpan] {
        var tester = SpanTester(filter, reading)
        return try sequences.compactMap { sequence in
            guard let (stored, body) = try span(sequence) else { return nil }
            return try tester.passes(stored, body, self) ? stored : nil
        }
    }

    /// New spans that run, and those that have ended and pass.
    fileprivate func arrivals(
        after sequence: Int64, _ filter: SpanFilter, limit: Int,
        _ reading: PayloadReading
    ) throws -> [StoredSpan] {
        let wanted = filter == .all ? filter : .or([.text(.status, SpanFilter.TextPattern("running")), filter])
        let scan = try SpanScan(SpanQuery(filter: wanted, order: .arrival, limit: limit), self, reading)
        return try scan.spans(
            SpanScanRequest(place: SpanPosition(sequence: sequence, start: 0), descending: false, limit: limit), self)
    }
}
