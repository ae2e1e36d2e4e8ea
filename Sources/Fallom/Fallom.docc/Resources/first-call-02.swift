import Fallom

@main
struct App {
    static func main() async throws {
        let fallom = try FallomClient()
        let session = fallom.session(configKey: "my-agent", sessionID: "conversation-1", customerID: "user-456")
        let openAI = session.wrapOpenAI(OpenAIClient())

        let answer = try await openAI.chat.completions.create(
            ChatRequest(model: "gpt-4o-mini", messages: [.user("Hello!")]))
        print(answer.text)
    }
}
