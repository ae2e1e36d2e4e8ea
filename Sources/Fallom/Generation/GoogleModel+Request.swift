import OrderedJSON
import ProviderCalls

extension GoogleModel {
    func request(_ call: ModelCall) -> GenerateRequest {
        let system = call.messages.filter { $0.role == .system }.map { $0.parts.map(Self.part) }
        var made = ObjectBuilder()
        made.add("contents", .array(call.messages.filter { $0.role != .system }.map(Self.content)))
        if !system.isEmpty { made.add("systemInstruction", ["parts": .array(system.flatMap(\.self))]) }
        if !call.tools.isEmpty {
            let tools = call.tools.map { tool -> JSONValue in
                [
                    "name": .string(tool.name), "description": .string(tool.description),
                    "parameters": tool.parameters.value,
                ]
            }
            made.add("tools", [["functionDeclarations": .array(tools)]])
        }
        made.add("toolConfig", call.settings.toolChoice.map { ["functionCallingConfig": $0.googleJSON] })
        let configuration = Self.configuration(call)
        if configuration != .object([]) { made.add("generationConfig", configuration) }
        return GenerateRequest(
            JSON(call.settings.applyingOptions(to: made.object, of: "google", provider: provider)))
    }

    private static func configuration(_ call: ModelCall) -> JSONValue {
        let settings = call.settings
        var made = ObjectBuilder()
        made.add("temperature", settings.temperature.map { .number($0) })
        made.add("topP", settings.topP.map { .number($0) })
        made.add("topK", settings.topK.map { .number($0) })
        made.add("maxOutputTokens", settings.maxTokens.map { .number($0) })
        if !settings.stop.isEmpty { made.add("stopSequences", settings.stop.jsonValue) }
        made.add("seed", settings.seed.map { .number($0) })
        made.add("presencePenalty", settings.presencePenalty.map { .number($0) })
        made.add("frequencyPenalty", settings.frequencyPenalty.map { .number($0) })
        if let reasoning = settings.reasoning {
            let budget: JSONValue = ["thinkingBudget": .number(reasoning.tokens)]
            made.add("thinkingConfig", reasoning.tokens > 0 ? budget.setting("includeThoughts", true) : budget)
        }
        if let schema = call.schema {
            made.add("responseMimeType", "application/json")
            made.add("responseJsonSchema", schema.schema.value)
        }
        return made.object
    }

    private static func content(_ message: ModelMessage) -> JSONValue {
        if message.role == .tool {
            let parts = message.toolResults.map { result -> JSONValue in
                let said = result.result.value
                let response: JSONValue = said.object == nil ? ["result": said] : said
                return ["functionResponse": ["name": .string(result.name), "response": response]]
            }
            return ["role": "user", "parts": .array(parts)]
        }
        guard message.role == .assistant else { return ["role": "user", "parts": .array(message.parts.map(part))] }
        if let original = message.original, original.api == api {
            return ["role": "model", "parts": original.json.value]
        }
        var parts: [JSONValue] = message.text.isEmpty ? [] : [["text": .string(message.text)]]
        parts += message.toolCalls.map {
            ["functionCall": ["name": .string($0.name), "args": $0.arguments?.value ?? .object([])]]
        }
        return ["role": "model", "parts": .array(parts)]
    }

    private static func part(_ part: ContentPart) -> JSONValue {
        guard case .media(let media) = part.content else { return ["text": .string(part.text ?? "")] }
        var made = ObjectBuilder()
        if !media.type.isEmpty { made.add("mimeType", media.type) }
        switch media.source {
        case .data(let data):
            made.add("data", data)
            return ["inlineData": made.object]
        case .url(let url):
            made.add("fileUri", url)
            return ["fileData": made.object]
        }
    }
}

extension ToolChoice {
    /// `functionCallingConfig` of Gemini.
    fileprivate var googleJSON: JSONValue {
        switch kind {
        case .auto: ["mode": "AUTO"]
        case .never: ["mode": "NONE"]
        case .required: ["mode": "ANY"]
        case .tool(let name): ["mode": "ANY", "allowedFunctionNames": [.string(name)]]
        }
    }
}
