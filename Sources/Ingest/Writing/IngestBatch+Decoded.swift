internal import SpanCodec
internal import TraceModel

extension IngestBatch {
    /// What was decoded, on its way to the store.
    init(_ decoded: DecodedBatch, position: FilePosition? = nil) {
        self.init(
            spans: decoded.spans, contents: decoded.contents, events: decoded.events, position: position,
            masked: decoded.masked)
    }
}

extension DecodedBatch {
    /// Spans, contents and agents' events.
    var recordCount: Int { spans.count + contents.count + events.count }
}
