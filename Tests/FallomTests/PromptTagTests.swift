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

    @Test func `a prompt tags the next call of its task, once`() async throws {
        let test = try client()
        let prompt = try await test.client.prompts.get("greet", variables: ["name": "Ada"])
        #expect(prompt.system == "S Ada")
        try await call(test.session)
        try await call(test.session)
        let records = await test.records()
        #expect(records.map(\.promptKey) == ["greet", nil])
        #expect(records.first?.promptVersion == 3)
    }

    @Test func `an A/B test's prompt says test and variant`() async throws {
        let test = try client()
        _ = try await test.client.prompts.getAB("ab", sessionID: "s")
        try await call(test.session)
        let record = try #require(await test.records().first)
        #expect(record.promptKey == "greet" && record.promptABTestKey == "ab" && record.promptVariantIndex == 0)
    }

    @Test func `tasks at the same time do not tag each other's calls`() async throws {
        let test = try client()
        await test.client.prompts.sync()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<2000 {
                group.addTask {
                    let session = test.client.session(configKey: "app", sessionID: "\(number % 3)")
                    if number % 3 == 0 { _ = try? await test.client.prompts.get("greet") }
                    if number % 3 == 1 { _ = try? await test.client.prompts.get("short") }
                    await Task.yield()
                    _ = try? await call(session)
                }
            }
        }
        let records = await test.records()
        #expect(records.count == 2000)
        for record in records {
            #expect(record.promptKey == ["0": "greet", "1": "short"][record.sessionID])
        }
    }

    @Test func `a task that ends without a call leaves its tag to nobody`() async throws {
        let test = try client()
        for _ in 0..<50 {
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
