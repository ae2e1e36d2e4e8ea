import Fallom

#if canImport(OpenAI)
import OpenAI
#endif

extension ChatQuery: TraceableJSON {}
extension ChatResult: TraceableJSON {}
extension ChatStreamResult: TraceableJSON {}

/// MacPaw's client with its own queries and results, traced: `session.wrapOpenAI(MacPawClient(OpenAI(apiToken: key)))`, then
/// `chat.completions.create(query)` and `.stream(query)`.
struct MacPawClient: ChatCompletionsClient {
    let client: OpenAI
    let endpoint: TracedEndpoint

    init(_ client: OpenAI) {
        self.client = client
        let place = client.configuration
        let isUsual = place.port == (place.scheme == "https" ? 443 : 80)
        endpoint = TracedEndpoint(
            baseURL: place.scheme + "://" + place.host + (isUsual ? "" : ":\(place.port)") + place.basePath)
    }

    func createChatCompletion(_ query: ChatQuery) async throws -> ChatResult { try await client.chats(query: query) }

    func streamChatCompletion(_ query: ChatQuery) async throws -> AsyncThrowingStream<ChatStreamResult, any Error> {
        client.chatsStream(query: query)
    }
}
