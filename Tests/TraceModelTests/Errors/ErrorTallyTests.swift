import Testing

@testable import TraceModel

@Suite struct ErrorTallyTests {
    private func span(
        _ id: Int, _ message: String?, at start: Int64 = 0, session: String = "s", kind: SpanKind = .llm,
        model: String? = "m", provider: String? = "p", status: SpanStatus = .error
    ) -> StoredSpan {
        StoredSpan(
            sequence: Int64(id),
            span: Span(
                key: SpanKey(traceID: "t\(id)", spanID: "x"), name: "n", kind: kind, provider: provider,
                requestModel: model, start: Timestamp(unixNanoseconds: start), status: status, errorMessage: message),
            sessionID: session, customerID: nil, configKey: nil, depth: 0)
    }

    private func report(_ spans: [StoredSpan], groups: Int = 100, sessions: Int = 100) -> ErrorReport {
        var tally = ErrorTally(groups: groups, sessions: sessions)
        for span in spans { tally.add(span) }
        return tally.report
    }

    @Test func `a thousand errors that say the same are one group with its figures`() {
        let spans = (0..<1000).map { number in
            span(
                number, "429 slow down, request req_\(number * 7919 + 100_000)", at: Int64(number),
                session: "s\(number % 40)", model: number % 3 == 0 ? "b" : "a", provider: nil)
        }
        let expected = ErrorGroup(
            kind: .llm, message: "429 slow down, request req_*", count: 1000, firstAt: Timestamp(unixNanoseconds: 0),
            lastAt: Timestamp(unixNanoseconds: 999), models: ["a", "b"], providers: [], sessions: 40,
            example: SpanKey(traceID: "t999", spanID: "x"))
        #expect(report(spans) == ErrorReport(groups: [expected], beyond: 0))
        #expect(report(spans.reversed()) == ErrorReport(groups: [expected], beyond: 0))
    }

    @Test func `groups are of one kind, what did not fail is none, and the largest comes first`() {
        let groups = report([
            span(1, "late", kind: .tool), span(2, nil), span(3, "late"), span(4, "late"), span(5, "fine", status: .ok),
            span(6, "fine", status: .unset), span(7, " "),
        ]).groups
        #expect(groups.map(\.kind) == [.llm, .llm, .tool])
        #expect(groups.map(\.message) == [nil, "late", "late"])
        #expect(groups.map(\.count) == [2, 2, 1])
    }

    @Test func `groups beyond the most are counted together`() {
        let spans = (0..<60).map { span($0, String(repeating: "x", count: $0 % 20 + 1)) }
        let report = report(spans, groups: 5)
        #expect(report.groups.count == 5)
        #expect(report.beyond == 45)
        #expect(report.groups.reduce(report.beyond) { $0 + $1.count } == 60)
    }

    @Test func `sessions beyond what is remembered are told`() {
        let spans = (0..<30).map { span($0, $0 < 20 ? "a" : "b", session: "s\($0 % 10)") }
        let groups = report(spans, sessions: 12).groups
        #expect(groups.map(\.sessions) == [10, 2])
        #expect(groups.map(\.sessionsAreExact) == [true, false])
    }

    @Test func `the most frequent names come first, and are as many as there is room for`() {
        let spans = (0..<200).map { span($0, "a", model: $0 % 2 == 0 ? "often" : "m\($0)") }
        let models = report(spans).groups.first?.models ?? []
        #expect(models.first == "often")
        #expect(models.count == ErrorTally.mostNames)
        let long = report([span(1, "a", model: String(repeating: "m", count: 100_000))]).groups.first?.models
        #expect((long?.first?.utf8.count ?? 0) < 200)
    }

    @Test func `messages are told apart by bytes`() {
        #expect(report([span(1, "caf\u{E9}"), span(2, "cafe\u{301}")]).groups.count == 2)
    }
}
