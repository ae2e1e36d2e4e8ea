import Testing
import TraceModel

@Suite struct TraceParentTests {
    @Test func `a traceparent puts a call under its span, and nothing else does`() {
        let whole = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        #expect(SpanKey(traceparent: whole)?.spanID == "b7ad6b7169203331")
        for broken in [
            "", "00-0-0-0", "ff" + whole.dropFirst(2), whole.uppercased(),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        ] {
            #expect(SpanKey(traceparent: broken) == nil, "\(broken)")
        }
    }
}
