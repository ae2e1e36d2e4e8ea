internal import TraceModel

/// Batches on their way, one behind the other: what their traces hold already is asked, every record finds its place (new,
/// in the place of an earlier one, or not taken), the traces are resolved, and rows are inserted: those of the batches, and
/// those that must say something else now.
struct BatchInsertion {
    /// A span of a batch.
    private struct Record {
        var batch: Int
        var span: Int
    }

    /// A row to write: which trace of ``traces``, which of its nodes, from which of ``records``.
    private struct Row {
        var trace: Int
        var node: Int
        var record: Int
        var isNew: Bool
        /// Where the row lay that it takes the place of, where that is another hour.
        var left: KnownTrace.Facts?
    }

    let batches: [SpooledBatch]
    private let records: [Record]
    /// What the inserts are called: the same for the same batches, and for no others.
    let name: String
    private(set) var state: CollectorWriter.State
    let connection: ClickHouseConnection
    private var traces: [KnownTrace] = []
    private var positions: [ExactText: Int] = [:]
    private var lastSequence: Int64 = 0
    private var rows: [Row] = []
    /// Where the row of a node of a trace is in ``rows``.
    private var places: [Place: Int] = [:]
    private var replacements = 0
    private var beyond = 0

    private struct Place: Hashable {
        var trace: Int
        var node: Int
    }

    init(
        _ batches: [SpooledBatch], _ state: CollectorWriter.State, _ connection: ClickHouseConnection
    ) {
        self.batches = batches
        records = batches.indices.flatMap { batch in
            batches[batch].batch.spans.indices.map { Record(batch: batch, span: $0) }
        }
        name = BatchStamp.name(of: batches.map(\.stamp))
        self.state = state
        self.connection = connection
    }

    private func span(_ record: Int) -> Span {
        batches[records[record].batch].batch.spans[records[record].span].span
    }

    /// The trace of a record: without taking the span out, which counts its dozens of texts.
    private func traceID(_ record: Int) -> String {
        batches[records[record].batch].batch.spans[records[record].span].span.key.traceID
    }

    mutating func run() async throws(ClickHouseError) -> AppendReceipt {
        // Whether the server answers at all is known by a small question: others wait behind this batch.
        let standing = try await connection.standing(asking: state.collector, seconds: 5)
        if state.stamp &- standing.others < Self.quiet { state.traces.forget() }
        lastSequence = standing.lastSequence
        guard !batches.allSatisfy(\.batch.isEmpty) else {
            return AppendReceipt(stored: 0, replaced: 0, revision: standing.revision)
        }
        try await fetchTraces()
        for record in records.indices { place(record) }
        try await writeSpans()
        try await writeContents()
        try await writeAssignments()
        try await writeScores()
        try await writePositions()
        try await connection.commit(&state, lastSequence: lastSequence)
        for trace in traces { state.traces.put(trace) }
        return AppendReceipt(
            stored: rows.count(where: \.isNew), replaced: replacements, beyond: beyond,
            revision: standing.revision &+ 1)
    }

    /// A collector that has committed within this time may know more of a trace than we do, in microseconds.
    private static let quiet: Int64 = 600_000_000

    // MARK: Finding places

    private mutating func fetchTraces() async throws(ClickHouseError) {
        var unknown: [String] = []
        for record in records.indices {
            let id = ExactText(traceID(record))
            guard positions[id] == nil else { continue }
            positions[id] = traces.count
            if let known = state.traces.take(id) {
                traces.append(known)
            } else {
                traces.append(KnownTrace(traceID: id.text))
                unknown.append(id.text)
            }
        }
        for known in try await connection.traces(unknown) {
            if let position = positions[ExactText(known.index.traceID)] { traces[position] = known }
        }
    }

    private mutating func place(_ record: Int) {
        let span = span(record)
        guard let trace = positions[ExactText(span.key.traceID)] else { return }
        let hour = Hour.of(span.start)
        guard let node = traces[trace].index.index(of: span.key.spanID) else {
            guard traces[trace].index.nodes.count < TraceIndex.most else { return beyond += 1 }
            return add(record, span, to: trace)
        }
        let old = traces[trace].facts[node]
        // A finished record always beats a start record, whichever came first (docs/codebase.md).
        guard !span.isRunning || old.isRunning else { return }
        traces[trace].index.put(TraceNode(span, sequence: traces[trace].index.nodes[node].sequence))
        let version = SpanVersion(isFinished: !span.isRunning, stamp: state.stamp, above: old.record)
        traces[trace].facts[node] = .init(isRunning: span.isRunning, hour: hour, record: version.record)
        replacements += 1
        if let row = places[Place(trace: trace, node: node)] {
            rows[row].record = record
        } else {
            places[Place(trace: trace, node: node)] = rows.count
            rows.append(Row(trace: trace, node: node, record: record, isNew: false, left: old))
        }
    }

    private mutating func add(_ record: Int, _ span: Span, to trace: Int) {
        lastSequence &+= 1
        let node = traces[trace].index.put(TraceNode(span, sequence: lastSequence))
        let version = SpanVersion(isFinished: !span.isRunning, stamp: state.stamp, above: nil)
        traces[trace].facts.append(
            .init(isRunning: span.isRunning, hour: Hour.of(span.start), record: version.record))
        places[Place(trace: trace, node: node)] = rows.count
        rows.append(Row(trace: trace, node: node, record: record, isNew: true))
    }

    // MARK: Writing

