internal import GRDB
internal import TraceModel

/// One batch on its way into the tables. First every record finds its place (new, in the place of an earlier one, or
/// not taken), then the touched traces are resolved, then rows are written, each once.
struct BatchWriting {
    /// A row to write: which trace of ``traces``, which of its nodes, from which of the batch's records.
    struct Row {
        var trace: Int
        var node: Int
        var record: Int
    }

    let spans: SpanRows
    /// What of the batch is no span.
    let rest: IngestBatch
    let now: Timestamp
    let database: Database
    var bodies: BodyWriting
    var traces: [TraceCache.Entry] = []
    var sessions: Set<Int64> = []
    private var positions: [ExactText: Int] = [:]
    var state: StateRow
    private let firstSequence: Int64
    /// Rows of new spans, by sequence from ``firstSequence``.
    private var added: [Row] = []
    /// Rows of spans that were there, by sequence.
    private var replaced: [Int64: Row] = [:]
    private var replacements = 0
    private var beyond = 0
    /// Spans of one trace that are taken.
    private let mostSpans: Int

    init(
        _ spans: SpanRows, _ bodies: BatchBodies, _ rest: IngestBatch, now: Timestamp, mostSpans: Int,
        _ database: Database
    ) throws {
        self.spans = spans
        self.rest = rest
        self.mostSpans = mostSpans
        self.now = now
        self.database = database
        self.bodies = BodyWriting(bodies)
        state = try StateRow(database)
        firstSequence = state.lastSequence + 1
        positions.reserveCapacity(spans.rows.count)
        added.reserveCapacity(spans.rows.count)
    }

    mutating func run(_ memory: inout WriterMemory) throws -> AppendReceipt {
        for record in spans.rows.indices { try place(record, &memory) }
        try writeSpans(&memory)
        try writeContents()
        try writeAssignments()
        try writeScores()
        try writePosition()
        for session in sessions where memory.stale.insert(session).inserted {
            try database.run("INSERT OR IGNORE INTO stale VALUES (?)", session)
        }
        for entry in traces { memory.traces.put(entry) }
        state.revision += 1
        state.spans += Int64(added.count)
        try state.write(database)
        return AppendReceipt(
            stored: added.count, replaced: replacements, beyond: beyond, revision: state.revision)
    }

    // MARK: Finding places

    private mutating func place(_ record: Int, _ memory: inout WriterMemory) throws {
        let isRunning = spans.rows[record].isRunning
        let trace = try position(of: spans.rows[record].traceID, &memory)
        if let node = traces[trace].index.index(of: spans.rows[record].node.spanID) {
            // A finished record always beats a start record, whichever came first (docs/codebase.md).
            guard !isRunning || traces[trace].running.contains(node) else { return }
            let sequence = traces[trace].index.nodes[node].sequence
            let row = Row(trace: trace, node: node, record: record)
            traces[trace].index.put(spans.rows[record].node, at: sequence)
            if !isRunning { traces[trace].running.remove(node) }
            if sequence >= firstSequence {
                added[Int(sequence - firstSequence)] = row
            } else {
                replaced[sequence] = row
            }
            replacements += 1
        } else if traces[trace].index.nodes.count >= mostSpans {
            beyond += 1
        } else {
            state.lastSequence += 1
            let node = traces[trace].index.put(spans.rows[record].node, at: state.lastSequence)
            if isRunning { traces[trace].running.insert(node) }
            added.append(Row(trace: trace, node: node, record: record))
        }
    }

    /// Where a trace is in ``traces``: there already, or fetched from memory or from the file.
    private mutating func position(of traceID: String, _ memory: inout WriterMemory) throws -> Int {
        let key = ExactText(traceID)
        if let last = traces.last, ExactText(last.index.traceID) == key { return traces.count - 1 }
        if let position = positions[key] { return position }
        traces.append(try memory.traces.take(key) ?? load(traceID, &memory))
        positions[key] = traces.count - 1
        return traces.count - 1
    }

    private func load(_ traceID: String, _ memory: inout WriterMemory) throws -> TraceCache.Entry {
        var entry = try TraceCache.Entry(traceID: traceID, database)
        // Some of its rows may say what the trace said before.
        if try memory.isUnsettled(entry.number, database) { entry.index.doubt() }
        return entry
    }

