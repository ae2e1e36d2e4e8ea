import Testing
import TraceModel
import TraceStore

@testable import FallomCommand

@Suite struct SpanListingTests {
    private static func moment(_ second: Int64) -> Timestamp {
        Timestamp(unixMilliseconds: 1_000_000_000_000 + second * 1_000)
    }

    /// A call as two emitters told of it: an SDK's span with the client's below it, of which one counts.
    private static func nested(_ name: String, second: Int64) -> [IngestedSpan] {
        let outer = IngestedSpan.call(name, start: moment(second), milliseconds: 5)
        var inner = outer
        inner.span.key = SpanKey(traceID: outer.span.key.traceID, spanID: "inner")
        inner.span.parentID = outer.span.key.spanID
        return [outer, inner]
    }

    @Test func `neither calls that run nor spans that count as none take the place of calls that are over`()
        async throws
    {
        let temporary = try TemporaryStore()
        var spans: [IngestedSpan] = []
        for second in 0..<5 { spans.append(.call("over\(second)", start: Self.moment(Int64(second)), milliseconds: 5)) }
        for second in 10..<20 { spans.append(.call("running\(second)", start: Self.moment(Int64(second)))) }
        for second in 30..<33 { spans += Self.nested("nested\(second)", second: Int64(second)) }
        _ = try await temporary.store.append(IngestBatch(spans: spans))
        let listing = SpanListing(reader: temporary.store)
        let six = try await listing.calls(.all, limit: 6)
        #expect(six.map(\.span.name) == ["over2", "over3", "over4", "nested30", "nested31", "nested32"])
        let two = try await listing.calls(.all, limit: 2)
        #expect(two.map(\.span.name) == ["nested31", "nested32"])
        #expect(try await listing.calls(.all, limit: 100).count == 8)
        try await temporary.end()
    }
}
