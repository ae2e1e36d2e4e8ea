public import OrderedJSON
public import TraceModel

/// Reads what a stored payload holds beyond the normalised fields.
public struct PayloadDecoder: Sendable {
    /// The bounds; those of ``SpanDecoder`` suffice, for the payload came through it.
    public let limits: SpanDecoder.Limits

    /// Makes a decoder.
    public init(limits: SpanDecoder.Limits = SpanDecoder.Limits()) {
        self.limits = limits
    }
}

extension PayloadDecoder {
    /// Builds what the span's screen shows: messages, attributes, events, phases. `contents` are the logged messages
    /// that belong to the span.
    public func detail(of payload: SpanPayload, contents: [IngestedContent] = []) throws(DecodeError) -> SpanDetail {
        SpanDetail()
    }

    /// The text that went in and came out.
    public func texts(of payload: SpanPayload, contents: [IngestedContent] = []) throws(DecodeError) -> SpanTexts {
        SpanTexts()
    }

    /// The span as it came, for the inspector: a Fallom record as it is, OTLP as OTLP JSON (protobuf too) with
    /// `resource`, `scope` and `span` members.
    public func rawJSON(of payload: SpanPayload) throws(DecodeError) -> JSONValue {
        .null
    }

    /// Fills in what a span could not know because its content came apart from it (D13).
    public func complete(_ span: inout Span, from detail: SpanDetail) {
        if span.finishReason == nil { span.finishReason = detail.finishReason }
        if span.toolCalls.isEmpty { span.toolCalls = detail.toolCalls }
    }
}
