internal import GRDB
public import TraceModel

/// A stretch of what of a store can be read, in the order of arrival.
public struct SalvagePage: Sendable {
    /// The spans. Those whose bytes are damaged say so (``StoredSpanPayload/loss``).
    public var spans: [StoredSpanPayload]
    /// Where the next stretch begins; `nil` at the end.
    public var next: Int64?
}

/// What a salvage brought over, and what it had to leave.
public struct SalvageReport: Hashable, Sendable {
    /// Spans brought over.
    public var spans = 0
    /// Those among them whose figures alone could be read: what was said in them is lost.
    public var withoutBytes = 0
    /// Spans that the store counted and that could not be read at all; `nil` when its count is lost too.
    public var lostSpans: Int?
    /// Logged content brought over.
    public var contents = 0
    /// Recorded assignments brought over.
    public var assignments = 0
    /// Scores brought over.
    public var scores = 0
    /// Sessions whose pin, note or labels were brought over.
    public var kept = 0
    /// Rows of content, of assignments, of scores and of what is kept of sessions that could not be read are not counted; this says that there were some.
    public var hasLostOthers = false
}

extension TraceStore {
    /// What can be read of the spans from a place on, stepping over what is damaged. Begin at 0.
    public func salvageable(from place: Int64, limit: Int) async throws(StoreError) -> SalvagePage {
        try await read { database in
            var bodies = BodyCache()
            let end = try database.lastReadable("span", "sequence", said: (try? StateRow(database))?.lastSequence)
            let rows = SalvageRows(
                sql: "\(SpanColumn.select) \(SpanColumn.from) WHERE span.sequence >= ? ORDER BY span.sequence", end: end
            )
            let found = try rows.read(from: place, limit: limit, database) { ($0.storedSpan(), $0.body()) }
            return SalvagePage(
                spans: try found.rows.map { try database.whole($0.0, $0.1, &bodies) }, next: found.next)
        }
    }

