import OrderedJSON

extension OpenAIClient {
    /// One of the models, for ``AI`` and ``Session/traceModel(_:)``.
    public func languageModel(_ modelID: String) -> OpenAIChatModel { OpenAIChatModel(client: self, modelID: modelID) }
}

extension AnthropicClient {
    /// One of the models, for ``AI`` and ``Session/traceModel(_:)``.
    public func languageModel(_ modelID: String) -> AnthropicModel { AnthropicModel(client: self, modelID: modelID) }
}

extension GoogleAIClient {
    /// One of the models, for ``AI`` and ``Session/traceModel(_:)``.
    public func languageModel(_ modelID: String) -> GoogleModel { GoogleModel(model: generativeModel(modelID)) }
}

/// A model behind OpenAI's Chat Completions.
public struct OpenAIChatModel: LanguageModel {
    let client: OpenAIClient
    /// The model's id.
    public let modelID: String
    /// The provider's name.
    public var provider: String { client.endpoint.provider ?? "openai" }
    /// The API's address.
    public var baseURL: String? { client.endpoint.baseURL }

    /// Answers as a whole.
    public func generate(_ call: ModelCall) async throws -> ModelReply {
        Self.reply(try await client.createChatCompletion(request(call)).json)
    }

    /// Answers piece by piece.
    public func stream(_ call: ModelCall) async throws -> ModelStream {
        var request = request(call)
        request.json = request.json.setting("stream_options", ["include_usage": true])
        let chunks = try await client.streamChatCompletion(request)
        return ModelStream(
            FoldedParts(base: chunks.json, dialect: .openAIChat, reply: Self.reply) { chunk in
                let delta = chunk["choices"]?[0]?["delta"]
                var parts: [ModelPart] = []
                if let text = delta?["reasoning_content"]?.string, !text.isEmpty { parts.append(.reasoning(text)) }
                if let text = delta?["content"]?.string, !text.isEmpty { parts.append(.text(text)) }
                return parts
            })
    }

    private func request(_ call: ModelCall) -> ChatRequest {
        var made = ObjectBuilder()
        made.add("model", modelID)
        made.add("messages", .array(call.messages.flatMap(Self.messages)))
        if !call.tools.isEmpty {
            let tools = call.tools.map { tool -> JSONValue in
                [
                    "type": "function",
                    "function": [
                        "name": .string(tool.name), "description": .string(tool.description),
                        "parameters": tool.parameters,
                    ],
                ]
            }
            made.add("tools", .array(tools))
        }
        if let schema = call.schema {
            made.add(
                "response_format",
                ["type": "json_schema", "json_schema": ["name": .string(schema.name), "schema": schema.schema]])
        }
        made.add("temperature", call.temperature.map { .number($0) })
        made.add("max_tokens", call.maxTokens.map { .number($0) })
        return ChatRequest(made.object)
    }

    private static func messages(_ message: ModelMessage) -> [JSONValue] {
        guard case .tool(let results) = message else { return [message.json] }
        return results.map { ["role": "tool", "tool_call_id": .string($0.callID), "content": .string($0.text)] }
    }

    private static func reply(_ json: JSONValue) -> ModelReply {
        let completion = ChatCompletion(json)
        let usage = json["usage"]
        return ModelReply(
            text: completion.text ?? "", reasoning: completion.message?["reasoning_content"]?.string ?? "",
            toolCalls: completion.toolCalls,
            end: ModelEnd(
                finishReason: FinishReason.folded(completion.finishReason),
                usage: ModelUsage(
                    inputTokens: usage?["prompt_tokens"]?.int, outputTokens: usage?["completion_tokens"]?.int,
                    totalTokens: usage?["total_tokens"]?.int,
                    reasoningTokens: usage?["completion_tokens_details"]?["reasoning_tokens"]?.int,
                    cachedInputTokens: usage?["prompt_tokens_details"]?["cached_tokens"]?.int),
                responseID: json["id"]?.string, modelID: completion.model))
    }
}

/// A model behind Anthropic's Messages.
public struct AnthropicModel: LanguageModel {
    let client: AnthropicClient
    /// The model's id.
    public let modelID: String
    /// The provider's name.
    public var provider: String { client.endpoint.provider ?? "anthropic" }
    /// The API's address.
    public var baseURL: String? { client.endpoint.baseURL }

    /// Answers as a whole.
    public func generate(_ call: ModelCall) async throws -> ModelReply {
        Self.reply(try await client.createMessage(request(call)).json)
    }

