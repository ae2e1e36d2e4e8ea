#if Metrics
import Fallom
import FallomMetrics
import MetricsTestKit
import OrderedJSON
import SpanCodec
import Testing
import TraceModel

/// What calls take, as metrics by the GenAI conventions.
@Suite struct CallMetricsTests {
    private func client(
        _ exchanges: JSON, _ change: (inout FallomOptions) -> Void = { _ in }
    ) throws -> (FallomClient, TestMetrics) {
        let metrics = TestMetrics()
        let fallom = try FallomClient.testing(exchanges: try ExchangeTape(exchanges)) { options in
            options.recordMetrics(to: metrics)
            change(&options)
        }
        return (fallom, metrics)
    }

    private static let answer: JSON = [
        "request": ["path": "/chat/completions"],
        "response": [
            "body": [
                "model": "gpt-4o-2024-11-20", "choices": [["message": ["content": "Hi"], "finish_reason": "stop"]],
                "usage": ["prompt_tokens": 14, "completion_tokens": 3, "total_tokens": 17],
            ]
        ],
    ]
    private static let refusal: JSON = [
        "request": ["path": "/chat/completions"],
        "response": ["status": 429, "body": ["error": ["message": "slow down"]]],
    ]
    private static let request = ChatRequest(model: "gpt-4o", messages: [.user("Hello")])
    private static let common = [
        ("gen_ai.operation.name", "chat"), ("gen_ai.provider.name", "openai"), ("gen_ai.request.model", "gpt-4o"),
        ("gen_ai.response.model", "gpt-4o-2024-11-20"),
    ]

    @Test func `each call is timed and its tokens are counted, by the conventions' names`() async throws {
        let (fallom, metrics) = try client([Self.answer, Self.answer, Self.refusal])
        await fallom.withSession(configKey: "app", sessionID: "s") { session in
            session.startSpan("no call").end()
            for _ in 0..<3 { _ = try? await fallom.openAI.chat.completions.create(Self.request) }
        }
        await fallom.flush()
        let input = try metrics.expectRecorder(
            "gen_ai.client.token.usage", Self.common + [("gen_ai.token.type", "input")])
        let output = try metrics.expectRecorder(
            "gen_ai.client.token.usage", Self.common + [("gen_ai.token.type", "output")])
        #expect(input.values == [14, 14] && output.values == [3, 3])
        let good = try metrics.expectTimer("gen_ai.client.operation.duration", Self.common)
        #expect(good.values.count == 2 && good.values.allSatisfy { $0 >= 0 })
        let bad = try metrics.expectTimer(
            "gen_ai.client.operation.duration",
            Array(Self.common.prefix(3)) + [("gen_ai.response.model", "gpt-4o"), ("error.type", "ProviderError")])
        #expect(bad.values.count == 1)
        #expect(metrics.timers.count == 2)
    }

    @Test func `calls of sessions that are not sent count, and what is taken out does not change that`() async throws {
        let (fallom, metrics) = try client([Self.answer, Self.answer]) { options in
            options.sessionShare = 0
            options.redact = { _ in nil }
        }
        await fallom.withSession(configKey: "app", sessionID: "s") {
            for _ in 0..<2 { _ = try? await fallom.openAI.chat.completions.create(Self.request) }
        }
        #expect(await fallom.finishedSpans().isEmpty)
        #expect(try metrics.expectTimer("gen_ai.client.operation.duration", Self.common).values.count == 2)
    }

    @Test func `a provider that makes up ever new models fills no memory`() {
        let metrics = TestMetrics()
        let calls = CallMetrics(factory: metrics)
        for number in 0..<1100 {
            var record = FallomRecord(
                configKey: "app", sessionID: "s", traceID: "t", spanID: "\(number)", name: "call", kind: .llm,
                startTime: Timestamp(unixMilliseconds: 1))
            record.durationMilliseconds = 2
            record.attributes = [JSONMember("gen_ai.response.model", .string("m-\(number)"))]
            calls.record(SpanRecord(record))
        }
        let timers = metrics.timers(label: "gen_ai.client.operation.duration")
        #expect(timers.count == 1001 && timers.reduce(0) { $0 + $1.values.count } == 1100)
    }
}
#endif
