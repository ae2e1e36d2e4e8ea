internal import GRDB
internal import SystemCalls
internal import TraceModel

/// How far the index of texts has come.
public struct TextIndexState: Hashable, Sendable {
    /// Spans in the store.
    public var spans: Int
    /// Spans that a search looks into because the index does not hold them yet, or holds what they said before.
    public var pending: Int

    /// Whether it has come as far as it ever does: the last spans are always looked into.
    public var isCaughtUp: Bool { pending <= 2 << TextIndex.segmentBits }
}

extension TraceStore {
    /// How far the index of texts has come.
    public func textIndexState() async throws(StoreError) -> TextIndexState {
        try await read { database in
            let state = try StateRow(database)
            let segments = try database.textSegments()
            var pending: Int64 = 0
            for segment in try database.segmentsWithSpans(0...state.lastSequence) where !segments.contains(segment) {
                let all = TextIndex.sequences(of: segment)
                pending +=
                    try database.number(
                        "SELECT count(*) FROM span WHERE sequence BETWEEN ? AND ?", all.lowerBound, all.upperBound) ?? 0
            }
            let stale = try database.number("SELECT count(*) FROM text_stale") ?? 0
            return TextIndexState(
                spans: Int(state.spans), pending: Int(min(state.spans, pending + stale << TextIndex.blockBits)))
        }
    }

    /// Keeps the index of texts behind what is committed, until the task is cancelled: newest spans first, and never more
    /// than a quarter of one core's time, so that what comes in does not wait.
    public func keepTextIndex() async {
        guard !isReadOnly else { return }
        await catchUpTextIndex()
        for await _ in revisions() {
            // News come with each commit; a segment fills after many.
            try? await Task.sleep(for: .milliseconds(250))
            await catchUpTextIndex()
        }
    }

    private func catchUpTextIndex() async {
        let clock = ContinuousClock()
        while !Task.isCancelled {
            let start = clock.now
            // A failure (the disk is full) leaves spans out of the index, which searches then look into.
            guard (try? await indexTexts(atMost: 1)) == 1 else { return }
            try? await Task.sleep(for: (clock.now - start) * 3)
        }
    }

    /// Brings the index of texts forward by some segments; how many there were to do.
    @discardableResult
    public func indexTexts(atMost limit: Int = .max) async throws(StoreError) -> Int {
        var done = 0
        while done < limit, !Task.isCancelled, let segment = try await read({ try $0.nextTextSegment() }) {
            let reading = configuration.reading
            let (made, revision) = try await read { database in
                (try database.textSegment(segment, reading), try StateRow(database).revision)
            }
            try await write { try $0.put(made, segment: segment, revision: revision) }
            done += 1
        }
        return done
    }

    /// Removes from the index the segments whose spans are all gone.
    func forgetEmptyTextSegments() async throws(StoreError) {
        try await write { database in
            for segment in try database.textSegments() where try !database.hasSpans(segment) {
                try database.removeText(segment: segment)
                let first = segment << (TextIndex.segmentBits - TextIndex.blockBits)
                try database.run("DELETE FROM text_stale WHERE block BETWEEN ? AND ?", first, first | 63)
            }
        }
    }
}

extension Database {
    /// So many stale blocks are looked into at each search before a segment is made anew.
    private static var mostStale: Int64 { 16 }

    /// The segment to make next: the newest that is not there, else one with many stale blocks.
    fileprivate func nextTextSegment() throws -> Int64? {
        let lastSequence = try StateRow(self).lastSequence
        let there = try textSegments()
        // The last segment is complete when the one behind it begins.
        let complete = (TextIndex.segment(of: lastSequence + 1) << TextIndex.segmentBits) - 1
        if let segment = try newestSegment(through: complete, besides: there) { return segment }
        guard try number("SELECT count(*) FROM text_stale") ?? 0 > Self.mostStale else { return nil }
        return try number(
            """
            SELECT block >> \(TextIndex.segmentBits - TextIndex.blockBits) AS segment FROM text_stale
            GROUP BY segment ORDER BY count(*) DESC LIMIT 1
            """)
    }

    fileprivate func hasSpans(_ segment: Int64) throws -> Bool {
        let all = TextIndex.sequences(of: segment)
        return try number(
            "SELECT 1 FROM span WHERE sequence BETWEEN ? AND ? LIMIT 1", all.lowerBound, all.upperBound) != nil
    }

    fileprivate func textSegment(_ segment: Int64, _ reading: PayloadReading) throws -> TextSegment {
        let all = TextIndex.sequences(of: segment)
        let statement = try prepared(
            "\(SpanColumn.select) \(SpanColumn.from) WHERE span.sequence BETWEEN ? AND ? ORDER BY sequence",
            all.lowerBound, all.upperBound)
        defer { statement.reset() }
        var made = TextSegment()
        var tester = SpanTester(.all, reading)
        var runs = SearchRuns()
        while try statement.step() {
            let stored = statement.storedSpan()
            if stored.sequence % 32 == 0 { Processor.giveWay() }
            runs.removeAll()
            runs.add(try tester.payload(of: stored, statement.body(), self), reading)
            made.add(runs, sequence: stored.sequence)
        }
        return made
    }

    /// Writes a segment that was made of what was there at a revision.
    fileprivate func put(_ made: TextSegment, segment: Int64, revision: Int64) throws {
        try removeText(segment: segment)
        let block = segment << (TextIndex.segmentBits - TextIndex.blockBits)
        // Retention may have emptied it meanwhile.
        guard try hasSpans(segment) else {
            return try run("DELETE FROM text_stale WHERE block BETWEEN ? AND ?", block, block | 63)
        }
        let insert = try prepared("INSERT INTO text_piece VALUES (?, ?)")
        for piece in 0..<Int(TextIndex.piecesPerSegment) {
            guard let bytes = made.piece(piece) else { continue }
            insert.bind(1, segment &* TextIndex.piecesPerSegment &+ Int64(piece))
            try insert.run(lending: bytes, at: 2)
        }
        try run("INSERT INTO text_segment VALUES (?, ?)", segment, revision)
        try run("DELETE FROM text_stale WHERE block BETWEEN ? AND ? AND revision <= ?", block, block | 63, revision)
    }

    fileprivate func removeText(segment: Int64) throws {
        try run("DELETE FROM text_segment WHERE no = ?", segment)
        let first = segment &* TextIndex.piecesPerSegment
        try run(
            "DELETE FROM text_piece WHERE no BETWEEN ? AND ?", first, first &+ (TextIndex.piecesPerSegment - 1))
    }
}
