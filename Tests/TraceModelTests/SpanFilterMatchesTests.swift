import Testing
import TraceModel

@Suite struct SpanFilterMatchesTests {
    static let stored = StoredSpan(
        sequence: 1,
        span: Span(
            key: SpanKey(traceID: "t1", spanID: "s1"), name: "chat.completions", kind: .llm, provider: "openai",
            requestModel: "gpt-4o", responseModel: "gpt-4o-2024-11-20", start: Timestamp(unixNanoseconds: 1000),
            end: Timestamp(unixNanoseconds: 2_000_001_000), durationNanoseconds: 2_000_000_000,
            usage: TokenUsage(prompt: 10, completion: 5, total: 15), status: .error, errorMessage: "429 Rate limit",
            promptKey: "onboarding", promptVersion: "3", promptVariantIndex: 1, tags: ["prod", "eu"]),
        sessionID: "conv-1", customerID: "vip-7", configKey: "summarizer", depth: 0)
    static let lookup = SpanFilterLookup(
        content: { "Where is my ORDER?" }, attribute: { $0 == "http.method" ? "POST" : nil })

    static let passing = [
        "", "model:gpt-4o", "model:GPT-4O*", "model:*2024*", "status:err*", "latency>=2s", "latency:2s", "tokens>14",
        "kind:llm", "session:conv-1", "customer:vip-*", "config:summarizer", "variant:1", "prompt:onboarding@3",
        "tag:prod", "attr.http.method:post", "since:1970-01-01", "order", "\"my order\"", "rate", "CHAT",
        "-model:claude*", "claude OR order", "provider:openai trace:t1 name:chat*",
    ]

    @Test(arguments: passing) func `a filter that holds lets the span through`(text: String) throws {
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        #expect(filter.matches(Self.stored, looking: Self.lookup))
    }

    static let failing = [
        "model:gpt-4", "status:ok", "latency>2s", "tokens<15", "kind:tool", "session:conv", "ttft>1ms", "-ttft>1ms x",
        "cost>0", "tag:pro", "attr.http.method:GET", "attr.missing:*", "since:1970-01-02", "refund",
        "order -order", "prompt:onboarding@4", "variant:0",
    ]

    @Test(arguments: failing) func `a filter that does not hold keeps the span out`(text: String) throws {
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        #expect(!filter.matches(Self.stored, looking: Self.lookup))
    }

    @Test func `patterns compare bytes, so that text written differently is different`() {
        #expect(SpanFilter.TextPattern("caf\u{E9}").matches("caf\u{E9}"))
        #expect(!SpanFilter.TextPattern("caf\u{E9}").matches("cafe\u{301}"))
        #expect(SpanFilter.TextPattern("a*b*c").matches("aXbYbZc"))
        #expect(!SpanFilter.TextPattern("a*b*c").matches("aXbYbZ"))
        #expect(SpanFilter.TextPattern("*").matches(""))
    }
}

@Suite struct CivilDateTests {
    @Test(arguments: [
        (0, 1970, 1, 1), (-1, 1969, 12, 31), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1), (20_780, 2026, 11, 23),
        (-719_162, 1, 1, 1),
    ]) func `days and dates agree both ways`(days: Int, year: Int, month: Int, day: Int) {
        #expect(CivilDate(daysSinceEpoch: days) == CivilDate(year: year, month: month, day: day))
        #expect(CivilDate(year: year, month: month, day: day).daysSinceEpoch == days)
    }

    @Test func `every day of two centuries goes there and back`() {
        for days in -36_524...36_524 {
            #expect(CivilDate(daysSinceEpoch: days).daysSinceEpoch == days)
        }
    }

    @Test func `times are written in ISO 8601 with milliseconds cut off`() {
        #expect(Timestamp(unixNanoseconds: 1_795_447_446_704_999_999).iso8601 == "2026-11-23T15:24:06.704Z")
        #expect(Timestamp(unixNanoseconds: -1).iso8601 == "1969-12-31T23:59:59.999Z")
    }
}
