import OrderedJSON
import TraceModel

/// Reads conversations as every dialect writes them.
enum MessageReader {
    /// The messages of a value that may be a text, a message, or a list of them. `role` is for those without one.
    /// `nil` when it has not the shape of a conversation.
    static func messages(_ json: JSONValue, role: String) -> [Message]? {
        switch json {
        case .string(let text): return [Message(role: role, parts: [.text(text)])]
        case .array(let elements): return list(elements, role: role)
        case .object:
            let json = unwrapped(json)
            return isMessage(json) ? [message(json, role: role)] : nil
        default: return nil
        }
    }

    /// The messages of text that may be JSON: a list or an object is read as such, anything else is one message.
    static func messages(text: String, role: String) -> [Message] {
        if let json = structured(text), let messages = messages(json, role: role) { return messages }
        return [Message(role: role, parts: [.text(text)])]
    }

    /// The JSON of a text that holds a list or an object.
    static func structured(_ text: String) -> JSONValue? {
        guard let first = text.utf8.first(where: { $0 > 0x20 }), first == 0x5B || first == 0x7B else { return nil }
        return StructuredText.structure(text)
    }

    /// Whether a list is of the pieces of one message.
    static func isParts(_ json: JSONValue) -> Bool {
        guard let elements = json.array, !elements.isEmpty else { return false }
        return elements.allSatisfy { $0.object != nil && ($0["type"]?.string != nil || BlockParts.isBlock($0)) }
    }

    private static func list(_ elements: [JSONValue], role: String) -> [Message]? {
        guard !elements.isEmpty else { return [] }
        let elements = elements.map(unwrapped)
        if elements.allSatisfy({ isMessage($0) || $0.string != nil || isItem($0) }) {
            return elements.compactMap { element in
                if let text = element.string { return Message(role: role, parts: [.text(text)]) }
                return isMessage(element) ? message(element, role: role) : item(element)
            }
        }
        // A list of lists: LangChain batches prompts.
        if elements.count == 1, let inner = elements[0].array { return list(inner, role: role) }
        // A list of parts is one message.
        guard elements.allSatisfy({ $0["type"] != nil || BlockParts.isBlock($0) || $0.string != nil }) else {
            return nil
        }
        return [Message(role: role, parts: elements.flatMap(MessageParts.parts))]
    }

    /// Whether it looks like a message: a role beside content, or parts.
    static func isMessage(_ json: JSONValue) -> Bool {
        guard json.object != nil else { return false }
        if json["role"]?.string != nil { return true }
        return json["parts"]?.array != nil
            || json["content"] != nil && json["type"]?.string != "text"
                && MessageRoles.ofType(json["type"]?.string) != nil
    }

    /// Whether it is an item of OpenAI's Responses API without a role of its own.
    private static func isItem(_ json: JSONValue) -> Bool {
        switch json["type"]?.string {
        case "reasoning", "message": true
        case let type?: type.hasSuffix("_call") || type.hasSuffix("_call_output")
        case nil: false
        }
    }

    /// A message as LangChain writes it down, with its members one level deeper.
    private static func unwrapped(_ json: JSONValue) -> JSONValue {
        if json["lc"] != nil, let members = json["kwargs"]?.object {
            let type = json["id"]?.array?.last ?? .null
            return .object(members.filter { $0.name != "type" } + [JSONMember("type", type)])
        }
        if let type = json["type"], json["content"] == nil, let members = json["data"]?.object {
            return .object(members.filter { $0.name != "type" } + [JSONMember("type", type)])
        }
        return json
    }

    private static func item(_ json: JSONValue) -> Message? {
        switch json["type"]?.string {
        case "function_call_output", "custom_tool_call_output": Message(role: "tool", parts: [MessageParts.part(json)])
        case "message": message(json, role: "assistant")
        default: Message(role: "assistant", parts: [MessageParts.part(json)])
        }
    }

    /// One message object.
    static func message(_ json: JSONValue, role fallback: String) -> Message {
        let role = MessageRoles.folded(json["role"]?.string ?? MessageRoles.ofType(json["type"]?.string) ?? fallback)
        var parts: [MessagePart] = []
        if let reasoning = (json["reasoning_content"] ?? json["reasoning"] ?? json["thinking"])?.string,
            !reasoning.isEmpty
        {
            parts.append(.reasoning(reasoning))
        }
        let content = json.first("parts", "content", "contents", "text") ?? BlockParts.text(json) ?? .null
        if role == "tool", content.string != nil || content.array?.first?["type"]?.string == "text" {
            let id = json["tool_call_id"] ?? json["id"] ?? json["toolCallId"]
            parts.append(
                .toolResult(id: id?.string, name: json["name"]?.string, result: MessageParts.resultText(content)))
        } else {
            parts += MessageParts.parts(content)
        }
        parts += calls(json, beside: parts)
        if let refusal = json["refusal"]?.string { parts.append(.text(refusal)) }
        return Message(role: role, name: json["name"]?.string, parts: parts)
    }

    /// Tool calls that stand beside the content, unless they are repeated among its parts (D16).
    private static func calls(_ json: JSONValue, beside parts: [MessagePart]) -> [MessagePart] {
        let hasCalls = parts.contains { part in
            if case .toolCall = part { true } else { false }
        }
        guard !hasCalls else { return [] }
        var list = json["tool_calls"] ?? json["toolCalls"] ?? .null
        if let text = list.string { list = structured(text) ?? .null }
        var calls = (list.array ?? []).compactMap(MessageParts.toolCall)
        if calls.isEmpty, let call = json["function_call"], let part = MessageParts.toolCall(call) { calls = [part] }
        return calls
    }
}

/// Names of who speaks.
enum MessageRoles {
    /// The common name of a role: Gemini says `model`, LangChain `human` and `ai`, OpenAI also `developer`.
    static func folded(_ role: String) -> String {
        switch role.lowercased() {
        case "human", "user": "user"
        case "ai", "model", "assistant": "assistant"
        case "function", "tool": "tool"
        case "system": "system"
        default: role
        }
    }

    /// LangChain messages and pydantic-ai parts say who speaks by their type.
    static func ofType(_ type: String?) -> String? {
        switch type {
        case "human", "HumanMessage", "HumanMessageChunk": "user"
        case "ai", "AIMessage", "AIMessageChunk": "assistant"
        case "system", "SystemMessage": "system"
        case "tool", "ToolMessage": "tool"
        default: nil
        }
    }
}
