import SpanCodec
import TraceModel

/// A finished span as a test reads it: what the console would show of it, whatever provider it came from.
public struct FinishedSpan: Sendable {
    /// The record as it would be sent.
    public let record: SpanRecord
    /// The model that was asked for.
    public let requestedModel: String?
    /// The model that answered.
    public let model: String?
    /// Tokens of the prompt, cached ones included.
    public let promptTokens: Int?
    /// Tokens of the answer, reasoning included.
    public let completionTokens: Int?
    /// Why the model stopped: `stop`, `length`, `tool_calls`, or the provider's own word.
    public let finishReason: String?
    /// The texts that went in, in order; empty where content is not captured.
    public let input: [String]
    /// The texts that came out.
    public let output: [String]
    /// Names of the tools that the model asked for.
    public let toolCalls: [String]

    /// The span's name.
    public var name: String { record.name }
    /// Whether it failed.
    public var isError: Bool { record.isError }
    /// What went wrong.
    public var errorMessage: String? { record.errorMessage }
    /// What it is for: `.llm`, `.tool`, `.retrieval`, …
    public var kind: TracedSpan.Kind? { record.kind }
    /// The session it stands in.
    public var sessionID: String { record.sessionID }
    /// The config of that session.
    public var configKey: String { record.configKey }
    /// The customer of that session.
    public var customerID: String? { record.customerID }
    /// The managed prompt used.
    public var promptKey: String? { record.promptKey }
    /// Its version.
    public var promptVersion: Int? { record.promptVersion }
    /// The tags of its session.
    public var tags: [String] { record.tags }
    /// What the app set on it, beside `fallom.*`: an object, such as `span.attributes["rag.topK"]`.
    public var attributes: JSON { record.attributes }

    /// Reads a record.
    public init(_ finished: SpanRecord) {
        self.record = finished
        let record = finished.record
        let batch = try? SpanDecoder().decodeTraces(record.encoded(), encoding: .json)
        let payload = batch?.spans.first?.payload
        let span = batch?.spans.first?.span
        let detail = payload.flatMap { try? PayloadDecoder().detail(of: $0) }
        requestedModel = span?.requestModel
        model = span?.responseModel ?? record.model
        promptTokens = span?.usage.prompt
        completionTokens = span?.usage.completion
        finishReason = detail?.finishReason
        input = Self.texts(detail?.input)
        output = Self.texts(detail?.output)
        toolCalls = detail?.toolCalls ?? []
    }

    private static func texts(_ content: CapturedContent?) -> [String] {
        switch content {
        case .messages(let messages):
            messages.flatMap(\.parts).compactMap { if case .text(let text) = $0 { text } else { nil } }
        case .value(let text): [text]
        case .notCaptured, nil: []
        }
    }
}
