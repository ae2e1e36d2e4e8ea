import OrderedJSON
import TraceModel

/// Reads the pieces of messages as every dialect writes them: OpenAI, Anthropic, Gemini, AI SDK, GenAI conventions.
enum MessageParts {
    /// What OpenInference writes in place of content it was told to hide.
    static let redacted = "__REDACTED__"

    /// The pieces of a content value: text, a list of parts, or one part.
    static func parts(_ content: JSONValue) -> [MessagePart] {
        switch content {
        case .null: []
        case .string(let text): [.text(text)]
        case .array(let elements): elements.flatMap(parts)
        case .object: BlockParts.isMark(content) ? [] : [part(content)]
        case .bool, .number: [.text(content.compactText)]
        }
    }

    /// One part.
    static func part(_ json: JSONValue) -> MessagePart {
        let type = json["type"]?.string ?? json["part_kind"]?.string ?? ""
        if let part = toolPart(json, type) ?? BlockParts.part(json) { return part }
        switch type {
        case "text", "input_text", "output_text", "":
            if let text = (json["text"] ?? json["content"] ?? BlockParts.text(json))?.string {
                return json["thought"]?.bool == true ? .reasoning(text) : .text(text)
            }
        case "reasoning", "thinking", "redacted_thinking":
            if let text = reasoning(json) { return .reasoning(text) }
        case "refusal":
            if let text = json["refusal"]?.string { return .text(text) }
        default: break
        }
        if let media = media(json, type) { return media }
        return .other(type: type.isEmpty ? "json" : type, json: json.compactText)
    }

    private static func reasoning(_ json: JSONValue) -> String? {
        if let text = (json["content"] ?? json["text"] ?? json["thinking"] ?? json["reasoning"])?.string { return text }
        let summary = json["summary"]?.array?.compactMap { $0["text"]?.string ?? $0.string }
        return summary.map { $0.joined(separator: "\n") }
    }

    /// A tool call or a tool's answer. What the provider runs itself (`server_tool_use`, `web_search_call`, `mcp_call`) is
    /// no call of the app's tools (D16a) and stays what it is.
    private static func toolPart(_ json: JSONValue, _ type: String) -> MessagePart? {
        switch type {
        case "tool_call", "tool-call", "tool_use", "function_call", "function", "custom_tool_call":
            return toolCall(json)
        case "tool_call_response", "server_tool_call_response", "tool-result", "tool_result", "function_call_output",
            "custom_tool_call_output":
            return toolResult(json)
        default: break
        }
        if let call = json["functionCall"] ?? json["function_call"], call.object != nil { return toolCall(call) }
        if let answer = json["functionResponse"] ?? json["function_response"], answer.object != nil {
            return .toolResult(
                id: answer["id"]?.string, name: answer["name"]?.string, result: text(answer["response"] ?? .null))
        }
        return nil
    }

    /// A call, however its name and arguments are called.
    static func toolCall(_ json: JSONValue) -> MessagePart? {
        let call = json["function"]?.object != nil ? json["function"] ?? json : json
        guard let name = (call["name"] ?? json["toolName"] ?? json["tool_name"] ?? json["name"])?.string else {
            return nil
        }
        let arguments = call["arguments"] ?? call["args"] ?? call["input"] ?? json["arguments"] ?? .null
        let id = json.firstText("id", "call_id", "toolCallId", "tool_call_id", "toolUseId", "ref")
        return .toolCall(id: id, name: name, arguments: text(arguments))
    }

    static func toolResult(_ json: JSONValue) -> MessagePart {
        let id = json.firstText("id", "toolCallId", "tool_use_id", "call_id", "toolUseId", "ref")
        let value =
            json["response"] ?? json["result"] ?? json["output"] ?? json["content"]
            ?? json["server_tool_call_response"] ?? .null
        return .toolResult(
            id: id, name: (json["name"] ?? json["toolName"])?.string, result: resultText(value))
    }

    /// A tool's answer as text: the AI SDK wraps it as `{type, value}`, Anthropic and Bedrock as a list of text parts.
    static func resultText(_ value: JSONValue) -> String {
        if value["type"]?.string != nil, let inner = value["value"] { return text(inner) }
        if let elements = value.array, !elements.isEmpty {
            let texts = elements.compactMap { element in
                element["type"]?.string ?? "text" == "text"
                    ? element["text"]?.string ?? element["json"].map(text) : nil
            }
            if texts.count == elements.count { return texts.joined(separator: "\n") }
        }
        return text(value)
    }

    /// A value as text: text as it is, nothing as nothing, anything else as compact JSON.
    static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .null: ""
        default: value.compactText
        }
    }

    /// Images, audio, files: what they are, not their bytes.
    private static func media(_ json: JSONValue, _ type: String) -> MessagePart? {
        if let data = json["inlineData"] ?? json["inline_data"] ?? json["blob"], data.object != nil {
            return .media(kind: "blob", summary: summary(of: data))
        }
        if let file = json["fileData"] ?? json["file_data"], file.object != nil {
            return .media(kind: "file", summary: summary(of: file))
        }
        switch type {
        case "image", "image_url", "input_image", "audio", "input_audio", "file", "input_file", "blob", "uri",
            "document",
            "video":
            let kind = json["modality"]?.string ?? (type == "image_url" || type == "input_image" ? "image" : type)
            return .media(kind: kind, summary: summary(of: json))
        default: return nil
        }
    }

    private static func summary(of json: JSONValue) -> String {
        let inner = json["image_url"] ?? json["source"] ?? json["input_audio"] ?? json["file"] ?? json["image"]
        let mime = [json, inner ?? .null].compactMap { holder in
            (holder["mime_type"] ?? holder["mimeType"] ?? holder["mediaType"] ?? holder["media_type"]
                ?? holder["format"])?.string
        }.first
        let places = [json, inner ?? .null].compactMap { holder in
            (holder["uri"] ?? holder["url"] ?? holder["file_id"] ?? holder["fileUri"] ?? holder["filename"]
                ?? holder["file_uri"])?.string ?? holder.string
        }
        if let place = places.first { return shortened(place, mime) }
        let data = [json, inner ?? .null].compactMap { holder in
            (holder["data"] ?? holder["content"] ?? holder["image"])?.string
        }.first
        let size = data.map { sizeText($0.utf8.count * 3 / 4) }
        return [mime, size].compactMap(\.self).joined(separator: ", ")
    }

    /// A URL as it is; a `data:` URL as its type and size.
    private static func shortened(_ place: String, _ mime: String?) -> String {
        guard place.hasPrefix("data:") else { return [mime, place].compactMap(\.self).joined(separator: ", ") }
        let head = place.dropFirst(5).prefix { $0 != ";" && $0 != "," }
        return "\(head), \(sizeText(place.utf8.count * 3 / 4))"
    }

    private static func sizeText(_ bytes: Int) -> String {
        bytes < 1_000 ? "\(bytes) B" : bytes < 1_000_000 ? "\(bytes / 1_000) KB" : "\(bytes / 1_000_000) MB"
    }
}
