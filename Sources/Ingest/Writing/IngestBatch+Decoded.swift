internal import SpanCodec
internal import TraceModel

extension IngestBatch {
    /// What was decoded, on its way to the store.
    init(_ decoded: DecodedBatch, position: FilePosition? = nil) {
        self.init(
            spans: decoded.spans, contents: decoded.contents, events: decoded.events, scores: decoded.scores,
            position: position, masked: decoded.masked)
    }
}

extension DecodedBatch {
    /// Spans, contents, agents' events, scores and what is kept.
    var recordCount: Int { spans.count + contents.count + events.count + scores.count + kept.count }
}
