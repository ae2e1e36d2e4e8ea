internal import GRDB
internal import TraceModel

/// Brings rows of a large trace in line with what the trace says about them, a few in a transaction, so that spans coming
/// in never wait long: one late span may say of hundreds of thousands whose they are.
///
/// Which traces there are to do stands in the file (`unsettled`), with the revision that changed them last: where a trace
/// changes meanwhile, it is looked at again. Nothing is lost with a process that ends.
struct TraceSettling {
    /// A trace to do, as of a revision.
    struct Work: Sendable {
        var trace: Int64
        var revision: Int64
        var rows: [Row]
    }

    /// A row that is to say something else.
    struct Row: Sendable {
        var sequence: Int64
        var resolution: SpanResolution
    }

    /// So many rows in one transaction.
    static let atOnce = 500

    private let work: Work
    private let database: Database
    private var state: StateRow

    init(_ work: Work, _ database: Database) throws {
        self.work = work
        self.database = database
        state = try StateRow(database)
    }

    mutating func settle(
        _ rows: ArraySlice<Row>, isLast: Bool, _ memory: inout WriterMemory
    ) throws -> Bool {
        let revision = try database.number("SELECT revision FROM unsettled WHERE trace_no = ?", work.trace)
        guard revision == work.revision else { return false }
        var sessions: Set<Int64> = []
        for row in rows {
            guard let before = try database.number("SELECT session_no FROM span WHERE sequence = ?", row.sequence)
            else {
                continue
            }
            let after = try memory.sessionNumber(of: row.resolution.sessionID, database)
            sessions.formUnion([before, after])
            try database.markTextStale(row.sequence, state)
            try database.relabel(row.sequence, row.resolution, session: after)
        }
        for session in sessions where memory.stale.insert(session).inserted {
            try database.run("INSERT OR IGNORE INTO stale VALUES (?)", session)
        }
        if isLast { try memory.settled(work.trace, database) }
        state.revision += 1
        try state.write(database)
        return true
    }
}

extension TraceStore {
    /// Brings the rows of all traces in line that are too large for one transaction.
    func settleTraces() async throws(StoreError) {
        while let work = try await read({ try $0.unsettledWork() }) {
            var rest = work.rows[...]
            repeat {
                let part = rest.prefix(TraceSettling.atOnce)
                rest = rest.dropFirst(part.count)
                let isLast = rest.isEmpty
                let isSame = try await write { [writer] database in
                    try writer.settle(work, part, isLast: isLast, database)
                }
                // It goes on: later, so that a trace that always changes takes a share of the time alone.
                guard isSame else { return }
            } while !rest.isEmpty
            signal.send(try await read { try StateRow($0).revision })
        }
    }
}

extension Database {
    /// Traces whose rows are to be brought in line.
    func unsettledTraces() throws -> [Int64] {
        try prepared("SELECT trace_no FROM unsettled").rows { $0.int(0) }
    }

    /// The trace that has waited longest, with its rows that say something else than it does.
    fileprivate func unsettledWork() throws -> TraceSettling.Work? {
        let statement = try prepared(
            """
            SELECT trace_no, revision, (SELECT trace_id FROM trace WHERE no = trace_no) FROM unsettled
            ORDER BY revision LIMIT 1
            """)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        var work = TraceSettling.Work(trace: statement.int(0), revision: statement.int(1), rows: [])
        guard let traceID = statement.optionalText(2) else { return work }
        let index = try TraceCache.Entry(number: work.trace, traceID: traceID, self).index
        let resolved = TraceResolution.resolve(traceID: traceID, index.nodes)
        for place in resolved.indices where resolved[place] != index.resolutions[place] {
            work.rows.append(.init(sequence: index.nodes[place].sequence, resolution: resolved[place]))
        }
        return work
    }
}