    /// Writes all that can be read into another store, which is best empty.
    ///
    /// - Parameters:
    ///   - figures: bytes for a span whose own are lost, made of its figures.
    ///   - progress: told how many spans were brought over so far.
    public func salvage(
        into target: TraceStore, figures: @Sendable (StoredSpan) -> SpanPayload,
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(StoreError) -> SalvageReport {
        var report = SalvageReport()
        let counted = try? await read { try StateRow($0).spans }
        var place: Int64? = 0
        while let start = place {
            let page = try await salvageable(from: start, limit: 500)
            place = page.next
            report.withoutBytes += page.spans.count { $0.loss != nil }
            let spans = page.spans.map {
                IngestedSpan(span: $0.stored.span, payload: $0.loss == nil ? $0.payload : figures($0.stored))
            }
            report.spans += try await target.take(IngestBatch(spans: spans)).stored
            progress(report.spans)
        }
        report.lostSpans = counted.map { max(0, Int($0) - report.spans) }
        let contents = """
            SELECT content.no, trace_id, span_id, time, event_name, payload FROM content
            CROSS JOIN trace ON trace.no = content.trace_no WHERE content.no >= ? ORDER BY content.no
            """
        try await salvage("content", contents, { $0.content() }, into: target, count: \.contents, &report) {
            IngestBatch(contents: $0)
        }
        let assignments = """
            SELECT no, config_key, config_version, session_id, assigned_model, time FROM assignment
            WHERE no >= ? ORDER BY no
            """
        try await salvage("assignment", assignments, { $0.assignment() }, into: target, count: \.assignments, &report) {
            IngestBatch(assignments: $0)
        }
        let scores = "SELECT no, \(Database.scoreColumns) FROM score WHERE no >= ? ORDER BY no"
        try await salvage("score", scores, { $0.score(from: 1) }, into: target, count: \.scores, &report) {
            IngestBatch(scores: $0)
        }
        try await salvageKept(into: target, &report)
        return report
    }

    /// Brings over what can be read of a table's rows, some at a time.
    ///
    /// - Parameters:
    ///   - sql: see ``SalvageRows``; the table's own number is `no`.
    ///   - count: where it is counted how many there were.
    private func salvage<Row: Sendable>(
        _ table: String, _ sql: String, _ row: @Sendable (Statement) throws -> Row, into target: TraceStore,
        count: WritableKeyPath<SalvageReport, Int>, _ report: inout SalvageReport, batch: ([Row]) -> IngestBatch
    ) async throws(StoreError) {
        var place: Int64? = 0
        while let start = place {
            let found = try await read { database in
                try SalvageRows(sql: sql, end: database.lastReadable(table, "no"))
                    .read(from: start, limit: 500, database, row)
            }
            place = found.next
            report[keyPath: count] += found.rows.count
            report.hasLostOthers = report.hasLostOthers || found.hasGaps
            _ = try await target.take(batch(found.rows))
        }
    }

    private func salvageKept(into target: TraceStore, _ report: inout SalvageReport) async throws(StoreError) {
        let all = try await read { database -> [KeptSession]? in
            do {
                return try database.allKept()
            } catch let error as DatabaseError where error.isDamage {
                return nil
            }
        }
        if let all { return try await target.take(all, &report) }
        // Session by session, by those that were brought over: a damaged page takes its own along and no others.
        report.hasLostOthers = true
        var place: Int64? = 0
        while let start = place {
            let page = try await target.read { try $0.sessionIDs(after: start, limit: 500) }
            place = page.last?.number
            let found = try await read { database in try page.compactMap { try database.readableKept($0.id) } }
            try await target.take(found, &report)
        }
    }

    private func take(_ kept: [KeptSession], _ report: inout SalvageReport) async throws(StoreError) {
        guard !kept.isEmpty else { return }
        try await write { database in
            // Also of sessions whose spans are not there: they may come again.
            for session in kept { try database.store(session) }
            try StateRow.raiseRevision(database)
        }
        report.kept += kept.count
    }

    private func take(_ batch: IngestBatch) async throws(StoreError) -> AppendReceipt {
        do {
            return try await append(batch)
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

/// Reads the rows of a table upwards by their number, stepping over those that cannot be read: a damaged page takes its
/// own rows along and no others.
private struct SalvageRows {
    /// Its first column is the number, its one parameter the number to begin at.
    var sql: String
    /// No row has a higher number.
    var end: Int64

    /// Rows looked past at once, where one after the other is damaged: no more whole ones than these are missed.
    private static let longestStep: Int64 = 16
    /// After so many looks in vain the steps grow: a damaged count may promise rows without end.
    private static let mostLooks = 50_000

    struct Found<Row: Sendable>: Sendable {
        var rows: [Row] = []
        /// Where the next stretch begins; `nil` at the end.
        var next: Int64?
        var hasGaps = false
    }

    func read<Row: Sendable>(
        from start: Int64, limit: Int, _ database: Database, _ row: (Statement) throws -> Row
    ) throws -> Found<Row> {
        var found = Found<Row>(next: start)
        while let place = found.next, place <= end, found.rows.count < limit {
            do {
                try readOn(from: place, limit: limit, database, row, &found)
            } catch let error as DatabaseError where error.isDamage {
                found.hasGaps = true
                found.next = try readable(after: found.next ?? place, database)
            }
        }
        if let next = found.next, next > end { found.next = nil }
        return found
    }

    private func readOn<Row: Sendable>(
        from place: Int64, limit: Int, _ database: Database, _ row: (Statement) throws -> Row, _ found: inout Found<Row>
    ) throws {
        let statement = try database.prepared(sql, place)
        defer { statement.reset() }
        while found.rows.count < limit {
            guard try statement.step() else {
                found.next = nil
                return
            }
            found.rows.append(try row(statement))
            found.next = statement.int(0) + 1
        }
    }

    /// The first number behind a damaged one from which a row can be read; `nil` when there is none.
    private func readable(after damaged: Int64, _ database: Database) throws -> Int64? {
        var (bad, step, looks): (Int64, Int64, Int) = (damaged, 1, 0)
        var good = damaged + 1
        while good <= end, try !isReadable(good, database) {
            bad = good
            looks += 1
            step = looks < Self.mostLooks ? min(step * 2, Self.longestStep) : step * 2
            good += min(step, max(1, end - good))
        }
        guard good <= end else { return nil }
        while good - bad > 1 {
            let middle = bad + (good - bad) / 2
            if try isReadable(middle, database) { good = middle } else { bad = middle }
        }
        return good
    }

    private func isReadable(_ place: Int64, _ database: Database) throws -> Bool {
        do {
            _ = try database.prepared(sql, place).first { _ in }
            return true
        } catch let error as DatabaseError where error.isDamage {
            return false
        }
    }
}

extension Statement {
    fileprivate func content() -> IngestedContent {
        IngestedContent(
            key: SpanKey(traceID: text(1), spanID: text(2)),
            time: optionalInt(3).map(Timestamp.init(unixNanoseconds:)), eventName: text(4),
            payload: optionalBytes(5) ?? [])
    }

    fileprivate func assignment() -> RecordedAssignment {
        RecordedAssignment(
            configKey: text(1), configVersion: Int(clamping: int(2)), sessionID: text(3), assignedModel: text(4),
            time: Timestamp(unixNanoseconds: int(5)))
    }
}

extension Database {
    /// The ids of sessions with higher numbers.
    fileprivate func sessionIDs(after number: Int64, limit: Int) throws -> [(number: Int64, id: String)] {
        try prepared("SELECT no, session_id FROM session WHERE no > ? ORDER BY no LIMIT \(limit)", number)
            .rows { ($0.int(0), $0.text(1)) }
    }

    /// The highest number of a table; what the store says of it where the table cannot be asked, 0 where nothing can.
    fileprivate func lastReadable(_ table: String, _ column: String, said: Int64? = nil) throws -> Int64 {
        do {
            return try number("SELECT max(\(column)) FROM \(table)") ?? 0
        } catch let error as DatabaseError where error.isDamage {
            return min(said ?? 0, 1 << 60)
        }
    }
}
