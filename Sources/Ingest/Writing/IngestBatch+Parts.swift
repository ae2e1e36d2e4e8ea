internal import TraceModel

extension IngestBatch {
    /// Spans, contents, agents' events, assignments and scores.
    var recordCount: Int { spans.count + contents.count + events.count + assignments.count + scores.count }

    /// Adds another batch behind this one, unless both are about different files.
    mutating func merge(_ other: IngestBatch) -> Bool {
        if let mine = position, let its = other.position, (mine.device, mine.inode) != (its.device, its.inode) {
            return false
        }
        // The first is taken as it is: to copy spans is to count their dozens of texts once more.
        if spans.isEmpty { spans = other.spans } else { spans += other.spans }
        contents += other.contents
        events += other.events
        assignments += other.assignments
        scores += other.scores
        position = other.position ?? position
        masked += other.masked
        return true
    }

    /// A part of a batch, and roughly the memory it holds.
    struct Part: Sendable {
        var batch: IngestBatch
        var weight: Int
        /// What the sink has made of it, where it was prepared already: then ``batch`` has no spans any more, and it is
        /// committed by itself.
        var prepared: PreparedBatch?
    }

    /// The batch in parts that one commit each takes in little time, in order; how far a file was read is in the last.
    /// What spans share weighs once.
    func parts(mostRecords: Int, mostBytes: Int) -> [Part] {
        let weight = self.weight
        guard recordCount > mostRecords || weight > mostBytes else { return [Part(batch: self, weight: weight)] }
        var cutter = PartCutter(mostRecords: mostRecords, mostBytes: mostBytes)
        var scale = SpanScale()
        cutter.cut(spans, weighing: { scale.weight(of: $0.payload) }, into: { $0.spans += $1 })
        cutter.cut(contents, weighing: \.weight, into: { $0.contents += $1 })
        cutter.cut(events, weighing: \.weight, into: { $0.events += $1 })
        cutter.cut(scores, weighing: \.weight, into: { $0.scores += $1 })
        cutter.cut(assignments, weighing: \.weight, into: { $0.assignments += $1 })
        cutter.last.batch.position = position
        cutter.last.batch.masked = masked
        return cutter.parts + [cutter.last]
    }

    private var weight: Int {
        var scale = SpanScale()
        var weight = PartCutter.least
        for index in spans.indices { weight += scale.weight(of: spans[index].payload) }
        for content in contents { weight += content.weight }
        for event in events { weight += event.weight }
        for score in scores { weight += score.weight }
        for assignment in assignments { weight += assignment.weight }
        return weight
    }
}

/// Cuts the records of a batch, whatever they are, into parts.
private struct PartCutter {
    /// What a part weighs that holds nothing.
    static let least = 256

    let mostRecords: Int
    let mostBytes: Int
    private(set) var parts: [IngestBatch.Part] = []
    /// The part that is being filled.
    var last = IngestBatch.Part(batch: IngestBatch(), weight: least)
    private var count = 0

    init(mostRecords: Int, mostBytes: Int) {
        self.mostRecords = mostRecords
        self.mostBytes = mostBytes
    }

    mutating func cut<Record>(
        _ records: [Record], weighing weight: (Record) -> Int, into put: (inout IngestBatch, ArraySlice<Record>) -> Void
    ) {
        var start = 0
        for index in records.indices {
            let added = weight(records[index])
            if count > 0, count >= mostRecords || last.weight + added > mostBytes {
                put(&last.batch, records[start..<index])
                parts.append(last)
                last = IngestBatch.Part(batch: IngestBatch(), weight: Self.least)
                count = 0
                start = index
            }
            last.weight += added
            count += 1
        }
        put(&last.batch, records[start...])
    }
}

/// Weighs spans one after the other: their bytes, a sum for their fields, and what is around them where it is not what
/// was around the one before.
private struct SpanScale {
    private var last: (own: SpanPayload.Shared, resource: SpanPayload.Shared)?

    mutating func weight(of payload: SpanPayload) -> Int {
        let own = SpanPayload.Shared(payload.surroundings)
        let resource = SpanPayload.Shared(payload.resource)
        var weight = 1024 + payload.span.count
        if own != last?.own { weight += payload.surroundings.count }
        if resource != last?.resource { weight += payload.resource.count }
        last = (own, resource)
        return weight
    }
}

extension IngestedContent {
    fileprivate var weight: Int { 256 + payload.count }
}

extension Score {
    fileprivate var weight: Int { 512 + (comment?.utf8.count ?? 0) }
}

extension RecordedAssignment {
    fileprivate var weight: Int { 256 }
}

extension AgentEvent {
    /// Roughly the memory it holds, and what its spans will.
    fileprivate var weight: Int {
        attributes.entries.reduce(2048) { sum, entry in
            guard case .string(let text) = entry.value else { return sum + 64 }
            return sum + 64 + 2 * text.utf8.count
        }
    }
}
