import Fallom
import Testing

/// A managed prompt goes to every provider in the same way: one argument, and the call is tagged.
@Suite struct PromptRequestTests {
    private static let answers: JSON = [
        [
            "request": [
                "path": "/messages",
                "body": [
                    "model": "claude-sonnet-4-5", "max_tokens": 300, "system": "Greet Ada.",
                    "messages": [
                        ["role": "user", "content": "Hi"], ["role": "assistant", "content": "Yes?"],
                        ["role": "user", "content": "Well?"],
                    ],
                    "temperature": 0.5,
                ],
            ],
            "response": ["body": ["content": [["type": "text", "text": "Hello, Ada."]], "stop_reason": "end_turn"]],
        ],
        [
            "request": [
                "path": "/responses", "body": ["model": "gpt-4o", "instructions": "Greet Ada.", "input": "Well?"],
            ],
            "response": [
                "body": ["output": [["type": "message", "content": [["type": "output_text", "text": "Hello, Ada."]]]]]
            ],
        ],
        [
            "request": [
                "path": "gemini-2.0-flash:generateContent",
                "body": [
                    "systemInstruction": ["parts": [["text": "Greet Ada."]]],
                    "contents": [["role": "user", "parts": [["text": "Well?"]]]],
                ],
            ],
            "response": [
                "body": ["candidates": [["content": ["parts": [["text": "Hello, Ada."]]], "finishReason": "STOP"]]]
            ],
        ],
    ]

    @Test func `requests of every API are made from a prompt and tagged with it`() async throws {
        let fallom = try FallomClient.testing(
            prompts: [PromptFixture("welcome", version: 2, system: "Greet {{name}}.", user: "Well?")],
            exchanges: try ExchangeTape(Self.answers))
        try await fallom.withSession(configKey: "app", sessionID: "s") {
            let prompt = try await fallom.prompts.get("welcome", variables: ["name": "Ada"])
            let message = try await fallom.anthropic.messages.create(
                MessagesRequest(
                    model: "claude-sonnet-4-5", maxTokens: 300, prompt: prompt,
                    messages: [("user", "Hi"), ("assistant", "Yes?")], parameters: ["temperature": 0.5]))
            let response = try await fallom.openAI.responses.create(ResponseRequest(model: "gpt-4o", prompt: prompt))
            let answer = try await fallom.google.generativeModel("gemini-2.0-flash").generateContent(
                GenerateRequest(prompt: prompt))
            #expect([message.text, response.text, answer.text] == ["Hello, Ada.", "Hello, Ada.", "Hello, Ada."])
        }
        let spans = await fallom.finishedSpans()
        #expect(spans.map(\.promptKey) == ["welcome", "welcome", "welcome"])
        #expect(spans.map(\.promptVersion) == [2, 2, 2])
    }

    @Test func `a part that a prompt has not is not sent`() async throws {
        let fallom = try FallomClient.testing(
            prompts: [PromptFixture("asks", user: "Well?"), PromptFixture("tells", system: "Be brief.")])
        let asks = try await fallom.prompts.get("asks")
        #expect(MessagesRequest(model: "m", prompt: asks).json["system"] == nil)
        #expect(ResponseRequest(model: "m", prompt: asks).json["instructions"] == nil)
        #expect(GenerateRequest(prompt: asks).json["systemInstruction"] == nil)
        let tells = try await fallom.prompts.get("tells")
        #expect(MessagesRequest(model: "m", prompt: tells).json["messages"] == [])
        #expect(GenerateRequest(prompt: tells).json["contents"] == [])
    }
}
