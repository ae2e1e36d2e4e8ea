import TraceModel

/// Plain spans, made to order.
enum Samples {
    static func span(
        _ id: String, trace: String = "t", parent: String? = nil, session: String? = "s", start: Int64 = 0,
        duration: Int64? = 10, tokens: Int? = nil, body: String = "body"
    ) -> IngestedSpan {
        var span = Span(
            key: SpanKey(traceID: trace, spanID: id), parentID: parent, name: id, kind: .llm,
            start: Timestamp(unixNanoseconds: start))
        span.identity.session.own = session
        span.durationNanoseconds = duration
        span.end = duration.map { span.start.advanced(byNanoseconds: $0) }
        span.usage.total = tokens
        return IngestedSpan(span: span, payload: SpanPayload(format: .fallomRecord, span: Array(body.utf8)))
    }

    /// A batch of spans, each of a trace of its own.
    static func batch(_ ids: some Sequence<Int>, session: String = "s", body: String = "body") -> IngestBatch {
        IngestBatch(
            spans: ids.map {
                span("a", trace: "t\($0)", session: session, start: Int64($0), body: "\(body) \($0)")
            })
    }
}
