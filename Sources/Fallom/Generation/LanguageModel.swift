import OrderedJSON
import ProviderCalls
import TraceModel

/// What can say which model is to be asked: a ``LanguageModel`` itself, or a ``ModelRouter``, which asks what the session is
/// assigned.
public protocol ModelSource: Sendable {
    /// The model.
    ///
    /// - Parameter session: whose call it is; `nil` in a run that is of no session.
    func languageModel(for session: Session?) async throws -> any LanguageModel
}

/// A model of any provider, as ``AI`` uses it.
public protocol LanguageModel: ModelSource {
    /// The provider's name, as in `openai`.
    var provider: String { get }
    /// The model's id at the provider.
    var modelID: String { get }
    /// The API's address, without user and query, where there is one.
    var baseURL: String? { get }
    /// Answers as a whole.
    func generate(_ call: ModelCall) async throws -> ModelReply
    /// Answers piece by piece. The last piece is a ``ModelPart/finish(_:)``.
    func stream(_ call: ModelCall) async throws -> ModelStream
}

extension LanguageModel {
    /// None.
    public var baseURL: String? { nil }
    /// The model itself.
    public func languageModel(for session: Session?) async throws -> any LanguageModel { self }
}

/// What a model is asked.
public struct ModelCall: Hashable, Sendable {
    /// The conversation.
    public var messages: [ModelMessage]
    /// Tools that the model may ask for.
    public var tools: [ToolDefinition]
    /// A JSON schema that the answer has to follow, with a name for it.
    public var schema: NamedSchema?
    /// How it is to answer.
    public var settings: ModelSettings

    /// Makes a call.
    ///
    /// - Parameters:
    ///   - temperature: in place of the settings'.
    ///   - maxTokens: in place of the settings'.
    public init(
        messages: [ModelMessage], tools: [ToolDefinition] = [], schema: NamedSchema? = nil,
        settings: ModelSettings = ModelSettings(), temperature: Double? = nil, maxTokens: Int? = nil
    ) {
        self.messages = messages
        self.tools = tools
        self.schema = schema
        self.settings = settings.with(temperature: temperature, maxTokens: maxTokens)
    }

    /// How freely the model chooses.
    public var temperature: Double? {
        get { settings.temperature }
        set { settings.temperature = newValue }
    }
    /// The longest answer, in tokens.
    public var maxTokens: Int? {
        get { settings.maxTokens }
        set { settings.maxTokens = newValue }
    }
}

/// A JSON schema and its name.
public struct NamedSchema: Hashable, Sendable {
    /// The name, letters, digits, `-` and `_`.
    public var name: String
    /// The schema.
    public var schema: JSON
    /// Whether the provider is to hold the model to it (`strict` of OpenAI's structured outputs, which asks more of a
    /// schema: every property required, no others allowed).
    public var isStrict: Bool

    /// Makes one.
    public init(name: String = "answer", schema: JSON, isStrict: Bool = false) {
        self.name = name
        self.schema = schema
        self.isStrict = isStrict
    }
}

/// What a model said in its provider's own words: thinking and its signatures, which the provider wants to see again in the
/// next step. Other providers' models are given the text and the calls instead.
public struct ProviderContent: Hashable, Sendable {
    /// The API whose words they are.
    public var api: String
    /// The words.
    public var json: JSON

    /// Makes one.
    public init(api: String, json: JSON) {
        self.api = api
        self.json = json
    }

}

/// What a tool answered.
public struct ToolResult: Hashable, Sendable {
    /// The id of the call.
    public var callID: String
    /// The tool's name.
    public var name: String
    /// The result; of one that failed what the model is told.
    public var result: JSON
    /// Whether the tool failed.
    public var isError: Bool

    /// Makes a result.
    public init(callID: String, name: String, result: JSON, isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.result = result
        self.isError = isError
    }

    /// The result as text: itself if it is text, else compact JSON.
    public var text: String { result.string ?? result.compactText }

