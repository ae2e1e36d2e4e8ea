import TraceModel

extension PayloadDecoder {
    func detail(of payload: SpanPayload, contents: [IngestedContent] = [], span: Span) throws(DecodeError) -> SpanDetail
    { SpanDetail() }
}
