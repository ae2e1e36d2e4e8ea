import TraceModel

/// Spans as wild as an emitter could make them: few ids, so that they meet, and every field now and then.
struct RandomSpans {
    var dice: Dice
    var traces = 6
    var spansPerTrace = 12

    init(seed: UInt64) {
        dice = Dice(state: seed)
    }

    mutating func batch() -> IngestBatch {
        let spans = (0..<Int.random(in: 0...8, using: &dice)).map { _ in ingested() }
        var batch = IngestBatch(spans: spans)
        if dice.chance(4) { batch.contents = [content()] }
        if dice.chance(6) {
            batch.assignments = [
                RecordedAssignment(
                    configKey: dice.pick(["c", "k"]), configVersion: dice.pick([2, 3]),
                    sessionID: dice.pick(["a", "b", "t1", "nobody"]), assignedModel: dice.pick(["m", "n"]),
                    time: Timestamp(unixNanoseconds: dice.number(0...99)))
            ]
        }
        if dice.chance(5) { batch.scores = [score(), score()] }
        return batch
    }

    private mutating func score() -> Score {
        Score(
            target: dice.chance(2) ? .session(dice.pick(["a", "b", "t1", "nobody"])) : .span(key()),
            name: dice.pick(["tone", "Größe"]), value: Score.Value(dice.pick(["good", "0.5", "1e-7"])),
            comment: maybe(["it's\nso"]), judge: dice.pick(["ada", "bot"]),
            time: Timestamp(unixNanoseconds: dice.number(0...9)))
    }

    mutating func key() -> SpanKey {
        SpanKey(
            traceID: "t\(Int.random(in: 0..<traces, using: &dice))",
            spanID: "s\(Int.random(in: 0..<spansPerTrace, using: &dice))")
    }

    private mutating func maybe(_ values: [String], oneIn: Int = 3) -> String? {
        dice.chance(oneIn) ? dice.pick(values) : nil
    }

    private mutating func maybe(_ range: ClosedRange<Int64>) -> Int64? { dice.chance(2) ? dice.number(range) : nil }

    mutating func ingested() -> IngestedSpan {
        let key = key()
        var span = Span(
            key: key, parentID: maybe((0..<spansPerTrace).map { "s\($0)" }, oneIn: 2),
            name: dice.pick(["chat", "tool_call", "Ünï", "", "100%", "a*b"]), kind: dice.pick(SpanKind.allCases),
            dialect: dice.pick(SpanDialect.allCases), start: Timestamp(unixNanoseconds: dice.number(-50...50)))
        span.identity = SpanIdentity(
            session: .init(
                own: maybe(["a", "b", "conv-1", "A", RunMark.session(of: "Größe")], oneIn: 5),
                resource: maybe(["r"], oneIn: 9)),
            customer: .init(own: maybe(["VIP-1", "vip-2"], oneIn: 5), resource: maybe(["x"], oneIn: 9)),
            config: .init(own: maybe(["k"], oneIn: 5), resource: maybe(["service"], oneIn: 4)))
        span.durationNanoseconds = maybe(0...100)
        span.end = span.durationNanoseconds.flatMap { dice.chance(2) ? span.start.advanced(byNanoseconds: $0) : nil }
        span.timeToFirstTokenNanoseconds = maybe(1...50)
        span.isStreaming = dice.chance(2)
        span.usage = TokenUsage(
            prompt: maybe(0...9).map(Int.init), completion: maybe(0...9).map(Int.init),
            total: maybe(0...20).map(Int.init), cached: maybe(0...3).map(Int.init))
        span.cost = maybe(0...99).map { Cost(nanoDollars: $0, isEstimated: $0 % 2 == 0) }
        span.status = dice.pick(SpanStatus.allCases)
        fillTexts(of: &span)
        return IngestedSpan(span: span, payload: payload())
    }

    private mutating func fillTexts(of span: inout Span) {
        span.provider = maybe(["openai", "anthropic"])
        span.requestModel = maybe(["gpt-4o", "GPT-4o-mini", "claude_3"])
        span.responseModel = maybe(["gpt-4o-2024", "claude-3"])
        span.responseID = maybe(["r1", "r2", "r3"])
        span.finishReason = maybe(["stop"])
        span.errorMessage = maybe(["429 Rate\u{0}limit", "boom"])
        span.promptKey = maybe(["onboarding"])
        span.promptVersion = maybe(["3", "v4"])
        span.promptABTestKey = maybe(["ab"])
        span.promptVariantIndex = maybe(0...2).map(Int.init)
        span.tags = maybe(["prod", "eu"]).map { [$0, "z"] } ?? []
        span.toolCalls = maybe(["search", ""]).map { [$0] } ?? []
        if dice.chance(5) {
            span.context = AttributeMap(dice.chance(3) ? [] : [.init("plan", .string(dice.pick(["free", "pro"])))])
        }
        if dice.chance(4) {
            span.metadata = AttributeMap([
                .init("a", .array([.int(.min), .double(0.5), .bool(true), .null, .bytes([0, 255])])),
                .init("b", .map(AttributeMap([.init("", .string("x"))]))),
            ])
        }
    }

    private mutating func payload() -> SpanPayload {
        let text = dice.pick(["where is my ORDER", "héllo", ""])
        return SpanPayload(
            format: dice.pick([.fallomRecord, .otlpJSON, .otlpProtobuf]), span: Array(text.utf8),
            surroundings: dice.chance(2) ? Array("resource".utf8) : [])
    }

    private mutating func content() -> IngestedContent {
        IngestedContent(
            key: key(), time: maybe(0...9).map(Timestamp.init(unixNanoseconds:)), eventName: "gen_ai.choice",
            payload: Array(dice.pick(["{\"logged\":1}", "{}"]).utf8))
    }

    /// What a codec would give to a filter: here simply the bytes as text.
    static let lookup: @Sendable (StoredSpanPayload) -> SpanFilterLookup = { payload in
        SpanFilterLookup(
            content: {
                String(decoding: payload.payload.span, as: UTF8.self)
                    + payload.contents.map { String(decoding: $0.payload, as: UTF8.self) }.joined()
            },
            attribute: { $0 == "size" ? "\(payload.payload.span.count)" : nil })
    }
}
