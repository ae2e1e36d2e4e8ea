import Fallom
import SpanCodec
import Testing
import TraceModel

@Suite struct ScoreTests {
    /// The scores that a receiver reads out of what the client sent.
    private static func scores(_ client: FallomClient) async throws -> [Score] {
        try await client.finishedSpans().flatMap { span in
            try SpanDecoder().decodeTraces(span.record.record.encoded(), encoding: .json).scores
        }
    }

    @Test func `sessions and spans are scored with numbers, words and yes or no`() async throws {
        let client = try FallomClient.testing()
        let session = client.session(configKey: "app", sessionID: "s-1")
        session.score("helpful", 1)
        session.score("tone", "dry", comment: "one word answers", by: "ada")
        let span = session.startSpan("answer")
        span.end()
        span.score("grounded", true)
        let found = try await Self.scores(client)
        #expect(
            found.map { "\($0.target.text) \($0.name) \($0.value.text) \($0.judge) \($0.comment ?? "-")" } == [
                "s-1 helpful 1 app -", "s-1 tone dry ada one word answers",
                "\(span.context.traceID)/\(span.context.spanID) grounded 1 app -",
            ])
    }

    @Test func `what cannot be kept is not sent, and never stops the app`() async throws {
        let client = try FallomClient.testing()
        let session = client.session(configKey: "app", sessionID: "s-1")
        session.score("", 1)
        session.score("x", .nan)
        session.score(String(repeating: "x", count: 201), 1)
        session.score("y", "")
        #expect(try await Self.scores(client).isEmpty)
    }

    @Test func `without content a comment stays in the process`() async throws {
        let client = try FallomClient.testing(captureContent: false)
        client.session(configKey: "app", sessionID: "s-1").score("helpful", 0, comment: "said: my card is 4111")
        #expect(try await Self.scores(client).map(\.comment) == [nil])
    }
}
