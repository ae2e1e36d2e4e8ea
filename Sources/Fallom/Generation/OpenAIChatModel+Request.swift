import OrderedJSON
import ProviderCalls

extension OpenAIChatModel {
    func request(_ call: ModelCall) throws(ProviderError) -> ChatRequest {
        var made = ObjectBuilder()
        made.add("model", modelID)
        var messages: [JSONValue] = []
        for message in call.messages { messages += try Self.messages(message) }
        made.add("messages", .array(messages))
        if !call.tools.isEmpty { made.add("tools", .array(call.tools.map(Self.tool))) }
        if let schema = call.schema {
            let named: JSONValue = ["name": .string(schema.name), "schema": schema.schema.value]
            made.add(
                "response_format",
                ["type": "json_schema", "json_schema": schema.isStrict ? named.setting("strict", true) : named])
        }
        let settings = call.settings
        made.add("temperature", settings.temperature.map { .number($0) })
        made.add("top_p", settings.topP.map { .number($0) })
        made.add(
            wantsCompletionTokens ? "max_completion_tokens" : "max_tokens", settings.maxTokens.map { .number($0) })
        if !settings.stop.isEmpty { made.add("stop", settings.stop.jsonValue) }
        made.add("seed", settings.seed.map { .number($0) })
        made.add("presence_penalty", settings.presencePenalty.map { .number($0) })
        made.add("frequency_penalty", settings.frequencyPenalty.map { .number($0) })
        made.add("tool_choice", settings.toolChoice?.openAIJSON)
        made.add("parallel_tool_calls", settings.parallelTools.map { .bool($0) })
        made.add("reasoning_effort", settings.reasoning.map { .string($0.word) })
        return ChatRequest(JSON(settings.applyingOptions(to: made.object, of: "openai", provider: provider)))
    }

    /// Whether the model takes its limit as `max_completion_tokens` alone: those that reason (o1, o3, …, gpt-5 and later).
    private var wantsCompletionTokens: Bool {
        let name = modelID.split(separator: "/").last.map(String.init) ?? modelID
        if name.hasPrefix("gpt-") {
            // Azure's name of 3.5 is gpt-35.
            return Int(name.dropFirst(4).prefix { $0.isNumber }).map { $0 >= 5 && $0 != 35 } ?? false
        }
        return name.hasPrefix("o") && name.dropFirst().first?.isNumber == true
    }

    private static func tool(_ tool: ToolDefinition) -> JSONValue {
        let function: JSONValue = [
            "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters.value,
        ]
        return ["type": "function", "function": tool.isStrict ? function.setting("strict", true) : function]
    }

    private static func messages(_ message: ModelMessage) throws(ProviderError) -> [JSONValue] {
        if message.role == .tool {
            return message.toolResults.map {
                ["role": "tool", "tool_call_id": .string($0.callID), "content": .string($0.text)]
            }
        }
        if let original = message.original, original.api == api { return [original.json.value] }
        for part in message.parts {
            guard case .media(let media) = part.content else { continue }
            if media.kind != .picture, case .url = media.source {
                throw .unsupported(media, by: "OpenAI's Chat Completions", hint: "by its address; give its bytes")
            }
        }
        return [message.json]
    }
}

extension ContentPart {
    /// OpenAI's words for it, also where a record shows it.
    var shown: JSONValue {
        guard case .media(let media) = content else { return ["type": "text", "text": .string(text ?? "")] }
        switch (media.kind, media.source) {
        case (.picture, _):
            let address: JSONValue = ["url": .string(media.address)]
            let picture = media.detail.map { address.setting("detail", .string($0)) } ?? address
            return ["type": "image_url", "image_url": picture]
        case (.sound, .data(let data)):
            let format = media.type.split(separator: "/").last.map(String.init) ?? media.type
            return ["type": "input_audio", "input_audio": ["data": .string(data), "format": .string(format)]]
        case (.file, .url(let url)), (.sound, .url(let url)):
            return ["type": "file", "file": ["filename": .string(media.name ?? ""), "file_url": .string(url)]]
        case (.file, .data):
            return [
                "type": "file",
                "file": ["filename": .string(media.name ?? "file"), "file_data": .string(media.address)],
            ]
        }
    }
}

extension ToolChoice {
    /// `tool_choice` of Chat Completions.
    fileprivate var openAIJSON: JSONValue {
        switch kind {
        case .auto: "auto"
        case .never: "none"
        case .required: "required"
        case .tool(let name): ["type": "function", "function": ["name": .string(name)]]
        }
    }
}

extension ProviderError {
    /// A part that an API has no place for.
    static func unsupported(_ media: ContentPart.Media, by api: String, hint: String = "") -> ProviderError {
        ProviderError(
            kind: .invalidRequest,
            message: "\(api) takes no \(media.kind.rawValue)" + (hint.isEmpty ? "" : " " + hint))
    }
}