    private mutating func writeSpans() async throws(ClickHouseError) {
        var relabelled: [Relabelling.Entry] = []
        for trace in traces.indices {
            for node in traces[trace].index.resolve() {
                guard places[Place(trace: trace, node: node)] == nil else { continue }
                let index = traces[trace].index
                relabelled.append(
                    .init(
                        key: SpanKey(traceID: index.traceID, spanID: index.nodes[node].spanID),
                        hour: traces[trace].facts[node].hour, resolution: index.resolutions[node]))
            }
        }
        if !rows.isEmpty {
            try await connection.insert(
                into: connection.table("spans"), SpanColumns.written, block, .native, once: name + "-spans")
        }
        try await writeGone()
        try await Relabelling(relabelled, stamp: state.stamp, collector: state.collector).run(connection)
    }

    /// The rows as the server takes them.
    private var block: [UInt8] {
        var heads = NativeColumns(columns: SpanColumns.headCount)
        for row in rows {
            let record = records[row.record]
            SpanColumns.addHead(
                batches[record.batch].batch.spans[record.span].span, traces[row.trace].index.resolutions[row.node],
                SpanRow(
                    version: SpanVersion(record: traces[row.trace].facts[row.node].record, stamp: state.stamp),
                    sequence: traces[row.trace].index.nodes[row.node].sequence, stamp: state.stamp,
                    collector: state.collector), to: &heads)
            heads.end()
        }
        return heads.block(beside: tails, names: SpanColumns.written)
    }

    /// What does not depend on traces: written already, where each record has its row.
    private var tails: NativeColumns {
        var tails = NativeColumns(columns: SpanColumns.tailCount)
        if rows.count == records.count, rows.indices.allSatisfy({ rows[$0].record == $0 }) {
            for ready in batches where !ready.batch.spans.isEmpty { tails.append(ready.tails.columns) }
            return tails
        }
        for row in rows {
            let record = records[row.record]
            let ready = batches[record.batch]
            SpanColumns.addTail(ready.batch.spans[record.span], ready.tails.runs(record.span), to: &tails)
            tails.end()
        }
        return tails
    }

    /// Inserts what there is of rows that are written as text, under a name of their own.
    func insert(
        _ rows: TabRows, into table: String, _ columns: [String], as part: String
    ) async throws(ClickHouseError) {
        guard rows.count > 0 else { return }
        try await connection.insert(into: connection.table(table), columns, rows.bytes, once: "\(name)-\(part)")
    }

    /// Takes rows away that lie where their spans do not start any more.
    private func writeGone() async throws(ClickHouseError) {
        var gone = TabRows()
        for row in rows {
            let trace = traces[row.trace]
            guard let old = row.left, old.hour != trace.facts[row.node].hour else { continue }
            gone.add(Int64(old.hour))
            gone.add(SpanVersion(record: trace.facts[row.node].record, stamp: state.stamp).number)
            gone.add(true)
            gone.add(state.stamp)
            gone.add(trace.index.traceID)
            gone.add(trace.index.nodes[row.node].spanID)
            gone.end()
        }
        try await insert(
            gone, into: "spans", ["hour", "version", "gone", "stamp", "trace_id", "span_id"], as: "gone")
    }

    private func writeContents() async throws(ClickHouseError) {
        var rows = TabRows()
        for ready in batches {
            for (offset, content) in ready.batch.contents.enumerated() {
                let number = ready.stamp.time * 1000 + Int64(min(offset, 999))
                rows.add(content)
                rows.add(number)
                // The first of several copies stays.
                rows.add(UInt64.max - UInt64(clamping: number))
                rows.end()
            }
        }
        try await insert(
            rows, into: "contents", ["trace_id", "span_id", "time", "event_name", "payload", "no", "first"],
            as: "contents")
    }

    private func writeAssignments() async throws(ClickHouseError) {
        var rows = TabRows()
        for ready in batches {
            for (offset, assignment) in ready.batch.assignments.enumerated() {
                rows.add(assignment.sessionID)
                rows.add(assignment.configKey)
                rows.add(assignment.configVersion)
                rows.add(assignment.assignedModel)
                rows.add(assignment.time.unixNanoseconds)
                rows.add(ready.stamp.time * 1000 + Int64(offset))
                rows.end()
            }
        }
        try await insert(
            rows, into: "assignments",
            ["session_id", "config_key", "config_version", "assigned_model", "time", "no"], as: "assignments")
    }

    private func writePositions() async throws(ClickHouseError) {
        // Of each file the last.
        var last: [[UInt64]: FilePosition] = [:]
        for position in batches.compactMap(\.batch.position) { last[[position.device, position.inode]] = position }
        var rows = TabRows()
        for position in last.values {
            rows.add(connection.configuration.host)
            rows.add(position.device)
            rows.add(position.inode)
            rows.add(position.offset)
            rows.add(position.path)
            rows.add(state.stamp)
            rows.end()
        }
        try await insert(
            rows, into: "positions", ["host", "device", "inode", "byte_offset", "path", "stamp"], as: "position")
    }
}

extension TabRows {
    /// Adds the columns that say what came apart from a span.
    mutating func add(_ content: IngestedContent) {
        add(content.key.traceID)
        add(content.key.spanID)
        add(content.time?.unixNanoseconds)
        add(content.eventName)
        add(blob: content.payload)
    }
}

extension SpanVersion {
    /// The version of a record that has its part already.
    init(record: UInt64, stamp: Int64) {
        self.record = record
        resolution = UInt64(clamping: stamp)
    }
}
