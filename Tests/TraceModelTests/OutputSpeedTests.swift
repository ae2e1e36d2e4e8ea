import Testing
import TraceModel

/// How fast an answer was written.
@Suite struct OutputSpeedTests {
    @Test(
        arguments: [
            (143, 1_240_000_000, 310_000_000, 153_763), (388, 2_000_000_000, nil, 194_000), (0, 1, nil, 0),
            (1, 3_000_000_000, nil, 333), (1, .max, nil, 0),
            // Unknown.
            (nil, 1_000_000_000, nil, nil), (100, nil, nil, nil), (100, nil, 5, nil), (nil, nil, nil, nil),
            // No time is left, or what was sent makes no sense.
            (100, 0, nil, nil), (100, 500, 500, nil), (100, 500, 501, nil), (-1, 500, nil, nil), (1, .min, 5, nil),
            (1, 5, .min, nil),
            // However much is claimed.
            (.max, 1, nil, 9_000_000_000_000_000_000), (.max, .max, nil, 1_000_000_000_000),
        ] as [(Int?, Int64?, Int64?, Int64?)])
    func `tokens are divided by the time after the first, or by all of it`(
        completion: Int?, duration: Int64?, firstToken: Int64?, speed: Int64?
    ) {
        let span = Span(
            key: SpanKey(traceID: "t", spanID: "s"), name: "chat", start: Timestamp(unixNanoseconds: 0),
            durationNanoseconds: duration, timeToFirstTokenNanoseconds: firstToken,
            usage: TokenUsage(prompt: 7, completion: completion, total: 99))
        #expect(span.outputMilliTokensPerSecond == speed)
        #expect(span.value(of: .speed) == speed)
    }
}
