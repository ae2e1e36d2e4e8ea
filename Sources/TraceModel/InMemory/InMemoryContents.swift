/// What an ``InMemoryTraceStore`` holds.
struct InMemoryContents {
    /// A span key compared by bytes.
    struct Key: Hashable {
        var traceID: ExactText
        var spanID: ExactText

        init(_ key: SpanKey) {
            traceID = ExactText(key.traceID)
            spanID = ExactText(key.spanID)
        }
    }

    /// A span as it came, with its place.
    struct Record {
        var sequence: Int64
        var ingested: IngestedSpan
    }

    var records: [Key: Record] = [:]
    var logged: [IngestedContent] = []
    var assignments: [RecordedAssignment] = []
    var scores: [Score] = []
    var positions: [FilePosition] = []
    var lastSequence: Int64 = 0
    var revision: Int64 = 0
    private var cache: [Key: StoredSpan]?

    mutating func append(_ batch: IngestBatch) -> AppendReceipt {
        var receipt = AppendReceipt(stored: 0, replaced: 0, revision: revision)
        guard !batch.isEmpty else { return receipt }
        for ingested in batch.spans { put(ingested, &receipt) }
        for content in batch.contents where !logged.contains(content) { logged.append(content) }
        assignments += batch.assignments
        put(batch.scores.filter { $0.flaw == nil })
        if let position = batch.position {
            positions.removeAll { $0.device == position.device && $0.inode == position.inode }
            positions.append(position)
        }
        changed()
        receipt.revision = revision
        return receipt
    }

    /// Raises the revision, and forgets what was known of the one before.
    mutating func changed() {
        revision += 1
        cache = nil
    }

    private mutating func put(_ ingested: IngestedSpan, _ receipt: inout AppendReceipt) {
        let key = Key(ingested.span.key)
        if let old = records[key] {
            // A finished record always beats a start record (docs/codebase.md).
            guard old.ingested.span.isRunning || !ingested.span.isRunning else { return }
            records[key] = Record(sequence: old.sequence, ingested: ingested)
            receipt.replaced += 1
        } else {
            lastSequence += 1
            records[key] = Record(sequence: lastSequence, ingested: ingested)
            receipt.stored += 1
        }
    }

    /// Every span with what its trace says about it.
    mutating func resolved() -> [Key: StoredSpan] {
        if let cache { return cache }
        var spans: [Key: StoredSpan] = [:]
        for (traceID, records) in Dictionary(grouping: records.values, by: { ExactText($0.ingested.span.key.traceID) })
        {
            let nodes = records.map { TraceNode($0.ingested.span, sequence: $0.sequence) }
            for (record, resolution) in zip(records, TraceResolution.resolve(traceID: traceID.text, nodes)) {
                var stored = StoredSpan(
                    sequence: record.sequence, span: record.ingested.span, resolution: resolution)
                if !scores.isEmpty { stored.scores = scores(on: .span(stored.span.key)) }
                spans[Key(record.ingested.span.key)] = stored
            }
        }
        cache = spans
        return spans
    }

    mutating func payloads() -> [StoredSpanPayload] {
        resolved().keys.compactMap { payload(of: $0) }
    }

    mutating func payload(of key: Key) -> StoredSpanPayload? {
        guard let record = records[key], let stored = resolved()[key] else { return nil }
        let contents = logged.enumerated().filter { Key($0.element.key) == key }.sorted { left, right in
            let leftTime = left.element.time ?? Timestamp(unixNanoseconds: .min)
            let rightTime = right.element.time ?? Timestamp(unixNanoseconds: .min)
            return (leftTime, left.offset) < (rightTime, right.offset)
        }
        return StoredSpanPayload(
            stored: stored, payload: record.ingested.payload, contents: contents.map(\.element))
    }

    /// The sessions' figures; of those named by `passing` alone, where it is given.
    mutating func summaries(passing: Set<ExactText>?) -> [SessionSummary] {
        var figures: [ExactText: SessionFigures] = [:]
        for stored in resolved().values {
            let session = ExactText(stored.sessionID)
            guard passing?.contains(session) ?? true else { continue }
            figures[session, default: SessionFigures(sessionID: stored.sessionID)].add(SessionSpan(stored))
        }
        return figures.values.compactMap { figures in
            guard var summary = figures.figures() else { return nil }
            guard !scores.isEmpty else { return summary }
            let own = resolved().values.filter { ExactText($0.sessionID) == ExactText(summary.sessionID) }
            summary.scores = (scores(on: .session(summary.sessionID)) + own.flatMap(\.scores)).sorted(
                by: Score.precedes)
            return summary
        }
    }
}

extension StoredSpan {
    /// A span with what its trace says about it.
    public init(sequence: Int64, span: Span, resolution: SpanResolution) {
        self.init(
            sequence: sequence, span: span, sessionID: resolution.sessionID, customerID: resolution.customerID,
            configKey: resolution.configKey, counts: resolution.counts, depth: resolution.depth)
    }
}