    var json: JSONValue {
        ["toolCallId": .string(callID), "toolName": .string(name), "result": result.value, "type": "tool-result"]
    }
}

/// A tool as a model sees it.
public struct ToolDefinition: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it does.
    public var description: String
    /// The JSON schema of its arguments.
    public var parameters: JSON
    /// Whether the provider is to hold the model to the schema, where it can.
    public var isStrict: Bool

    /// Makes a definition.
    public init(
        name: String, description: String = "", parameters: JSON = ["type": "object"], isStrict: Bool = false
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
    }
}

/// Tokens of a call. `nil`: the provider did not say.
public struct ModelUsage: Hashable, Sendable {
    /// All prompt tokens, cached ones included.
    public var inputTokens: Int?
    /// All completion tokens, reasoning included.
    public var outputTokens: Int?
    /// Both together.
    public var totalTokens: Int?
    /// Completion tokens spent on reasoning.
    public var reasoningTokens: Int?
    /// Prompt tokens from the provider's cache.
    public var cachedInputTokens: Int?
    /// Prompt tokens written to the provider's cache.
    public var cacheWriteInputTokens: Int?
    /// What the provider says it cost, in US dollars.
    public var cost: Double?

    /// Makes a usage.
    public init(
        inputTokens: Int? = nil, outputTokens: Int? = nil, totalTokens: Int? = nil, reasoningTokens: Int? = nil,
        cachedInputTokens: Int? = nil, cacheWriteInputTokens: Int? = nil, cost: Double? = nil
    ) {
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.totalTokens = totalTokens
        self.reasoningTokens = reasoningTokens
        self.cachedInputTokens = cachedInputTokens
        self.cacheWriteInputTokens = cacheWriteInputTokens
        self.cost = cost
    }

    /// What was read of a provider's answer.
    init(_ call: CapturedCall) {
        self.init(
            inputTokens: call.tokens?.prompt, outputTokens: call.tokens?.completion, totalTokens: call.tokens?.total,
            reasoningTokens: call.tokens?.reasoning, cachedInputTokens: call.tokens?.cached,
            cacheWriteInputTokens: call.tokens?.cacheWrite, cost: call.cost)
    }

    /// The tokens as a record's figures.
    var tokens: TokenUsage {
        TokenUsage(
            prompt: inputTokens, completion: outputTokens, total: totalTokens, cached: cachedInputTokens,
            cacheWrite: cacheWriteInputTokens, reasoning: reasoningTokens)
    }

    /// Both together, member by member.
    static func + (left: ModelUsage, right: ModelUsage) -> ModelUsage {
        func sum(_ path: KeyPath<ModelUsage, Int?>) -> Int? {
            guard left[keyPath: path] != nil || right[keyPath: path] != nil else { return nil }
            return (left[keyPath: path] ?? 0) + (right[keyPath: path] ?? 0)
        }
        return ModelUsage(
            inputTokens: sum(\.inputTokens), outputTokens: sum(\.outputTokens), totalTokens: sum(\.totalTokens),
            reasoningTokens: sum(\.reasoningTokens), cachedInputTokens: sum(\.cachedInputTokens),
            cacheWriteInputTokens: sum(\.cacheWriteInputTokens),
            cost: left.cost == nil && right.cost == nil ? nil : (left.cost ?? 0) + (right.cost ?? 0))
    }

    /// The AI SDK's spelling.
    var json: JSONValue {
        var made = ObjectBuilder()
        made.add("inputTokens", inputTokens.map { .number($0) })
        made.add("outputTokens", outputTokens.map { .number($0) })
        made.add("totalTokens", totalTokens.map { .number($0) })
        made.add("reasoningTokens", reasoningTokens.map { .number($0) })
        made.add("cachedInputTokens", cachedInputTokens.map { .number($0) })
        made.add("cacheWriteTokens", cacheWriteInputTokens.map { .number($0) })
        made.add("cost", cost.map { .number($0) })
        return made.object
    }
}

