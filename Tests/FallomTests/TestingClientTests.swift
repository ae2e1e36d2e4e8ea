import Fallom
import Prompts
import Testing

@Suite struct TestingClientTests {
    @Test(arguments: [true, false]) func `a test says which model and prompt there are, and reads the spans`(
        capturesContent: Bool
    ) async throws {
        let fallom = try FallomClient.testing(
            assignments: ["my-agent": "gpt-4o"],
            prompts: [PromptFixture("welcome", version: 2, system: "Greet {{name}}.")],
            captureContent: capturesContent)
        let session = fallom.session(configKey: "my-agent", sessionID: "s")
        #expect(try await session.getModel() == "gpt-4o")
        #expect(try await session.getModel("another", fallback: "f") == "f")
        let prompt = try await session.getPrompt("welcome", variables: ["name": "Ada"])
        _ = try await session.wrapOpenAI(EchoChat()).createChatCompletion(ChatRequest(model: "gpt-4o", prompt: prompt))
        let spans = await fallom.finishedSpans()
        let span = try #require(spans.first)
        #expect(spans.count == 1 && span.name == "chat.completions.create" && !span.isError)
        #expect(span.promptKey == "welcome" && span.requestedModel == "gpt-4o" && span.model == "m-1")
        #expect(span.promptTokens == 1 && span.completionTokens == 2 && span.finishReason == "stop")
        #expect(span.input == (capturesContent ? ["Greet Ada."] : []))
        #expect(span.output == (capturesContent ? ["hi"] : []))
        #expect(fallom.counters.dropped == 0)
    }

    @Test func `a finished span says whose it is`() async throws {
        let fallom = try FallomClient.testing()
        let session = fallom.session(configKey: "my-agent", sessionID: "s", customerID: "c", tags: ["prod"])
        await session.span("rag.retrieve", kind: .retrieval, attributes: ["rag.topK": 2]) { _ in }
        let span = try #require(await fallom.finishedSpans().first)
        #expect(span.kind == .retrieval && span.sessionID == "s" && span.configKey == "my-agent")
        #expect(span.customerID == "c" && span.tags == ["prod"] && span.attributes["rag.topK"] == 2)
        #expect(span.promptVersion == nil)
    }
}
