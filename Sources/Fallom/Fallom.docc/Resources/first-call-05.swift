import Fallom

@main
struct App {
    static func main() async throws {
        let fallom = try FallomClient()
        let session = fallom.session(configKey: "my-agent", sessionID: "conversation-1", customerID: "user-456")
        let openAI = session.wrapOpenAI(OpenAIClient())

        try await session.span("turn", attributes: ["turn": 1]) { span in
            let chunks = try await openAI.chat.completions.stream(
                ChatRequest(model: "gpt-4o-mini", messages: [.user("Count to five.")]))
            for try await chunk in chunks { print(chunk.text ?? "", terminator: "") }
            span.set("answered", true)
        }

        await fallom.shutdown()
    }
}
