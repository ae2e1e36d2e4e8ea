internal import GRDB
internal import TraceModel

/// Looks into spans' texts on all cores: segment by segment in the order of arrival, only the blocks that may hold what is
/// looked for. Each segment is read in a snapshot of its own.
struct SegmentSearch: Sendable {
    let store: TraceStore
    let query: SpanQuery
    /// Told how far it has come after each segment.
    let progress: @Sendable (SearchProgress) -> Void
    let plan: SearchPlan

    init(_ query: SpanQuery, in store: TraceStore, progress: @escaping @Sendable (SearchProgress) -> Void) {
        self.store = store
        self.query = query
        self.progress = progress
        plan = SearchPlan(query.filter)
    }

    /// As many segments are looked into at once as the pool has readers for, and one is left for the screen.
    private static let width = 3

    /// The spans of a way through, nearest first.
    func spans(_ request: SpanScanRequest) async throws -> [StoredSpan] {
        guard request.limit > 0 else { return [] }
        switch query.order {
        case .arrival: return try await inOrder(request)
        case .start: return try await byStart(request)
        }
    }

    private func inOrder(_ request: SpanScanRequest) async throws -> [StoredSpan] {
        var found: [StoredSpan] = []
        try await forEachSegment(request) { database, scan, ranges in
            var spans: [StoredSpan] = []
            for range in ranges where spans.count < request.limit {
                var part = request
                part.limit -= spans.count
                spans += try scan.spans(part, within: range, database)
            }
            return spans
        } then: { spans in
            found += spans.prefix(request.limit - found.count)
            return (found, found.count < request.limit)
        }
        return found
    }

    /// Does `work` for each segment that has candidates, several at once, and `then` with what came of it, one after the
    /// other in their order: it gives all that was found so far, and whether to go on.
    func forEachSegment<Part: Sendable>(
        _ request: SpanScanRequest,
        _ work: @escaping @Sendable (Database, SpanScan, [ClosedRange<Int64>]) throws -> Part,
        then: (Part) -> (found: [StoredSpan], goesOn: Bool)
    ) async throws {
        let segments = try await segments(request)
        var steps = SearchSteps<Part>(count: segments.count)
        try await withThrowingTaskGroup(of: (Int, Part).self) { group in
            func begin() {
                guard let index = steps.begin() else { return }
                let segment = segments[index]
                group.addTask { (index, try await part(segment, request, work)) }
            }
            for _ in 0..<Self.width { begin() }
            while let (index, part) = try await group.next() {
                steps.end(index, part)
                begin()
                while let part = steps.next() {
                    let (found, goesOn) = then(part)
                    progress(SearchProgress(found: found, done: steps.taken, count: segments.count))
                    guard goesOn else {
                        group.cancelAll()
                        return
                    }
                }
            }
        }
    }

    private func part<Part: Sendable>(
        _ segment: Int64, _ request: SpanScanRequest,
        _ work: @escaping @Sendable (Database, SpanScan, [ClosedRange<Int64>]) throws -> Part
    ) async throws -> Part {
        let (query, plan, reading) = (query, plan, store.configuration.reading)
        return try await store.read { database in
            let candidates = try database.textCandidates(plan, segment: segment)
            let ranges = Database.textRanges(candidates, segment: segment, descending: request.descending)
            return try work(database, SpanScan(query, database, reading), ranges)
        }
    }

    /// The segments in the order in which a request goes through them.
    private func segments(_ request: SpanScanRequest) async throws -> [Int64] {
        let query = query
        let segments = try await store.read { database in
            let last = try StateRow(database).lastSequence
            var first: Int64 = 0
            var end = min(last, query.throughSequence ?? last)
            if query.order == .arrival, let place = request.place {
                let segment = TextIndex.sequences(of: TextIndex.segment(of: place.sequence))
                if request.descending {
                    end = min(end, segment.upperBound)
                } else {
                    first = max(first, segment.lowerBound)
                }
            }
            return first <= end ? try database.segmentsWithSpans(first...end) : []
        }
        return request.descending ? segments.reversed() : segments
    }

    /// The spans that pass added up, each with its fields' values.
    func usage(_ wanted: UsageQuery) async throws -> UsageTally {
        let reading = store.configuration.reading
        var tally = UsageTally(wanted)
        try await forEachSegment(SpanScanRequest(descending: false, limit: .max)) { database, scan, ranges in
            var spans: [(span: UsageSpan, values: [[String]])] = []
            for range in ranges {
                try scan.forEach(within: range, database) { stored, payload in
                    spans.append(try database.usageSpan(stored, wanted, reading, payload))
                }
            }
            return spans
        } then: { spans in
            for span in spans { tally.add(span.span, values: span.values) }
            return ([], true)
        }
        return tally
    }

    /// The sessions that have a span that passes.
    func sessions() async throws -> Set<Int64> {
        let request = SpanScanRequest(descending: true, limit: .max)
        var sessions: Set<Int64> = []
        try await forEachSegment(request) { database, scan, ranges in
            try ranges.reduce(into: Set<Int64>()) { try scan.addSessions(to: &$0, within: $1, database) }
        } then: { part in
            sessions.formUnion(part)
            return ([], true)
        }
        return sessions
    }
}

/// Which of many steps come next when several are done at once and taken in their order.
private struct SearchSteps<Part> {
    private var parts: [Int: Part] = [:]
    private var begun = 0
    /// How many were taken.
    private(set) var taken = 0
    private let count: Int

    init(count: Int) {
        self.count = count
    }

    mutating func begin() -> Int? {
        guard begun < count else { return nil }
        begun += 1
        return begun - 1
    }

    mutating func end(_ index: Int, _ part: Part) {
        parts[index] = part
    }

    /// What the next step came to, once it is done.
    mutating func next() -> Part? {
        guard let part = parts.removeValue(forKey: taken) else { return nil }
        taken += 1
        return part
    }
}
