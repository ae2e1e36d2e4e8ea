import Fallom
import SpanCodec
import Testing
import TraceModel

@Suite struct ScoreTests {
    /// What the clients of these tests send.
    private let sent = InMemoryExporter()

    private func client(captureContent: Bool = true) throws -> FallomClient {
        try FallomClient.testing(captureContent: captureContent) { $0.exporters.append(sent) }
    }

    /// The scores that a receiver reads out of what the client sent.
    private func scores(_ client: FallomClient) async throws -> [Score] {
        await client.flush()
        return try sent.spans.flatMap { span in
            try SpanDecoder().decodeTraces(span.record.encoded(), encoding: .json).scores
        }
    }

    @Test func `sessions and spans are scored with numbers, words and yes or no`() async throws {
        let client = try self.client()
        let session = client.session(configKey: "app", sessionID: "s-1")
        session.score("helpful", 1)
        session.score("tone", "dry", comment: "one word answers", by: "ada")
        let span = session.startSpan("answer")
        span.end()
        span.score("grounded", true)
        let found = try await scores(client)
        #expect(
            found.map { "\($0.target.text) \($0.name) \($0.value.text) \($0.judge) \($0.comment ?? "-")" } == [
                "s-1 helpful 1 app -", "s-1 tone dry ada one word answers",
                "\(span.context.traceID)/\(span.context.spanID) grounded 1 app -",
            ])
    }

    @Test func `what cannot be kept is not sent, and never stops the app`() async throws {
        let client = try self.client()
        let session = client.session(configKey: "app", sessionID: "s-1")
        session.score("", 1)
        session.score("x", .nan)
        session.score(String(repeating: "x", count: 201), 1)
        session.score("y", "")
        #expect(try await scores(client).isEmpty)
    }

    @Test func `without content a comment stays in the process`() async throws {
        let client = try self.client(captureContent: false)
        client.session(configKey: "app", sessionID: "s-1").score("helpful", 0, comment: "said: my card is 4111")
        #expect(try await scores(client).map(\.comment) == [nil])
    }

    @Test func `a test reads scores beside the spans, not among them`() async throws {
        let fallom = try FallomClient.testing()
        let session = fallom.session(configKey: "app", sessionID: "s-1")
        let span = session.startSpan("answer")
        span.end()
        session.score("helpful", false, comment: "it asked back")
        span.score("tone", "dry", by: "ada")
        #expect(await fallom.finishedSpans().map(\.name) == ["answer"])
        let scores = await fallom.finishedScores()
        #expect(scores.map(\.name) == ["helpful", "tone"])
        #expect(scores.map(\.value) == [0, nil] && scores.map(\.word) == [nil, "dry"])
        #expect(scores.map(\.comment) == ["it asked back", nil] && scores.map(\.judge) == ["app", "ada"])
        #expect(scores.map(\.sessionID) == ["s-1", "s-1"] && scores.map(\.span) == [nil, span.context])
    }
}
