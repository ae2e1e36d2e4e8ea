import Testing
import TraceModel

@Suite struct SpanFilterParserTests {
    static let now = Timestamp(unixNanoseconds: 1_795_447_120_000_000_000)
    let parser = SpanFilterParser(now: now)

    static let readings: [(String, SpanFilter)] = [
        ("", .all),
        ("   ", .all),
        ("model:gpt-4o*", .text(.model, .init("gpt-4o*"))),
        ("status:error", .text(.status, .init("error"))),
        ("latency>2s", .number(.latency, .greater, 2_000_000_000)),
        ("ttft>=500ms", .number(.ttft, .greaterOrEqual, 500_000_000)),
        ("speed>30", .number(.speed, .greater, 30_000)),
        ("speed<=5.5tok/s", .number(.speed, .lessOrEqual, 5_500)),
        ("tokens>1000", .number(.tokens, .greater, 1000)),
        ("tokens<=2k", .number(.tokens, .lessOrEqual, 2000)),
        ("tokens:7", .number(.tokens, .equal, 7)),
        ("cost>0.01", .number(.cost, .greater, 10_000_000)),
        ("cost>$1", .number(.cost, .greater, 1_000_000_000)),
        ("latency:>1.5s", .number(.latency, .greater, 1_500_000_000)),
        ("kind:tool", .text(.kind, .init("tool"))),
        ("prompt:onboarding@3", .and([.text(.promptKey, .init("onboarding")), .text(.promptVersion, .init("3"))])),
        ("prompt:onboarding", .text(.promptKey, .init("onboarding"))),
        ("attr.http.method:POST", .text(.attribute("http.method"), .init("POST"))),
        ("since:15m", .since(now.advanced(byNanoseconds: -900_000_000_000))),
        ("since:1970-01-02", .since(Timestamp(unixNanoseconds: 86_400_000_000_000))),
        ("since:1970-01-01T00:01:02Z", .since(Timestamp(unixNanoseconds: 62_000_000_000))),
        ("\"free text\"", .words("free text")),
        ("\"say \\\"hi\\\"\"", .words("say \"hi\"")),
        ("session:\"a b\"", .text(.session, .init("a b"))),
        ("-model:claude*", .not(.text(.model, .init("claude*")))),
        ("!refund", .not(.words("refund"))),
        ("- x", .and([.words("-"), .words("x")])),
        ("a b", .and([.words("a"), .words("b")])),
        ("a AND b", .and([.words("a"), .words("b")])),
        ("a OR b c", .or([.words("a"), .and([.words("b"), .words("c")])])),
        ("(a OR b) c", .and([.or([.words("a"), .words("b")]), .words("c")])),
        ("-(a OR b)", .not(.or([.words("a"), .words("b")]))),
        ("or", .words("or")),
    ]

    @Test(arguments: readings) func `a filter reads as meant`(text: String, filter: SpanFilter) throws {
        #expect(try parser.parse(text) == filter)
    }

    static let mistakes: [(String, column: Int, length: Int, hint: String)] = [
        ("modle:gpt", 0, 5, "did you mean model:"),
        ("a zebra:1", 2, 5, "in quotes"),
        ("latency>2", 8, 1, "latency>2s"),
        ("latency>fast", 8, 4, "latency>2s"),
        ("tokens>5s", 7, 2, "tokens>1000"),
        ("speed>2s", 6, 2, "speed>30"),
        ("speed:fast", 6, 4, "speed>30"),
        ("speed>9e99", 6, 4, "speed>30"),
        ("model>3", 5, 1, "model:3"),
        ("status:broken", 7, 6, "error, ok"),
        ("kind:robot", 5, 5, "llm"),
        ("model:", 6, 1, "type one"),
        ("\"open", 0, 5, "end it"),
        ("(a", 0, 1, "end it with )"),
        ("a )", 2, 1, "take it away"),
        ("a OR", 4, 1, "type a word"),
        ("OR a", 0, 2, "type a word"),
        ("since:whenever", 6, 8, "15m"),
        ("since:2026-13-01", 6, 10, "15m"),
        ("prompt:x@", 7, 2, "prompt:x@3"),
    ]

    @Test(arguments: mistakes) func `a mistake is named at its column`(
        text: String, column: Int, length: Int, hint: String
    ) throws {
        let mistake = try #require(throws: FilterMistake.self) { try parser.parse(text) }
        #expect(mistake.column == column)
        #expect(mistake.length == length)
        #expect(mistake.hint.contains(hint))
    }

    @Test func `deep nesting is refused and does not exhaust the stack`() throws {
        let text = String(repeating: "(", count: 100_000) + "a" + String(repeating: ")", count: 100_000)
        let mistake = try #require(throws: FilterMistake.self) { try parser.parse(text) }
        #expect(mistake.reason.contains("too deep"))
        #expect(throws: FilterMistake.self) { try parser.parse(String(repeating: "-", count: 5000) + "a") }
    }

    /// What is typed as a time when a clock two hours ahead of UTC shows 12:00; seconds after midnight UTC of that day. What
    /// that clock has not shown yet today was yesterday.
    @Test(arguments: [
        ("14:00", -43_200), ("11:30", 34_200), ("14:30", -41_400), ("today", -7_200), ("yesterday", -93_600),
        ("2026-11-24", -7_200), ("2026-11-24T01:00", -3_600), ("2026-11-24T01:00Z", 3_600), ("2026-11-24Z", 0),
        ("00:00:01", -7_199),
    ])
    func `times are those of the wall clock of whoever types`(text: String, seconds: Int64) throws {
        let midnight = try #require(ISO8601.parse("2026-11-24T00:00:00Z"))
        let noon = midnight.advanced(byNanoseconds: 36_000_000_000_000)
        let parser = SpanFilterParser(now: noon) { _ in 7_200 }
        #expect(
            try parser.parse("since:\(text)")
                == .since(midnight.advanced(byNanoseconds: seconds * 1_000_000_000)))
    }

    @Test func `an unknown field lists those like it, and all`() {
        #expect(throws: FilterMistake.self) { try SpanFilterParser(now: Self.now).parse("modle:x") }
        do {
            _ = try SpanFilterParser(now: Self.now).parse("modle:x")
        } catch {
            #expect(error.hint.hasPrefix("did you mean model:"))
            for name in SpanFilterParser.fieldNames { #expect(error.hint.contains(name)) }
        }
        for (field, example) in SpanFilterParser.examples {
            #expect(throws: Never.self, "\(field)") { try SpanFilterParser(now: Self.now).parse(example) }
            #expect(example.hasPrefix(field))
        }
        for field in SpanFilter.NumberField.allCases { #expect(SpanFilterParser.fieldNames.contains(field.rawValue)) }
    }
}