    // MARK: Writing

    /// So many rows of a trace are brought in line in the transaction that changes it.
    private static let mostRelabelled = 2000

    private mutating func writeSpans(_ memory: inout WriterMemory) throws {
        var relabelled: [(trace: Int, node: Int)] = []
        let changed = Set(replaced.values.map(\.trace))
        for trace in traces.indices {
            var others: [(trace: Int, node: Int)] = []
            for node in traces[trace].index.resolve() {
                let sequence = traces[trace].index.nodes[node].sequence
                if sequence < firstSequence, replaced[sequence] == nil { others.append((trace, node)) }
            }
            let number = traces[trace].number
            // What is on its way for a trace is not overtaken.
            let isLeft = !others.isEmpty || changed.contains(trace)
            if try others.count > Self.mostRelabelled || isLeft && memory.isUnsettled(number, database) {
                try memory.unsettle(number, revision: state.revision + 1, database)
            } else {
                relabelled += others
            }
        }
        let insert = try database.prepared(SpanColumn.insert)
        for (offset, row) in added.enumerated() {
            try write(row, sequence: firstSequence + Int64(offset), insert, &memory)
        }
        let replace = try database.prepared(SpanColumn.replace)
        for (sequence, row) in replaced {
            try leave(sequence, andItsBody: true)
            try database.markTextStale(sequence, state)
            try write(row, sequence: sequence, replace, &memory)
        }
        for (trace, node) in relabelled { try relabel(trace, node, &memory) }
        try bodies.writeUses(database)
    }

    private mutating func write(
        _ row: Row, sequence: Int64, _ statement: Statement, _ memory: inout WriterMemory
    ) throws {
        let resolution = traces[row.trace].index.resolutions[row.node]
        let session = try memory.sessionNumber(of: resolution.sessionID, database)
        sessions.insert(session)
        let body = try bodies.place(of: row.record, database)
        let place = SpanRowPlace(
            sequence: sequence, traceNo: traces[row.trace].number, sessionNo: session, body: body)
        try spans.write(row.record, place, resolution, by: statement)
    }

    /// Writes what has changed about a span whose record did not come again.
    private mutating func relabel(_ trace: Int, _ node: Int, _ memory: inout WriterMemory) throws {
        let sequence = traces[trace].index.nodes[node].sequence
        let resolution = traces[trace].index.resolutions[node]
        try leave(sequence, andItsBody: false)
        try database.markTextStale(sequence, state)
        let session = try memory.sessionNumber(of: resolution.sessionID, database)
        sessions.insert(session)
        try database.relabel(sequence, resolution, session: session)
    }

    /// Notes what a row that is about to change belonged to so far.
    private mutating func leave(_ sequence: Int64, andItsBody: Bool) throws {
        let statement = try database.prepared("SELECT session_no, body_no FROM span WHERE sequence = ?")
        statement.bind(1, sequence)
        defer { statement.reset() }
        guard try statement.step() else { return }
        sessions.insert(statement.int(0))
        if andItsBody { bodies.leave(statement.int(1)) }
    }
}

/// The one row of `state`.
struct StateRow {
    var revision: Int64
    var lastSequence: Int64
    var spans: Int64

    init(_ database: Database) throws {
        let statement = try database.prepared("SELECT revision, last_sequence, spans FROM state")
        defer { statement.reset() }
        guard try statement.step() else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the state row is missing")
        }
        revision = statement.int(0)
        lastSequence = statement.int(1)
        spans = statement.int(2)
        // No store has counted so far: what it says is damage, or somebody's trap.
        guard [revision, lastSequence, spans].allSatisfy((0...Self.highest).contains) else {
            throw DatabaseError(
                resultCode: .SQLITE_CORRUPT, message: "the state row says \(revision), \(lastSequence), \(spans)")
        }
    }

    private static let highest: Int64 = 1 << 60

    /// Counts a commit that changes no spans; the revision that it makes.
    @discardableResult
    static func raiseRevision(_ database: Database) throws -> Int64 {
        var state = try StateRow(database)
        state.revision += 1
        try state.write(database)
        return state.revision
    }

    func write(_ database: Database) throws {
        try database.run(
            "UPDATE state SET revision = ?, last_sequence = ?, spans = ?", revision, lastSequence, spans)
    }
}
