import Calls
import Fallom  // fallom

/// A command-line tool on the SDK's own clients. Lines that are there for tracing end in `// fallom`.
@main
enum CLI {
    static func main() async throws {
        try await FallomClient.run { fallom in  // fallom
            for call in try Call.all() {
                let session = fallom.session(configKey: "apps", sessionID: call.name)  // fallom
                let client = session.wrapOpenAI(OpenAIClient(apiKey: "good-key", baseURL: call.baseURL))  // fallom
                do {
                    print(try await answer(call, client))
                } catch {
                    print("\(call.name): \(error)")
                }
            }
        }  // fallom
    }

    private static func answer(_ call: Call, _ client: TracedOpenAI<OpenAIClient>) async throws -> String {
        let request = ChatRequest(model: call.model, messages: [.user(call.prompt)])
        guard call.streams else { return try await client.chat.completions.create(request).text }
        var text = ""
        for try await chunk in try await client.chat.completions.stream(request) { text += chunk.text ?? "" }
        return text
    }
}
