package import OrderedJSON

/// One of the model APIs whose calls we know how to read.
package enum CallDialect: Hashable, Sendable {
    /// OpenAI Chat Completions, and every API that is compatible with it.
    case openAIChat
    /// OpenAI Responses.
    case openAIResponses
    /// Anthropic Messages.
    case anthropicMessages
    /// Google `generateContent`.
    case googleGenerate

    /// The span's name and `fallom.method`, as the published SDKs call it.
    package var method: String {
        switch self {
        case .openAIChat: "chat.completions.create"
        case .openAIResponses: "responses.create"
        case .anthropicMessages: "messages.create"
        case .googleGenerate: "generateContent"
        }
    }

    /// What a request that was not streamed, or that failed, says.
    package func capture(request: JSONValue?) -> CapturedCall {
        var call = CapturedCall()
        guard let request else { return call }
        switch self {
        case .openAIChat: OpenAIChatReading.read(request: request, into: &call)
        case .openAIResponses: OpenAIResponsesReading.read(request: request, into: &call)
        case .anthropicMessages: AnthropicReading.read(request: request, into: &call)
        case .googleGenerate: GoogleReading.read(request: request, into: &call)
        }
        return call
    }

    /// What a request and its answer say.
    package func capture(request: JSONValue?, response: JSONValue?) -> CapturedCall {
        var call = capture(request: request)
        guard let response else { return call }
        switch self {
        case .openAIChat: OpenAIChatReading.read(response: response, into: &call)
        case .openAIResponses: OpenAIResponsesReading.read(response: response, into: &call)
        case .anthropicMessages: AnthropicReading.read(response: response, into: &call)
        case .googleGenerate: GoogleReading.read(response: response, into: &call)
        }
        return call
    }

    /// What a request and the pieces of a streamed answer say, however many of them came.
    package func capture(request: JSONValue?, pieces: [JSONValue]) -> CapturedCall {
        capture(request: request, response: fold(pieces))
    }

    /// The answer that the pieces of a stream add up to; `nil` when there is none.
    func fold(_ pieces: [JSONValue]) -> JSONValue? {
        switch self {
        case .openAIChat: OpenAIChatReading.fold(pieces)
        case .openAIResponses: OpenAIResponsesReading.fold(pieces)
        case .anthropicMessages: AnthropicReading.fold(pieces)
        case .googleGenerate: GoogleReading.fold(pieces)
        }
    }

    /// Whether a piece of a streamed answer holds the beginning of what the model says: text, reasoning, a tool call.
    package func hasContent(_ piece: JSONValue) -> Bool {
        switch self {
        case .openAIChat: OpenAIChatReading.hasContent(piece)
        case .openAIResponses: OpenAIResponsesReading.hasContent(piece)
        case .anthropicMessages: AnthropicReading.hasContent(piece)
        case .googleGenerate: GoogleReading.hasContent(piece)
        }
    }
}

extension JSONValue {
    /// An object of those members of this one that are there, in the order of `names`.
    func picking(_ names: String...) -> JSONValue {
        .object(names.compactMap { name in self[name].map { JSONMember(name, $0) } })
    }

    /// Whether this is text with something in it.
    var hasText: Bool { string.map { !$0.isEmpty } ?? false }
}

/// Builds objects member by member, leaving out what is not known.
struct ObjectBuilder {
    private(set) var members: [JSONMember] = []

    mutating func add(_ name: String, _ value: JSONValue?) {
        if let value { members.append(JSONMember(name, value)) }
    }

    mutating func add(_ name: String, _ text: String?) {
        if let text { members.append(JSONMember(name, .string(text))) }
    }

    var object: JSONValue { .object(members) }
}
