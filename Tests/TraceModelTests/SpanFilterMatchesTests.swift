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
        "speed:2.5", "speed<3",
        "kind:llm", "session:conv-1", "customer:vip-*", "config:summarizer", "variant:1", "prompt:onboarding@3",
        "tag:prod", "attr.http.method:post", "since:1970-01-01", "order", "\"my order\"", "rate", "CHAT",
        "-model:claude*", "claude OR order", "provider:openai trace:t1 name:chat*",
    ]

    @Test(arguments: passing) func `a filter that holds lets the span through`(text: String) throws {
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        #expect(filter.matches(Self.stored, looking: Self.lookup))
    }

    static let failing = [
        "model:gpt-4", "status:ok", "latency>2s", "tokens<15", "speed>2.5", "kind:tool", "session:conv", "ttft>1ms",
        "-ttft>1ms x",
        "cost>0", "tag:pro", "attr.http.method:GET", "attr.missing:*", "since:1970-01-02", "refund",
        "order -order", "prompt:onboarding@4", "variant:0",
    ]

    @Test(arguments: failing) func `a filter that does not hold keeps the span out`(text: String) throws {
        let filter = try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        #expect(!filter.matches(Self.stored, looking: Self.lookup))
    }

    @Test(arguments: [
        ("caf\u{E9}", "cafe\u{301}", true), ("CAF\u{C9}", "cafe\u{301}", true), ("cafe", "caf\u{E9}", false),
        ("cafe*", "caf\u{E9}", false), ("stra\u{DF}e", "STRASSE", true), ("\u{3A3}\u{391}\u{3A3}", "σας", true),
        ("привет*", "ПРИВЕТ, мир", true), ("\u{AC00}*", "\u{1100}\u{1161}\u{11A8}", false),
        ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false), ("*", "", true), ("a*a", "a", false), ("", "", true),
        ("*a*b", "xaxab", true), ("ab*ab", "abab", true), ("ab*bc", "abc", false),
    ]) func `patterns ignore case and normal form, as people do`(pattern: String, text: String, fits: Bool) {
        #expect(SpanFilter.TextPattern(pattern).matches(text) == fits)
    }

    @Test(arguments: [
        ("\u{C9}cole", "l'e\u{301}cole", true), ("ОШИБКА", "сетевая ошибка", true), ("cole", "école", true),
        ("e\u{301}", "\u{C9}", true), ("ee", "e\u{301}e", false), ("", "x", true), ("aab", "aaab", true),
    ]) func `words ignore case and normal form`(word: String, text: String, holds: Bool) {
        #expect(FoldedText(text).contains(FoldedText(word)) == holds)
    }

    @Test func `a long text of one letter is searched for another in one pass`() {
        // By going back for each letter this took three thousand million steps.
        let text = FoldedText(String(repeating: "a", count: 1 << 20))
        #expect(!text.contains(FoldedText(String(repeating: "a", count: 3000) + "b")))
        let pattern = "*" + String(repeating: "a", count: 3000) + "b*"
        #expect(!SpanFilter.TextPattern(pattern).matches(String(repeating: "A", count: 1 << 20)))
    }

    @Test func `more conditions than a filter takes are refused with their number`() {
        let text = Array(repeating: "a", count: 5000).joined(separator: " OR ")
        let mistake = #expect(throws: FilterMistake.self) {
            try SpanFilterParser(now: Timestamp(unixNanoseconds: 0)).parse(text)
        }
        #expect(mistake?.reason.contains("5000 conditions") == true)
        #expect(mistake?.hint.contains("2000") == true)
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
