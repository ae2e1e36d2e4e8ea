import Fallom
import Testing

/// A request is a session for all that is done for it.
@Suite struct HummingbirdTests {
    private struct Context: RequestContext {}

    private struct Nowhere: ResponseBodyWriter {
        mutating func write(_ bytes: [UInt8]) async throws {}
    }

    private static let request = ChatRequest(model: "gpt-4o", messages: [.user("Hello")])

    private static func tape() throws -> ExchangeTape {
        try ExchangeTape([
            [
                "request": ["path": "/chat/completions"],
                "response": ["body": ["choices": [["message": ["content": "Hi"], "finish_reason": "stop"]]]],
                "repeats": true,
            ]
        ])
    }

    @Test func `a client made once makes each request's calls in its session, streamed answers' too`() async throws {
        let fallom = try FallomClient.testing(exchanges: try Self.tape())
        let openAI = fallom.openAI
        let middleware = SessionMiddleware<Context>(fallom, configKey: "server")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let headers = HTTPFields(fields: [
                        HTTPField(name: .init(rawName: "x-conversation-id"), value: "conversation-\(number)")
                    ])
                    let response = try await middleware.handle(Request(headers: headers), context: Context()) { _, _ in
                        _ = try await openAI.chat.completions.create(Self.request)
                        return Response(
                            body: ResponseBody { writer in
                                let text = try await openAI.chat.completions.create(Self.request).text
                                try await writer.write(Array(text.utf8))
                            })
                    }
                    try await response.body.write(Nowhere())
                }
            }
            try await group.waitForAll()
        }
        let spans = await fallom.finishedSpans()
        let counts = Dictionary(grouping: spans, by: \.record.sessionID).mapValues(\.count)
        #expect(counts.count == 20 && counts.values.allSatisfy { $0 == 2 })
        #expect(spans.allSatisfy { $0.record.configKey == "server" && $0.output == ["Hi"] })
    }

    @Test func `a request that names no session is one of its own`() async throws {
        let fallom = try FallomClient.testing(exchanges: try Self.tape())
        let middleware = SessionMiddleware<Context>(fallom, configKey: "server")
        for _ in 0..<2 {
            _ = try await middleware.handle(Request(), context: Context()) { _, _ in
                _ = try await fallom.openAI.chat.completions.create(Self.request)
                return Response(body: ResponseBody { _ in })
            }
        }
        #expect(Set(await fallom.finishedSpans().map(\.record.sessionID)).count == 2)
    }
}
