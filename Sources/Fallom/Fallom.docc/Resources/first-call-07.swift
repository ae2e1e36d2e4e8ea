import Fallom

@main
struct App {
    static func main() async throws {
        let fallom = try FallomClient()
        let session = fallom.session(configKey: "my-agent", sessionID: "conversation-1", customerID: "user-456")
        let openAI = session.wrapOpenAI(OpenAIClient())

        let model = try await session.getModel(fallback: "gpt-4o-mini", context: ["plan": "enterprise"])
        let prompt = try await session.getPrompt("welcome", variables: ["userName": "Ada", "company": "Acme"])
        try await session.span("turn", attributes: ["turn": 1]) { span in
            let chunks = try await openAI.chat.completions.stream(
                ChatRequest(model: model, messages: [.system(prompt.system), .user(prompt.user)]))
            for try await chunk in chunks { print(chunk.text ?? "", terminator: "") }
            span.set("answered", true)
        }

        await fallom.shutdown()
    }
}
