public import OrderedJSON
public import TraceModel

/// Why a recorded call cannot be asked again, for people.
public struct RequestProblem: Error, Hashable, CustomStringConvertible {
    /// What is missing.
    public let description: String

    /// Makes one.
    public init(_ description: String) {
        self.description = description
    }
}

/// What a recorded call asked, as far as its span says: enough to ask it again.
public struct RecordedRequest: Hashable, Sendable {
    /// An API's form of a request.
    public enum Shape: String, Hashable, Sendable, CaseIterable {
        /// OpenAI Chat Completions and what is compatible with it.
        case openAI = "openai"
        /// Anthropic Messages.
        case anthropic
        /// Google `generateContent`.
        case google
    }

    /// A tool that the call offered.
    public struct Tool: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// What it is for.
        public var about: String?
        /// The schema of its arguments.
        public var schema: JSONValue?
    }

    /// What tunes the answer.
    public struct Parameters: Hashable, Sendable {
        /// How freely the model chooses.
        public var temperature: Double?
        /// From which part of the likeliest.
        public var topP: Double?
        /// How long the answer may be, in tokens.
        public var maxTokens: Int?
        /// Where the answer ends.
        public var stop: [String] = []
        /// For answers that repeat.
        public var seed: Int?
    }

    /// The call.
    public let key: SpanKey
    /// The request as it was sent, where the span keeps it.
    public let raw: JSONValue?
    /// Its form.
    public let shape: Shape?
    /// What was said to the model.
    public let messages: [Message]
    /// What it could call.
    public let tools: [Tool]
    /// What tunes the answer.
    public let parameters: Parameters
    /// The model asked for.
    public let model: String?
    /// Who was asked, by the name that spans give.
    public let provider: String?
    /// The prompt it was made with, and its version.
    public let prompt: (key: String, version: String?)?
    /// What it took then.
    public let usage: TokenUsage

    /// Reads a call.
    public init(_ loaded: LoadedSpan) throws(RequestProblem) {
        let span = loaded.stored.span
        guard span.kind == .llm else {
            throw RequestProblem("\(span.name) is no call of a model, so it cannot be tried")
        }
        guard case .messages(let messages) = loaded.detail.input, !messages.isEmpty else {
            throw RequestProblem("what was said to the model was not captured, so it cannot be said again")
        }
        key = span.key
        self.messages = messages
        let attributes = loaded.detail.attributes
        let raw = Self.json(attributes["fallom.raw.request"])
        let shape = raw.flatMap { Self.shape(of: $0, span) }
        self.raw = shape == nil ? nil : raw
        self.shape = shape
        tools = Self.tools(raw, attributes)
        parameters = Self.parameters(raw, attributes)
        model = span.requestModel ?? span.responseModel
        provider = span.provider
        prompt = span.promptKey.map { ($0, span.promptVersion) }
        usage = span.usage
    }

    /// Equal when they are of the same call and ask the same.
    public static func == (left: RecordedRequest, right: RecordedRequest) -> Bool {
        left.key == right.key && left.messages == right.messages && left.raw == right.raw
    }

    /// Hashes what equality compares first.
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension RecordedRequest {
    static func json(_ value: AttributeValue?) -> JSONValue? {
        switch value {
        case .string(let text)?: try? JSONValue(parsing: Array(text.utf8))
        case .map?, .array?: value.map { plain($0) }
        default: nil
        }
    }

    private static func plain(_ value: AttributeValue) -> JSONValue {
        switch value {
        case .null, .bytes: .null
        case .string(let text): .string(text)
        case .bool(let flag): .bool(flag)
        case .int(let number): .number(number)
        case .double(let number): .number(number)
        case .array(let values): .array(values.map { plain($0) })
        case .map(let map): .object(map.entries.map { JSONMember($0.name, plain($0.value)) })
        }
    }

    /// The form of a request that can be sent as it stands; `nil` for one that cannot, as where a picture was left out.
    private static func shape(of raw: JSONValue, _ span: Span) -> Shape? {
        guard !holdsLeftOut(raw) else { return nil }
        if raw["contents"]?.array != nil { return .google }
        guard let messages = raw["messages"]?.array, messages.allSatisfy({ $0["role"]?.string != nil }) else {
            return nil
        }
        let isAnthropic =
            span.provider == "anthropic" || span.name == "messages.create" || raw["system"] != nil
            || (raw["tools"]?.array ?? []).contains { $0["input_schema"] != nil }
        return isAnthropic ? .anthropic : .openAI
    }

    /// Whether something stands in the place of a picture, a sound or a file.
    private static func holdsLeftOut(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): text.utf8.count < 300 && text.hasSuffix("]") && text.contains(" bytes, sha256 ")
        case .array(let values): values.contains(where: holdsLeftOut)
        case .object(let members): members.contains { holdsLeftOut($0.value) }
        default: false
        }
    }

    private static func tools(_ raw: JSONValue?, _ attributes: AttributeMap) -> [Tool] {
        let listed = raw?["tools"]?.array ?? json(attributes["gen_ai.tool.definitions"])?.array ?? []
        let each = listed.flatMap { tool -> [JSONValue] in
            tool["functionDeclarations"]?.array ?? tool["function_declarations"]?.array ?? [tool["function"] ?? tool]
        }
        return each.compactMap { tool in
            tool["name"]?.string.map {
                Tool(
                    name: $0, about: tool["description"]?.string,
                    schema: tool["parameters"] ?? tool["input_schema"] ?? tool["parametersJsonSchema"])
            }
        }
    }

    private static func parameters(_ raw: JSONValue?, _ attributes: AttributeMap) -> Parameters {
        let tuning = raw?["generationConfig"] ?? raw
        func number(_ names: String...) -> Double? {
            for name in names {
                if let value = tuning?[name]?.double { return value }
            }
            for name in names {
                switch attributes["gen_ai.request." + name] {
                case .double(let value)?: return value
                case .int(let value)?: return Double(value)
                case .string(let text)?: if let value = Double(text) { return value }
                default: continue
                }
            }
            return nil
        }
        func whole(_ value: Double?) -> Int? { value.flatMap { Int(exactly: $0.rounded()) } }
        let stop = tuning?["stop"] ?? tuning?["stop_sequences"] ?? tuning?["stopSequences"]
        return Parameters(
            temperature: number("temperature"), topP: number("top_p", "topP"),
            maxTokens: whole(number("max_tokens", "max_completion_tokens", "maxOutputTokens", "max_output_tokens")),
            stop: stop?.string.map { [$0] } ?? stop?.array?.compactMap(\.string) ?? [], seed: whole(number("seed")))
    }
}
