internal import TraceModel

/// Under which number a batch is committed: the same for every attempt, so that the server takes its rows once.
struct BatchStamp: Hashable, Sendable {
    /// Who took it in.
    var collector: UInt64
    /// When, microseconds since 1970 by the collector's clock.
    var time: Int64

    /// What inserts of these batches are called: the same for the same batches in the same order, and for no others, however
    /// they are put together after a restart. The server takes what comes again under a name for the same rows.
    static func name(of stamps: [BatchStamp]) -> String {
        guard let first = stamps.first else { return "" }
        let name = "\(first.collector)-\(first.time)"
        guard stamps.count > 1 else { return name }
        // FNV-1a, 64 bits.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in stamps.flatMap({ [$0.collector, UInt64(bitPattern: $0.time)] }) {
            for shift in stride(from: 0, to: 64, by: 8) {
                hash = (hash ^ UInt64(truncatingIfNeeded: word >> shift) & 0xFF) &* 0x0100_0000_01B3
            }
        }
        return "\(name)-\(stamps.count)-\(hash)"
    }
}

/// A batch as bytes, and back.
struct SpooledBatch {
    var stamp: BatchStamp
    var batch: IngestBatch
    /// The columns of each span that do not depend on its trace, as they will be written.
    private(set) var tails: RowTails

    private static let form: UInt8 = 1

    /// As bytes.
    var bytes: [UInt8] {
        var packer = Packer()
        packer.add(byte: Self.form)
        packer.add(bits: stamp.collector)
        packer.add(bits: UInt64(bitPattern: stamp.time))
        for rows in [spans, contents, assignments, scores, position] { packer.add(blob: rows.bytes) }
        return packer.bytes
    }

    private var spans: TabRows {
        var rows = TabRows()
        // What the trace says is found out when the batch is committed.
        let nothing = SpanResolution(sessionID: "", customerID: nil, configKey: nil, counts: .all, depth: 0)
        let row = SpanRow(
            version: SpanVersion(record: 0, stamp: 0), sequence: 0, stamp: stamp.time, collector: stamp.collector)
        for index in batch.spans.indices {
            SpanColumns.addHead(batch.spans[index].span, nothing, row, to: &rows)
            SpanColumns.addTail(batch.spans[index], tails.runs(index), to: &rows)
            rows.end()
        }
        return rows
    }

    private var contents: TabRows {
        var rows = TabRows()
        for content in batch.contents {
            rows.add(content)
            rows.end()
        }
        return rows
    }

    private var assignments: TabRows {
        var rows = TabRows()
        for assignment in batch.assignments {
            rows.add(assignment.configKey)
            rows.add(assignment.configVersion)
            rows.add(assignment.sessionID)
            rows.add(assignment.assignedModel)
            rows.add(assignment.time.unixNanoseconds)
            rows.end()
        }
        return rows
    }

    private var scores: TabRows {
        var rows = TabRows()
        for score in batch.scores { rows.add(score, number: 0) }
        return rows
    }

    private var position: TabRows {
        var rows = TabRows()
        guard let position = batch.position else { return rows }
        rows.add(position.device)
        rows.add(position.inode)
        rows.add(position.offset)
        rows.add(position.path)
        rows.end()
        return rows
    }

    /// - Parameter addRuns: adds what searches find a span by.
    init(stamp: BatchStamp, batch: IngestBatch, addRuns: (IngestedSpan, inout SearchRuns) -> Void) {
        self.stamp = stamp
        self.batch = batch
        tails = RowTails(reserving: batch.spans)
        // One for all, so that its room is made once.
        var runs = SearchRuns()
        for span in batch.spans {
            runs.removeAll()
            addRuns(span, &runs)
            tails.add(span, runs)
        }
    }

    /// Reads one; `nil` for bytes that are none.
    init?(_ bytes: [UInt8]) {
        var unpacker = Unpacker(bytes)
        guard unpacker.byte() == Self.form, let collector = unpacker.bits(), let time = unpacker.bits(),
            let spans = unpacker.blob(), let contents = unpacker.blob(), let assignments = unpacker.blob(),
            let scores = unpacker.blob(), let position = unpacker.blob()
        else { return nil }
        // Of a damaged file: numbers are made of the time, a thousand for each microsecond.
        guard time < UInt64(Int64.max / 2000) else { return nil }
        stamp = BatchStamp(collector: collector, time: Int64(time))
        batch = IngestBatch()
        let offset = SpanColumns.writtenOffset
        let rows = ServerRows(written: spans)
        tails = RowTails(reserving: [])
        for row in rows.all {
            let span = IngestedSpan(span: row.storedSpan(from: offset).span, payload: row.spanPayload(from: offset))
            batch.spans.append(span)
            tails.add(span, row.writtenRuns)
        }
        batch.contents = ServerRows(written: contents).all.map { row in
            IngestedContent(
                key: SpanKey(traceID: row.text(0), spanID: row.text(1)),
                time: row.optionalInt(2).map(Timestamp.init(unixNanoseconds:)), eventName: row.text(3),
                payload: row.optionalBytes(4) ?? [])
        }
        batch.assignments = ServerRows(written: assignments).all.map { row in
            RecordedAssignment(
                configKey: row.text(0), configVersion: Int(clamping: row.int(1)), sessionID: row.text(2),
                assignedModel: row.text(3), time: Timestamp(unixNanoseconds: row.int(4)))
        }
        batch.scores = ServerRows(written: scores).all.map { $0.writtenScore() }
        batch.position = ServerRows(written: position).first.map { row in
            FilePosition(device: row.word(0), inode: row.word(1), offset: row.int(2), path: row.text(3))
        }
    }
}
