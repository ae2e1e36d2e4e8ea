import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct ScoreDecodingTests {
    private let decoder = SpanDecoder()
    private static let now = Timestamp(unixNanoseconds: 1_795_446_000_000_000_000)

    private static let key = SpanKey(
        traceID: "00000000000000000000000000000001", spanID: "0000000000000002")

    private static func attribute(_ name: String, _ value: JSONValue) -> JSONValue {
        ["key": .string(name), "value": value]
    }

    /// A request with one span and one evaluation event, in the scope of a judge.
    private static func request(_ attributes: [JSONValue]) -> JSONValue {
        let span: JSONValue = [
            "traceId": .string(key.traceID), "spanId": .string(key.spanID), "name": "chat",
            "startTimeUnixNano": "1795446000000000000", "endTimeUnixNano": "1795446001000000000",
            "events": [
                [
                    "name": "gen_ai.evaluation.result", "timeUnixNano": "1795446001000000000",
                    "attributes": .array(attributes),
                ]
            ],
        ]
        return ["resourceSpans": [["scopeSpans": [["scope": ["name": "judges"], "spans": [span]]]]]]
    }

    @Test func `evaluation events are scores, in JSON and in protobuf`() throws {
        let request = Self.request([
            Self.attribute("gen_ai.evaluation.name", ["stringValue": "relevance"]),
            Self.attribute("gen_ai.evaluation.score.value", ["doubleValue": 0.75]),
            Self.attribute("gen_ai.evaluation.score.label", ["stringValue": "relevant"]),
            Self.attribute("gen_ai.evaluation.explanation", ["stringValue": "on topic"]),
        ])
        let expected = Score(
            target: .span(Self.key), name: "relevance", value: .number(0.75), comment: "on topic", judge: "judges",
            time: Timestamp(unixNanoseconds: 1_795_446_001_000_000_000))
        let json = try decoder.decodeTraces(request.compactBytes, encoding: .json)
        #expect(json.scores == [expected] && json.spans.count == 1)
        let found = try #require(json.spans.first)
        let message = try SpanExport.otlpMessage(of: found.span, payload: found.payload)
        let protobuf = try decoder.decodeTraces(message, encoding: .protobuf)
        #expect(protobuf.scores == [expected] && protobuf.spans.count == 1)
    }

    @Test func `an event without a value is refused, its span is kept`() throws {
        let request = Self.request([Self.attribute("gen_ai.evaluation.name", ["stringValue": "relevance"])])
        let batch = try decoder.decodeTraces(request.compactBytes, encoding: .json)
        #expect(batch.scores.isEmpty && batch.spans.count == 1)
        #expect(batch.rejected.first?.field == "gen_ai.evaluation.score.value")
    }

    @Test(arguments: [Score.Target.session("s-1"), .span(SpanKey(traceID: "t", spanID: "x"))])
    func `a score written as a record is read back the same, plain and inside OTLP`(target: Score.Target) throws {
        for value in [Score.Value.number(-0.5), .word("good \"and\" quoted")] {
            let score = Score(
                target: target, name: "helpful", value: value, comment: "why\nnot", judge: "ada", time: Self.now)
            let session: String? = if case .session(let id) = target { id } else { nil }
            let stored = StoredScore(score: score, sessionID: session)
            let plain = try decoder.decodeTraces(ScoreRecord.record(stored).encoded(), encoding: .json)
            #expect(plain.scores == [score] && plain.spans.isEmpty && plain.rejected.isEmpty)
            let wrapped = try decoder.decodeTraces(ScoreRecord.otlpLine(stored), encoding: .json)
            #expect(wrapped.scores == [score] && wrapped.spans.isEmpty)
        }
    }

    @Test(
        arguments: [
            ([("fallom.score.value", JSONValue.number(1))], "name"),
            ([("fallom.score.name", "x")], "fallom.score.value"),
            ([("fallom.score.name", "x"), ("fallom.score.value", ["list"])], "fallom.score.value"),
        ] as [([(String, JSONValue)], String)])
    func `a record that says it is a score and is none makes neither`(
        attributes: [(String, JSONValue)], field: String
    ) throws {
        var record = FallomRecord(
            configKey: "app", sessionID: "s", traceID: "t", spanID: "x", name: "score", startTime: Self.now,
            endTime: Self.now)
        record.attributes = attributes.map { JSONMember($0.0, $0.1) }
        let batch = try decoder.decodeTraces(record.encoded(), encoding: .json)
        guard attributes.contains(where: { $0.0 == "fallom.score.name" }) else {
            // Without the name it is a span like any other.
            #expect(batch.spans.count == 1 && batch.scores.isEmpty)
            return
        }
        #expect(batch.spans.isEmpty && batch.scores.isEmpty && batch.rejected.first?.field == field)
    }

    @Test func `an evaluation run gives a score for each metric of each result`() throws {
        let body: JSONValue = [
            "judge_model": "openai/gpt-4o-mini",
            "results": [
                [
                    "toxicity": 0.5, "bias": .null, "own": 2, "latency_ms": 7,
                    "reasoning": ["toxicity": "rude", "own": "of the app"],
                ], ["faithfulness": 1, "trace_id": "t", "span_id": "x"],
            ],
        ]
        let decoded = try decoder.decodeEvaluations(body.compactBytes, time: Self.now)
        let run = try #require(decoded.run)
        #expect(
            decoded.scores.map { "\($0.target.text) \($0.name) \($0.value.text) \($0.comment ?? "-")" } == [
                "evals/\(run)/0 toxicity 0.5 rude", "evals/\(run)/0 own 2 of the app", "t/x faithfulness 1 -",
            ])
        #expect(decoded.scores.allSatisfy { $0.judge == "openai/gpt-4o-mini" })
    }
}
