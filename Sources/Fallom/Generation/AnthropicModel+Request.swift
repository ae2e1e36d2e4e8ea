import OrderedJSON
import ProviderCalls

extension AnthropicModel {
    func request(_ call: ModelCall) throws(ProviderError) -> MessagesRequest {
        var system: [String] = []
        var messages: [JSONValue] = []
        for message in call.messages {
            if message.role == .system {
                system.append(message.text)
            } else {
                messages.append(try Self.message(message))
            }
        }
        if let schema = call.schema {
            system.append("Answer with JSON only, following this schema: " + schema.schema.compactText)
        }
        let settings = call.settings
        let thinking = settings.reasoning?.tokens ?? 0
        var made = ObjectBuilder()
        made.add("model", modelID)
        // What is thought counts, too: without a limit of the app's there is room for both.
        made.add("max_tokens", .number(settings.maxTokens ?? 4096 + thinking))
        if !system.isEmpty { made.add("system", system.joined(separator: "\n\n")) }
        made.add("messages", .array(messages))
        if !call.tools.isEmpty { made.add("tools", .array(call.tools.map(Self.tool))) }
        made.add("tool_choice", Self.toolChoice(settings, hasTools: !call.tools.isEmpty))
        if thinking > 0 {
            made.add("thinking", ["type": "enabled", "budget_tokens": .number(thinking)])
        } else if settings.reasoning != nil {
            made.add("thinking", ["type": "disabled"])
        }
        made.add("temperature", settings.temperature.map { .number($0) })
        made.add("top_p", settings.topP.map { .number($0) })
        made.add("top_k", settings.topK.map { .number($0) })
        if !settings.stop.isEmpty { made.add("stop_sequences", settings.stop.jsonValue) }
        return MessagesRequest(
            JSON(settings.applyingOptions(to: made.object, of: "anthropic", provider: provider)))
    }

    private static func tool(_ tool: ToolDefinition) -> JSONValue {
        ["name": .string(tool.name), "description": .string(tool.description), "input_schema": tool.parameters.value]
    }

    private static func toolChoice(_ settings: ModelSettings, hasTools: Bool) -> JSONValue? {
        let isSingle = settings.parallelTools == false
        guard hasTools, settings.toolChoice != nil || isSingle else { return nil }
        let choice: JSONValue =
            switch settings.toolChoice?.kind ?? .auto {
            case .auto: ["type": "auto"]
            case .never: ["type": "none"]
            case .required: ["type": "any"]
            case .tool(let name): ["type": "tool", "name": .string(name)]
            }
        return isSingle && settings.toolChoice != .never
            ? choice.setting("disable_parallel_tool_use", true) : choice
    }

    private static func message(_ message: ModelMessage) throws(ProviderError) -> JSONValue {
        if message.role == .tool {
            let content = message.toolResults.map { result -> JSONValue in
                let said: JSONValue = [
                    "type": "tool_result", "tool_use_id": .string(result.callID), "content": .string(result.text),
                ]
                return result.isError ? said.setting("is_error", true) : said
            }
            return ["role": "user", "content": .array(content)]
        }
        guard message.role == .assistant else {
            if let text = message.parts.onlyText { return ["role": "user", "content": .string(text)] }
            var content: [JSONValue] = []
            for part in message.parts { content.append(try Self.block(part)) }
            return ["role": "user", "content": .array(content)]
        }
        if let original = message.original, original.api == api {
            return ["role": "assistant", "content": original.json.value]
        }
        var content: [JSONValue] = message.text.isEmpty ? [] : [["type": "text", "text": .string(message.text)]]
        content += message.toolCalls.map {
            [
                "type": "tool_use", "id": .string($0.id), "name": .string($0.name),
                "input": $0.arguments?.value ?? .object([]),
            ]
        }
        return ["role": "assistant", "content": .array(content)]
    }

    private static func block(_ part: ContentPart) throws(ProviderError) -> JSONValue {
        guard case .media(let media) = part.content else { return ["type": "text", "text": .string(part.text ?? "")] }
        guard media.kind != .sound else { throw .unsupported(media, by: "Anthropic's Messages") }
        let source: JSONValue =
            switch media.source {
            case .url(let url): ["type": "url", "url": .string(url)]
            case .data(let data): ["type": "base64", "media_type": .string(media.type), "data": .string(data)]
            }
        let block: JSONValue = ["type": media.kind == .picture ? "image" : "document", "source": source]
        return media.name.map { block.setting("title", .string($0)) } ?? block
    }
}
