/// Answers without a network.
struct OpenAI: Sendable {
    var configuration = Configuration()

    func chats(query: ChatQuery) async throws -> ChatResult {
        ChatResult(
            id: "c1", model: query.model, choices: [.init(message: .init(role: "assistant", content: "Hi"))])
    }

    func chatsStream(query: ChatQuery) -> AsyncThrowingStream<ChatStreamResult, any Error> {
        AsyncThrowingStream { continuation in
            for (text, reason) in [("H", nil), ("i", nil), ("", "stop")] as [(String, String?)] {
                continuation.yield(
                    ChatStreamResult(
                        id: "c1", model: query.model,
                        choices: [.init(index: 0, delta: .init(content: text), finish_reason: reason)]))
            }
            continuation.finish()
        }
    }
}