    /// Answers piece by piece.
    public func stream(_ call: ModelCall) async throws -> ModelStream {
        let events = try await client.streamMessage(request(call))
        return ModelStream(
            FoldedParts(base: events.json, dialect: .anthropicMessages, reply: Self.reply) { event in
                let delta = event["delta"]
                if let text = delta?["text"]?.string, !text.isEmpty { return [.text(text)] }
                if let text = delta?["thinking"]?.string, !text.isEmpty { return [.reasoning(text)] }
                return []
            })
    }

    private func request(_ call: ModelCall) -> MessagesRequest {
        var system: [String] = []
        var messages: [JSONValue] = []
        for message in call.messages {
            switch message {
            case .system(let text): system.append(text)
            case .user(let text): messages.append(["role": "user", "content": .string(text)])
            case .assistant(let text, let calls):
                var content: [JSONValue] = text.isEmpty ? [] : [["type": "text", "text": .string(text)]]
                content += calls.map {
                    [
                        "type": "tool_use", "id": .string($0.id), "name": .string($0.name),
                        "input": $0.arguments ?? .object([]),
                    ]
                }
                messages.append(["role": "assistant", "content": .array(content)])
            case .tool(let results):
                let content = results.map { result -> JSONValue in
                    ["type": "tool_result", "tool_use_id": .string(result.callID), "content": .string(result.text)]
                }
                messages.append(["role": "user", "content": .array(content)])
            }
        }
        if let schema = call.schema {
            system.append("Answer with JSON only, following this schema: " + schema.schema.compactText)
        }
        var made = ObjectBuilder()
        made.add("model", modelID)
        made.add("max_tokens", .number(call.maxTokens ?? 4096))
        if !system.isEmpty { made.add("system", system.joined(separator: "\n\n")) }
        made.add("messages", .array(messages))
        if !call.tools.isEmpty {
            let tools = call.tools.map { tool -> JSONValue in
                [
                    "name": .string(tool.name), "description": .string(tool.description),
                    "input_schema": tool.parameters,
                ]
            }
            made.add("tools", .array(tools))
        }
        made.add("temperature", call.temperature.map { .number($0) })
        return MessagesRequest(made.object)
    }

    private static func reply(_ json: JSONValue) -> ModelReply {
        let answer = MessagesAnswer(json)
        let usage = json["usage"]
        let cached = usage?["cache_read_input_tokens"]?.int
        let input = usage?["input_tokens"]?.int.map {
            $0 + (cached ?? 0) + (usage?["cache_creation_input_tokens"]?.int ?? 0)
        }
        let output = usage?["output_tokens"]?.int
        let thinking = (json["content"]?.array ?? []).compactMap { $0["thinking"]?.string }.joined()
        return ModelReply(
            text: answer.text, reasoning: thinking, toolCalls: answer.toolCalls,
            end: ModelEnd(
                finishReason: FinishReason.folded(answer.stopReason),
                usage: ModelUsage(
                    inputTokens: input, outputTokens: output,
                    totalTokens: input.flatMap { input in output.map { input + $0 } },
                    cachedInputTokens: cached),
                responseID: json["id"]?.string, modelID: json["model"]?.string))
    }
}

/// One of Google's models.
public struct GoogleModel: LanguageModel {
    let model: GoogleGenerativeModel
    /// The model's id.
    public var modelID: String { model.modelName }
    /// The provider's name.
    public var provider: String { model.endpoint.provider ?? "gcp.gemini" }
    /// The API's address.
    public var baseURL: String? { model.endpoint.baseURL }

    /// Answers as a whole.
    public func generate(_ call: ModelCall) async throws -> ModelReply {
        Self.reply(try await model.generateContent(request(call)).json)
    }

    /// Answers piece by piece.
    public func stream(_ call: ModelCall) async throws -> ModelStream {
        let pieces = try await model.streamGenerateContent(request(call))
        return ModelStream(
            FoldedParts(base: pieces.json, dialect: .googleGenerate, reply: Self.reply) { piece in
                (piece["candidates"]?[0]?["content"]?["parts"]?.array ?? []).compactMap { part in
                    guard let text = part["text"]?.string, !text.isEmpty else { return nil }
                    return part["thought"]?.bool == true ? .reasoning(text) : .text(text)
                }
            })
    }

