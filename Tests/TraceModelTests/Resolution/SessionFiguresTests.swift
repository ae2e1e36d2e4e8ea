import Testing
import TraceModel

@Suite struct SessionFiguresTests {
    private func span(
        _ sequence: Int64, start: Int64, duration: Int64? = 10, kind: SpanKind = .llm, ttft: Int64? = nil,
        usage: TokenUsage = TokenUsage(), counted: Bool = true, model: String? = "m", config: String? = nil,
        cost: Cost? = nil
    ) -> SessionSpan {
        let begin = Timestamp(unixNanoseconds: start)
        return SessionSpan(
            sequence: sequence, kind: kind, status: .unset, isRunning: duration == nil, start: begin,
            end: duration.map { begin.advanced(byNanoseconds: $0) }, durationNanoseconds: duration,
            timeToFirstTokenNanoseconds: ttft, model: model, usage: usage, cost: cost, counts: counted ? .all : .call,
            customerID: nil, configKey: config)
    }

    private func figures(_ spans: [SessionSpan]) -> SessionSummary? {
        var figures = SessionFigures(sessionID: "s")
        for span in spans { figures.add(span) }
        return figures.figures()
    }

    @Test func `no spans have no figures`() {
        #expect(figures([]) == nil)
    }

    @Test(arguments: [
        (50, 1, 1), (50, 2, 1), (50, 3, 2), (95, 20, 19), (95, 21, 20), (95, 1, 1), (100, 5, 5), (1, 200, 2),
    ])
    func `percentiles are nearest ranks`(percent: Int, count: Int, expected: Int64) {
        #expect(nearestRank(percent, of: (1...count).map(Int64.init)) == expected)
    }

    @Test func `figures do not depend on the order of the spans`() {
        let spans = [
            span(
                3, start: 5, duration: 30, ttft: 2, usage: TokenUsage(prompt: 1, completion: 2, total: 3), config: "b"),
            span(1, start: 9, duration: 10, usage: TokenUsage(prompt: 4), model: "n", config: "c"),
            span(2, start: 5, duration: nil, usage: TokenUsage(total: 9), counted: false, config: "a"),
            span(4, start: 1, duration: 90, kind: .tool, cost: Cost(nanoDollars: 7, isEstimated: true)),
        ]
        let once = figures(spans)
        #expect(once == figures(spans.reversed()))
        #expect(once?.configKey == "a")
        #expect(once?.models == ["m", "n"])
        #expect(once?.totalTokens == 7)
        #expect(once?.running == 1)
        #expect(once?.latencyP50Nanoseconds == 10)
        #expect(once?.latencyMaxNanoseconds == 30)
        #expect(once?.ttftP95Nanoseconds == 2)
        #expect(once?.lastAt == Timestamp(unixNanoseconds: 91))
        #expect(once?.cost == Cost(nanoDollars: 7, isEstimated: true))
    }

    @Test func `while everything runs the last activity is the last start`() {
        let once = figures([span(1, start: 5, duration: nil), span(2, start: 8, duration: nil)])
        #expect(once?.lastAt == Timestamp(unixNanoseconds: 8))
    }

    @Test func `absurd figures saturate`() {
        let huge = span(1, start: 0, usage: TokenUsage(prompt: .max, completion: .max))
        #expect(figures([huge, huge])?.totalTokens == .max)
    }
}
