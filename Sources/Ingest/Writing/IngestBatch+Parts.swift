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
    }

    /// The batch in parts that one commit each takes in little time, in order; how far a file was read is in the last.
    /// What spans share weighs once.
    func parts(mostSpans: Int, mostBytes: Int) -> [Part] {
        var parts: [Part] = []
        var start = 0
        var weight = 256
        var scale = SpanScale()
        for index in spans.indices {
            let added = scale.weight(of: spans[index].payload)
            if index > start, index - start >= mostSpans || weight + added > mostBytes {
                parts.append(Part(batch: IngestBatch(spans: Array(spans[start..<index])), weight: weight))
                start = index
                weight = 256
            }
            weight += added
        }
        var last = self
        if start > 0 { last.spans = Array(spans[start...]) }
        for content in contents { weight += 256 + content.payload.count }
        for event in events { weight += event.weight }
        for score in scores { weight += 512 + (score.comment?.utf8.count ?? 0) }
        parts.append(Part(batch: last, weight: weight + assignments.count * 256))
        return parts
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

extension AgentEvent {
    /// Roughly the memory it holds, and what its spans will.
    fileprivate var weight: Int {
        attributes.entries.reduce(2048) { sum, entry in
            guard case .string(let text) = entry.value else { return sum + 64 }
            return sum + 64 + 2 * text.utf8.count
        }
    }
}
