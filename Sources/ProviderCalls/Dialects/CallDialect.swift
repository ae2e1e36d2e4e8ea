package import OrderedJSON
package import TraceModel

/// One of the model APIs whose calls we know how to read.
package enum CallDialect: Hashable, Sendable {
    /// OpenAI Chat Completions, and every API that is compatible with it.
    case openAIChat
    /// OpenAI Responses.
    case openAIResponses
    /// OpenAI's old text completions.
    case openAICompletions
    /// OpenAI's embeddings.
    case openAIEmbeddings
    /// Anthropic Messages, also on Vertex.
    case anthropicMessages
    /// Google `generateContent`.
    case googleGenerate
    /// Google's embeddings.
    case googleEmbed
    /// Bedrock Converse, streamed or not.
    case bedrockConverse
    /// Bedrock InvokeModel: the body is in the model's own API.
    case bedrockInvoke
    /// Bedrock InvokeModel of a model of embeddings.
    case bedrockEmbed
    /// Ollama's chat.
    case ollamaChat
    /// Ollama's generate.
    case ollamaGenerate
    /// Ollama's embeddings.
    case ollamaEmbed
    /// Cohere's chat, first and second version.
    case cohereChat
    /// Cohere's embeddings.
    case cohereEmbed

    /// The span's name and `fallom.method`, as the published SDKs call it where they know the API.
    package var method: String {
        switch self {
        case .openAIChat: "chat.completions.create"
        case .openAIResponses: "responses.create"
        case .openAICompletions: "completions.create"
        case .openAIEmbeddings: "embeddings.create"
        case .anthropicMessages: "messages.create"
        case .googleGenerate: "generateContent"
        case .googleEmbed: "embedContent"
        case .bedrockConverse: "converse"
        case .bedrockInvoke, .bedrockEmbed: "invokeModel"
        case .ollamaChat, .cohereChat: "chat"
        case .ollamaGenerate: "generate"
        case .ollamaEmbed, .cohereEmbed: "embed"
        }
    }

    /// What a span of such a call is for.
    package var kind: SpanKind {
        switch self {
        case .openAIEmbeddings, .googleEmbed, .bedrockEmbed, .ollamaEmbed, .cohereEmbed: .embedding
        default: .llm
        }
    }

    /// Who answers where the address does not tell: the APIs that are one vendor's own.
    package var provider: String? {
        switch self {
        case .anthropicMessages: "anthropic"
        case .googleGenerate, .googleEmbed: "gcp.gemini"
        case .bedrockConverse, .bedrockInvoke, .bedrockEmbed: "aws.bedrock"
        case .ollamaChat, .ollamaGenerate, .ollamaEmbed: "ollama"
        case .cohereChat, .cohereEmbed: "cohere"
        case .openAIChat, .openAIResponses, .openAICompletions, .openAIEmbeddings: nil
        }
    }

    var reading: any DialectReading.Type {
        switch self {
        case .openAIChat: OpenAIChatReading.self
        case .openAIResponses: OpenAIResponsesReading.self
        case .openAICompletions: OpenAICompletionsReading.self
        case .anthropicMessages: AnthropicReading.self
        case .googleGenerate: GoogleReading.self
        case .bedrockConverse: BedrockConverseReading.self
        case .bedrockInvoke: BedrockInvokeReading.self
        case .ollamaChat, .ollamaGenerate: OllamaReading.self
        case .cohereChat: CohereReading.self
        case .openAIEmbeddings, .googleEmbed, .bedrockEmbed, .ollamaEmbed, .cohereEmbed: EmbeddingsReading.self
        }
    }

    /// What a request that was not answered says.
    package func capture(request: JSONValue?) -> CapturedCall {
        var call = CapturedCall()
        if let request { reading.read(request: request, into: &call) }
        return call
    }

    /// What a request and its whole answer say.
    package func capture(request: JSONValue?, response: JSONValue?) -> CapturedCall {
        var call = capture(request: request)
        guard let response else { return call }
        reading.read(response: response, into: &call)
        call.failure = call.failure ?? AnswerErrors.failure(in: response, event: nil, self)
        if call.failure != nil, !holdsAnswer(response) { call.response = nil }
        return call
    }

    /// What a request and the pieces of a streamed answer say, however many of them came.
    package func capture(request: JSONValue?, pieces: [JSONValue]) -> CapturedCall {
        let folder = folded(pieces)
        var call = capture(request: request, response: folder.whole)
        for piece in pieces where call.failure == nil {
            call.failure = AnswerErrors.failure(in: piece, event: nil, self)
        }
        call.isWhole = folder.isEnded
        return call
    }

    /// The answer that the pieces of a stream add up to, in the shape of a whole one; `nil` when there is none.
    package func fold(_ pieces: [JSONValue]) -> JSONValue? { folded(pieces).whole }

    /// Whether a piece of a streamed answer holds the beginning of what the model says: text, reasoning, a tool call.
    package func hasContent(_ piece: JSONValue) -> Bool { reading.hasContent(piece) }

    /// Whether an answer is one, and not an error in its place.
    func holdsAnswer(_ response: JSONValue) -> Bool { reading.holdsAnswer(response) }

    private func folded(_ pieces: [JSONValue]) -> any AnswerFolder {
        var folder = reading.folder()
        for piece in pieces { folder.add(piece) }
        return folder
    }
}

/// How the calls of one API are read.
protocol DialectReading {
    /// What a request says.
    static func read(request: JSONValue, into call: inout CapturedCall)
    /// What a whole answer says.
    static func read(response: JSONValue, into call: inout CapturedCall)
    /// Whether a piece of a streamed answer holds something that the model says.
    static func hasContent(_ piece: JSONValue) -> Bool
    /// Whether an answer has what every answer of the API has.
    static func holdsAnswer(_ response: JSONValue) -> Bool
    /// What adds up a streamed answer.
    static func folder() -> any AnswerFolder
}

/// Adds up the pieces of a streamed answer. It keeps what they say, not the pieces.
protocol AnswerFolder: Sendable {
    /// Takes the next piece.
    mutating func add(_ piece: JSONValue)
    /// The answer so far, in the shape of a whole one; `nil` when there is none.
    var whole: JSONValue? { get }
    /// Whether a piece said why the model stopped, or that the answer is whole.
    var isEnded: Bool { get }
}

/// How much text one answer may add up to. What is beyond is not kept.
struct TextRoom: Sendable {
    private var left = 32 << 20
    private var entries = 0
    private static let mostEntries = 4096

    /// Appends text as far as there is room.
    mutating func append(_ more: String?, to text: inout String) {
        guard let more, !more.isEmpty, left > 0 else { return }
        left -= more.utf8.count
        text += more
    }

    /// Whether another entry of a list (a choice, a tool call, a block) may be kept.
    mutating func takeEntry() -> Bool {
        entries += 1
        return entries <= Self.mostEntries
    }

    /// Whether a value of that size may be kept.
    mutating func take(_ count: Int) -> Bool {
        guard left > 0 else { return false }
        left -= count
        return true
    }
}
