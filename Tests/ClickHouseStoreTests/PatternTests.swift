import Testing
import TraceModel

@testable import ClickHouseStore

@Suite struct PatternTests {
    @Test func `no letter beyond ASCII fits a pattern that is said to fit none`() {
        var found = 0
        for scalar in (0x80...0x1FFFF).lazy.compactMap(Unicode.Scalar.init) {
            let folded = FoldedText(String(scalar)).bytes
            guard !folded.isEmpty, folded.allSatisfy({ $0 < 0x80 }) else { continue }
            found += 1
            let same = SpanFilter.TextPattern(String(decoding: folded, as: UTF8.self))
            #expect(same.mayFitForeign, "\(scalar.value) is \(same.pattern)")
        }
        #expect(found > 8)
    }

    @Test(arguments: ["4bf92f3577b34da6", "gpt-4o", "claude-3"]) func `ids of hex digits need no other look`(
        text: String
    ) {
        #expect(!SpanFilter.TextPattern(text).mayFitForeign)
    }

    @Test func `a table's conditions never leave out what may pass`() throws {
        func rows(_ text: String) throws -> [String] {
            CollectorCondition(try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text))?.rows ?? []
        }
        #expect(try rows("trace:ABC").first == "TraceId = 'abc'")
        #expect(try rows("kind:llm -model:gpt latency>3s").isEmpty)
        // Inherited values and texts each in some row of the trace.
        #expect(try rows("customer:acme refund since:2026-11-23T00:00Z").count == 3)
        #expect(try rows("customer:acme OR kind:llm").isEmpty)
        // Digits may be written otherwise, and so may what says nothing.
        #expect(try rows("12345").isEmpty && rows("content:null").isEmpty && rows("1e5").isEmpty)
    }
}
