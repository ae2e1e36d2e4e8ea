import Fallom
import LocalExport
import OrderedJSON
import SpanCodec

/// Answers every request alike.
struct FixedTransport: HTTPTransport {
    let body: [UInt8]
    func send(_ call: HTTPCall, within limit: Duration, bodyLimit: Int) async throws -> HTTPReply {
        HTTPReply(status: 200, body: body)
    }
    func shutdown() async {}
}

/// Takes records and forgets them.
struct NullExporter: SpanExporter {
    func export(_ span: SpanRecord) {}
    func flush() async {}
    func shutdown() async {}
    var counters: DeliveryCounters { DeliveryCounters() }
}

/// A chat client without a network.
struct InstantChat: ChatCompletionsClient {
    static let answer = ChatCompletion([
        "id": "1", "model": "gpt-4o", "choices": [["message": ["content": "Paris"], "finish_reason": "stop"]],
        "usage": ["prompt_tokens": 14, "completion_tokens": 1, "total_tokens": 15],
    ])
    func createChatCompletion(_ request: ChatRequest) async throws -> ChatCompletion { Self.answer }
    func streamChatCompletion(_ request: ChatRequest) async throws -> AsyncStream<ChatChunk> {
        AsyncStream { $0.finish() }
    }
}