/// A model's answer.
public struct ModelReply: Hashable, Sendable {
    /// What it says.
    public var text: String
    /// How it came to it, where the provider tells.
    public var reasoning: String
    /// The tools it asks for.
    public var toolCalls: [ToolCall]
    /// What stands at its end.
    public var end: ModelEnd

    /// Makes a reply.
    public init(text: String, reasoning: String = "", toolCalls: [ToolCall] = [], end: ModelEnd) {
        self.text = text
        self.reasoning = reasoning
        self.toolCalls = toolCalls
        self.end = end
    }
}

extension ModelReply {
    /// A reply of which nothing came yet.
    static let empty = ModelReply(text: "", end: ModelEnd(finishReason: "unknown"))

    /// Whether nothing came yet.
    var isEmpty: Bool { self == .empty }

    /// Adds a piece of a streamed answer.
    mutating func add(_ part: ModelPart) {
        switch part {
        case .text(let text): self.text += text
        case .reasoning(let text): reasoning += text
        case .toolCall(let call): toolCalls.append(call)
        case .finish(let end): self.end = end
        }
    }
}

extension ModelPart {
    /// Whether it holds something that the model says.
    var hasContent: Bool {
        switch self {
        case .text(let text), .reasoning(let text): !text.isEmpty
        case .toolCall: true
        case .finish: false
        }
    }
}

/// What stands at the end of an answer.
public struct ModelEnd: Hashable, Sendable {
    /// Why the model stopped: `stop`, `length`, `tool-calls`, `content-filter`, `error`, or the provider's word.
    public var finishReason: String
    /// Tokens.
    public var usage: ModelUsage
    /// The provider's id of the answer.
    public var responseID: String?
    /// The model that answered.
    public var modelID: String?
    /// What the model said in its provider's own words, where the provider wants that back in the next step.
    public var original: ProviderContent?
    /// Who answered, where the answer tells and the address may not.
    package var answeredBy: String?

    /// Makes an end.
    public init(
        finishReason: String, usage: ModelUsage = ModelUsage(), responseID: String? = nil, modelID: String? = nil,
        original: ProviderContent? = nil
    ) {
        self.finishReason = finishReason
        self.usage = usage
        self.responseID = responseID
        self.modelID = modelID
        self.original = original
    }
}

/// A piece of a streamed answer.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum ModelPart: Hashable, Sendable {
    /// More text.
    case text(String)
    /// More reasoning.
    case reasoning(String)
    /// A whole call of a tool.
    case toolCall(ToolCall)
    /// The end.
    case finish(ModelEnd)
}

/// A streamed answer: any sequence of parts, read only as fast as it is asked for.
public struct ModelStream: AsyncSequence, Sendable {
    /// A piece.
    public typealias Element = ModelPart
    /// What reading can throw.
    public typealias Failure = any Error

    private let make: @Sendable () -> AsyncIterator

    /// Takes a sequence.
    public init<Base: AsyncSequence & Sendable>(_ base: Base) where Base.Element == ModelPart {
        make = {
            var iterator = base.makeAsyncIterator()
            return AsyncIterator { actor, arrival in
                let part = try await iterator.next(isolation: actor)
                arrival = (iterator as? any ArrivalReporting)?.lastArrival
                return part
            }
        }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { make() }

    /// Reads one piece after the other.
    public struct AsyncIterator: AsyncIteratorProtocol, ArrivalReporting {
        private let step: (isolated (any Actor)?, inout Int64?) async throws -> ModelPart?
        package private(set) var lastArrival: Int64?

        init(_ step: @escaping (isolated (any Actor)?, inout Int64?) async throws -> ModelPart?) { self.step = step }

        /// The next piece; `nil` at the end.
        public mutating func next() async throws -> ModelPart? { try await step(#isolation, &lastArrival) }

        /// The next piece; `nil` at the end.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> ModelPart? {
            try await step(actor, &lastArrival)
        }
    }
}
