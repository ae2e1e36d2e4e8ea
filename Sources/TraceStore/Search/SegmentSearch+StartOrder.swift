internal import GRDB
internal import TraceModel

/// Where the spans stand that pass a filter, in the order of start.
struct StartPositions: Sendable {
    private let positions: [SpanPosition]

    init(_ unordered: [SpanPosition]) {
        positions = unordered.sorted { ($0.start, $0.sequence) < ($1.start, $1.sequence) }
    }

    var count: Int { positions.count }

    /// Those of a way through, nearest first.
    func along(_ request: SpanScanRequest) -> [SpanPosition] {
        guard let place = request.place else {
            return request.descending
                ? positions.suffix(request.limit).reversed() : Array(positions.prefix(request.limit))
        }
        // The first that is behind the place, or at it where that belongs to the way upwards.
        let isIncluded = request.isIncluding != request.descending
        var range = positions.startIndex..<positions.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let position = (positions[middle].start, positions[middle].sequence)
            let isBehind =
                isIncluded ? position >= (place.start, place.sequence) : position > (place.start, place.sequence)
            if isBehind { range = range.lowerBound..<middle } else { range = middle + 1..<range.upperBound }
        }
        return request.descending
            ? positions[..<range.lowerBound].suffix(request.limit).reversed()
            : Array(positions[range.lowerBound...].prefix(request.limit))
    }
}

extension SegmentSearch {
    /// More positions than these are found again rather than kept, in spans: sixteen bytes each.
    private static let mostKept = 500_000

    /// In the order of start a short way along the order is tried, for what is frequent; then all blocks that may hold what
    /// is looked for are looked into once, and where they stand is kept for the next window.
    func byStart(_ request: SpanScanRequest) async throws -> [StoredSpan] {
        let (revision, query) = (try await store.read { try StateRow($0).revision }, query)
        let key = StartKey(filter: query.filter, throughSequence: query.throughSequence)
        let known = store.startPositions.answer(to: key, revision: revision)
        if known == nil, let near = try await nearby(request) { return near }
        let positions = if let known { known } else { try await allPositions() }
        if known == nil, positions.count <= Self.mostKept {
            store.startPositions.remember(positions, of: key, revision: revision)
        }
        let wanted = positions.along(request)
        return try await store.read { database in try wanted.compactMap { try database.span($0.sequence)?.stored } }
    }

    /// The spans along the order of start, where a short way finds as many as are wanted.
    private func nearby(_ request: SpanScanRequest) async throws -> [StoredSpan]? {
        let (query, plan, reading) = (query, plan, store.configuration.reading)
        return try await store.read { database in
            var walk = try StartWalk(query, plan, database, reading)
            return try walk.spans(request, database)
        }
    }

    private func allPositions() async throws -> StartPositions {
        var positions: [SpanPosition] = []
        try await forEachSegment(SpanScanRequest(descending: true, limit: .max)) { database, scan, ranges in
            try ranges.flatMap { range in
                try scan.spans(SpanScanRequest(descending: true, limit: .max), within: range, database).map {
                    SpanPosition(sequence: $0.sequence, start: $0.span.start.unixNanoseconds)
                }
            }
        } then: { part in
            positions += part
            return ([], true)
        }
        return StartPositions(positions)
    }
}

/// What positions in the order of start are an answer to.
struct StartKey: Hashable, Sendable {
    var filter: SpanFilter
    var throughSequence: Int64?
}

/// Goes along the order of start by its index alone, and looks into the blocks that may hold what is looked for.
private struct StartWalk {
    /// Rows of the index that are passed over before this way is given up.
    private static let mostRows = 100_000
    /// Blocks that are looked into before it is given up.
    private static let mostBlocks = 64
    /// Unless, at the rate at which spans were found in them, so many will do: what is found now and then (a frequent word,
    /// of one model) is still sooner found so than in all blocks.
    private static let mostBlocksInAll = 512.0

    private let plan: SearchPlan
    private let scan: SpanScan
    private let throughSequence: Int64?
    private var candidates: [Int64: UInt64] = [:]
    /// What was found in the blocks looked into, by sequence.
    private var found: [Int64: [Int64: StoredSpan]] = [:]

    init(_ query: SpanQuery, _ plan: SearchPlan, _ database: Database, _ reading: PayloadReading) throws {
        self.plan = plan
        throughSequence = query.throughSequence
        scan = try SpanScan(query, database, reading)
    }

    /// The spans of a way through, nearest first; `nil` where it is given up.
    mutating func spans(_ request: SpanScanRequest, _ database: Database) throws -> [StoredSpan]? {
        let (direction, beyond) = request.descending ? ("DESC", "<") : ("ASC", ">")
        let last = request.isIncluding ? beyond + "=" : beyond
        let bound =
            request.place == nil
            ? "1" : "start \(beyond)= ?1 AND (start \(beyond) ?1 OR sequence \(last) ?2)"
        let statement = try database.prepared(
            """
            SELECT sequence FROM span INDEXED BY span_by_start
            WHERE \(bound) ORDER BY start \(direction), sequence \(direction)
            """)
        if let place = request.place {
            statement.bind(1, place.start)
            statement.bind(2, place.sequence)
        }
        defer { statement.reset() }
        var spans: [StoredSpan] = []
        var rows = 0
        while spans.count < request.limit, try statement.step() {
            rows += 1
            let sequence = statement.int(0)
            guard rows <= Self.mostRows, found.count <= Self.mostBlocks || isWithinReach(request.limit, spans.count)
            else { return nil }
            if let throughSequence, sequence > throughSequence { continue }
            if let span = try passing(sequence, database) { spans.append(span) }
        }
        return spans
    }

    private func isWithinReach(_ wanted: Int, _ got: Int) -> Bool {
        Double(found.count) * Double(wanted) <= Self.mostBlocksInAll * Double(got)
    }

    private mutating func passing(_ sequence: Int64, _ database: Database) throws -> StoredSpan? {
        let segment = TextIndex.segment(of: sequence)
        let blocks = try candidates[segment] ?? database.textCandidates(plan, segment: segment)
        candidates[segment] = blocks
        let block = sequence >> TextIndex.blockBits
        guard blocks >> UInt64(block & 63) & 1 == 1 else { return nil }
        if let known = found[block] { return known[sequence] }
        let first = block << TextIndex.blockBits
        let spans = try scan.spans(
            SpanScanRequest(descending: false, limit: .max), within: first...(first | (1 << TextIndex.blockBits - 1)),
            database)
        // A damaged table may give one twice.
        let bySequence = Dictionary(spans.map { ($0.sequence, $0) }, uniquingKeysWith: { first, _ in first })
        found[block] = bySequence
        return bySequence[sequence]
    }
}
