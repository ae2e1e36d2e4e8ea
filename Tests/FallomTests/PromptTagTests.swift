import Fallom
import OrderedJSON
import Testing

@Suite struct PromptTagTests {
    static let prompts: [JSONValue] = [
        ["key": "greet", "version": 3, "system_prompt": "S {{name}}", "user_template": "U"],
        ["key": "short", "version": 1, "system_prompt": "short", "user_template": ""],
    ]
    static let tests: [JSONValue] = [
        ["key": "ab", "version": 1, "variants": [["prompt_key": "greet", "weight": 100]]]
    ]

    private func client() throws -> TestClient {
        try TestClient(StubTransport(prompts: Self.prompts, tests: Self.tests))
    }

    private func call(_ session: Session) async throws {
        _ = try await session.wrapOpenAI(EchoChat()).createChatCompletion(ChatRequest(model: "m", messages: []))
    }

    @Test func `a session's prompt tags the next call of the task, once`() async throws {
        let test = try client()
        let session = test.session
        let prompt = try await session.getPrompt("greet", variables: ["name": "Ada"])
        #expect(prompt.system == "S Ada")
        try await call(session)
        try await call(session)
        let records = await test.records()
        #expect(records.map(\.promptKey) == ["greet", nil])
        #expect(records.first?.promptVersion == 3)
    }

    @Test func `the prompt got last counts, and other sessions do not see it`() async throws {
        let test = try client()
        let session = test.session
        _ = try await session.getPrompt("greet")
        _ = try await session.getPrompt("short")
        try await call(test.client.session(configKey: "app", sessionID: "other"))
        try await call(session)
        #expect(await test.records().map(\.promptKey) == [nil, "short"])
    }

    @Test func `an A/B test's prompt says test and variant`() async throws {
        let test = try client()
        let session = test.session
        let prompt = try await session.getPromptAB("ab")
        #expect(try await test.client.prompts.getAB("ab", sessionID: session.context.sessionID) == prompt)
        try await call(session)
        let record = try #require(await test.records().first)
        #expect(record.promptKey == "greet" && record.promptABTestKey == "ab" && record.promptVariantIndex == 0)
    }

    @Test func `inside of a span a prompt got from the client tags the next call`() async throws {
        let test = try client()
        let session = test.session
        _ = try await test.client.prompts.get("greet")
        try await session.span("turn") { _ throws(any Error) in
            try await call(session)
            _ = try await test.client.prompts.getAB("ab", sessionID: "s")
            try await call(session)
            try await call(session)
            _ = try await test.client.prompts.get("short")
        }
        try await call(session)
        let calls = await test.records().filter { $0.kind == .llm }
        #expect(calls.map(\.promptKey) == [nil, "greet", nil, nil])
        #expect(calls[1].promptABTestKey == "ab")
    }

    @Test(arguments: [false, true])
    func `tasks at the same time do not tag each other's calls`(inSpan: Bool) async throws {
        let test = try client()
        await test.client.prompts.sync()
        let shared = test.session
        let keys = ["greet", "short", nil]
        @Sendable func work(_ number: Int) async throws {
            // Each task says in the request which prompt it got.
            if let key = keys[number % 3] {
                if inSpan {
                    _ = try await test.client.prompts.get(key)
                } else {
                    _ = try await shared.getPrompt(key)
                }
            }
            await Task.yield()
            _ = try await shared.wrapOpenAI(EchoChat()).createChatCompletion(
                ChatRequest(model: keys[number % 3] ?? "none", messages: []))
        }
        func all() async throws {
            for start in stride(from: 0, to: 2000, by: 50) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in start..<start + 50 { group.addTask { try await work(number) } }
                    try await group.waitForAll()
                }
            }
        }
        if inSpan {
            try await shared.span("all") { _ throws(any Error) in try await all() }
        } else {
            try await all()
        }
        let calls = await test.records().filter { $0.kind == .llm }
        #expect(calls.count == 2000)
        for call in calls {
            let asked = call.json("fallom.raw.request")?["model"]?.string
            #expect(call.promptKey == (asked == "none" ? nil : asked))
        }
    }

    @Test func `a task that ends without a call leaves its tag to no other session's`() async throws {
        let test = try client()
        for _ in 0..<50 {
            await Task.detached { _ = try? await test.session.getPrompt("greet") }.value
            await Task.detached { _ = try? await test.client.prompts.get("greet") }.value
            await Task.detached { _ = try? await call(test.session) }.value
        }
        #expect(await test.records().allSatisfy { $0.promptKey == nil })
    }

    @Test func `a prompt can be handed to another task`() async throws {
        let test = try client()
        let prompt = try await Task.detached { try await test.client.prompts.get("short") }.value
        try await prompt.tagging {
            try await Task { try await call(test.session) }.value
            try await call(test.session)
        }
        #expect(await test.records().map(\.promptKey) == ["short", nil])
    }
}

/// A chat client without a network: as much as a third party has to write.
struct EchoChat: ChatCompletionsClient {
    struct Down: Error {}
    var chunks: [String] = ["a", "b"]
    var fails = false

    func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion {
        if fails { throw Down() }
        return ChatCompletion([
            "id": "1", "model": "m-1", "choices": [["message": ["content": "hi"], "finish_reason": "stop"]],
            "usage": ["prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3],
        ])
    }

    func streamChatCompletion(_ request: ChatRequest) async throws -> AsyncThrowingStream<ChatChunk, any Error> {
        AsyncThrowingStream { continuation in
            for chunk in chunks {
                continuation.yield(ChatChunk(["id": "1", "choices": [["delta": ["content": .string(chunk)]]]]))
            }
            continuation.finish(throwing: fails ? Down() : nil)
        }
    }
}