    private func request(_ call: ModelCall) -> GenerateRequest {
        var system: [JSONValue] = []
        var contents: [JSONValue] = []
        for message in call.messages {
            switch message {
            case .system(let text): system.append(["text": .string(text)])
            case .user(let text): contents.append(["role": "user", "parts": [["text": .string(text)]]])
            case .assistant(let text, let calls):
                var parts: [JSONValue] = text.isEmpty ? [] : [["text": .string(text)]]
                parts += calls.map {
                    ["functionCall": ["name": .string($0.name), "args": $0.arguments ?? .object([])]]
                }
                contents.append(["role": "model", "parts": .array(parts)])
            case .tool(let results):
                let parts = results.map { result -> JSONValue in
                    let response: JSONValue = result.result.object == nil ? ["result": result.result] : result.result
                    return ["functionResponse": ["name": .string(result.name), "response": response]]
                }
                contents.append(["role": "user", "parts": .array(parts)])
            }
        }
        var made = ObjectBuilder()
        made.add("contents", .array(contents))
        if !system.isEmpty { made.add("systemInstruction", ["parts": .array(system)]) }
        if !call.tools.isEmpty {
            let tools = call.tools.map { tool -> JSONValue in
                ["name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters]
            }
            made.add("tools", [["functionDeclarations": .array(tools)]])
        }
        var configuration = ObjectBuilder()
        configuration.add("temperature", call.temperature.map { .number($0) })
        configuration.add("maxOutputTokens", call.maxTokens.map { .number($0) })
        if let schema = call.schema {
            configuration.add("responseMimeType", "application/json")
            configuration.add("responseJsonSchema", schema.schema)
        }
        if !configuration.members.isEmpty { made.add("generationConfig", configuration.object) }
        return GenerateRequest(made.object)
    }

    private static func reply(_ json: JSONValue) -> ModelReply {
        let answer = GenerateAnswer(json)
        let usage = json["usageMetadata"]
        let thoughts = usage?["thoughtsTokenCount"]?.int
        var calls = answer.functionCalls
        for index in calls.indices where calls[index].id.isEmpty { calls[index].id = "call-\(index)" }
        let reason = calls.isEmpty ? FinishReason.folded(answer.finishReason) : "tool-calls"
        return ModelReply(
            text: answer.text, toolCalls: calls,
            end: ModelEnd(
                finishReason: reason,
                usage: ModelUsage(
                    inputTokens: usage?["promptTokenCount"]?.int,
                    outputTokens: usage?["candidatesTokenCount"]?.int.map { $0 + (thoughts ?? 0) },
                    totalTokens: usage?["totalTokenCount"]?.int, reasoningTokens: thoughts,
                    cachedInputTokens: usage?["cachedContentTokenCount"]?.int),
                responseID: json["responseId"]?.string, modelID: json["modelVersion"]?.string))
    }
}

/// The providers' words for why a model stopped, as the AI SDK spells them.
enum FinishReason {
    static func folded(_ reason: String?) -> String {
        switch reason {
        case "stop", "end_turn", "STOP", "stop_sequence": "stop"
        case "length", "max_tokens", "MAX_TOKENS": "length"
        case "tool_calls", "tool_use", "function_call": "tool-calls"
        case "content_filter", "SAFETY", "refusal": "content-filter"
        case nil: "unknown"
        case let other?: other
        }
    }
}

extension MappedEventStream where Element: TraceableJSON {
    /// The pieces as the provider sent them.
    var json: RawPieces<Self> { RawPieces(base: self) }
}

/// The pieces of a stream as JSON.
struct RawPieces<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element: TraceableJSON {
    typealias Element = JSONValue
    typealias Failure = any Error
    let base: Base

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: base.makeAsyncIterator()) }

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: Base.AsyncIterator
        mutating func next() async throws -> JSONValue? { try await next(isolation: #isolation) }
        mutating func next(isolation actor: isolated (any Actor)?) async throws -> JSONValue? {
            try await base.next(isolation: actor).map { $0.traceableJSON ?? .null }
        }
    }
}

/// A provider's pieces as parts: texts as they come, tools and the end from what all pieces add up to.
struct FoldedParts<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable where Base.Element == JSONValue {
    typealias Element = ModelPart
    typealias Failure = any Error

    let base: Base
    let dialect: CallDialect
    let reply: @Sendable (JSONValue) -> ModelReply
    let texts: @Sendable (JSONValue) -> [ModelPart]

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }

    struct AsyncIterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private let parts: FoldedParts
        private var pieces: [JSONValue] = []
        private var waiting: ArraySlice<ModelPart> = []
        private var isDone = false

        init(_ parts: FoldedParts) {
            self.parts = parts
            base = parts.base.makeAsyncIterator()
        }

        mutating func next() async throws -> ModelPart? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> ModelPart? {
            while true {
                if let part = waiting.popFirst() { return part }
                if isDone { return nil }
                if let piece = try await base.next(isolation: actor) {
                    pieces.append(piece)
                    waiting += parts.texts(piece)
                    continue
                }
                isDone = true
                guard let whole = parts.dialect.fold(pieces) else { return nil }
                let reply = parts.reply(whole)
                waiting += reply.toolCalls.map(ModelPart.toolCall)
                waiting.append(.finish(reply.end))
            }
        }
    }
}
