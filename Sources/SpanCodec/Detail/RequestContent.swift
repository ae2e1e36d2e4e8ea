import OrderedJSON
import TraceModel

/// Reads requests to model providers: the bodies of the vendors' APIs, as `fallom.raw.request` and others keep them.
enum RequestContent {
    /// The conversation of a request; `nil` when it holds none.
    static func messages(_ json: JSONValue) -> [Message]? {
        switch json {
        case .string(let text): return [Message(role: "user", parts: [.text(text)])]
        case .array: return MessageReader.messages(json, role: "user")
        case .object: return object(json)
        default: return nil
        }
    }

    private static func object(_ json: JSONValue) -> [Message]? {
        if MessageReader.isMessage(json) { return [MessageReader.message(json, role: "user")] }
        var found = false
        var messages = system(json)
        if !messages.isEmpty { found = true }
        if json["messages"] == nil, let arguments = json["kwargs"], let messages = object(arguments) { return messages }
        for name in ["messages", "contents", "input", "prompt", "inputs", "inputText"] {
            guard let value = json[name], !value.isNull else { continue }
            if name == "input" && !isModelInput(json, value) { continue }
            guard let part = MessageReader.messages(value, role: "user") ?? nested(value) else { continue }
            found = true
            messages += part
        }
        return found ? messages : nil
    }

    /// `prompt` may again hold `{system, messages}`.
    private static func nested(_ value: JSONValue) -> [Message]? {
        value.object == nil ? nil : object(value)
    }

    /// Whether `input` is what a model was asked (OpenAI Responses), and not what a tool or a chain was given.
    private static func isModelInput(_ json: JSONValue, _ value: JSONValue) -> Bool {
        json["model"] != nil || json["instructions"] != nil || value.array != nil
    }

    /// The system text, which goes first.
    private static func system(_ json: JSONValue) -> [Message] {
        ["system", "instructions", "systemInstruction", "system_instruction", "systemPrompt"].compactMap { name in
            guard let value = json[name], !value.isNull else { return nil }
            let parts = MessageParts.parts(value["parts"] ?? value)
            return parts.isEmpty ? nil : Message(role: "system", parts: parts)
        }
    }
}

/// Reads answers of model providers, as `fallom.raw.response` and others keep them.
enum ResponseContent {
    /// The answer: a conversation, or a generated object.
    static func content(_ json: JSONValue) -> CapturedContent? {
        switch json {
        case .string(let text): return .messages([Message(role: "assistant", parts: [.text(text)])])
        case .array(let elements):
            // A list of choices.
            if !elements.isEmpty, elements.allSatisfy({ $0["message"]?.object != nil }) {
                return .messages(elements.map { MessageReader.message($0["message"] ?? .null, role: "assistant") })
            }
            return MessageReader.messages(json, role: "assistant").map(CapturedContent.messages)
        case .object: break
        default: return nil
        }
        var parts: [MessagePart] = []
        if let reasoning = (json["reasoning"] ?? json["reasoningText"])?.string, !reasoning.isEmpty {
            parts.append(.reasoning(reasoning))
        }
        let body = bodyParts(json)
        if let text = json["text"]?.string {
            parts.append(.text(text))
        } else {
            parts += body.filter { !isCall($0) }
        }
        parts += calls(json, body)
        parts += (json["files"]?.array ?? []).map(MessageParts.part)
        let object = json["object"] ?? .null
        if object.object != nil || object.array != nil, json["text"]?.string == nil, body.isEmpty {
            return .value(object.compactText)
        }
        return .messages(parts.isEmpty ? [] : [Message(role: "assistant", parts: parts)])
    }

    static func isCall(_ part: MessagePart) -> Bool {
        if case .toolCall = part { true } else { false }
    }

    /// The parts of the answer as the vendor's own shape holds them.
    private static func bodyParts(_ json: JSONValue) -> [MessagePart] {
        let parts = chatParts(json)
        return parts.isEmpty ? completionParts(json) : parts
    }

    /// Answers that are text under a name of its own, alone or in a list: OpenRouter, watsonx, Titan, Llama and Mistral
    /// on Bedrock, Hugging Face, Cohere, LangChain, Ollama.
    private static func completionParts(_ json: JSONValue) -> [MessagePart] {
        if let text = BlockParts.text(json) ?? json.first("response", "combined_chunk_content"), text.string != nil {
            return MessageParts.parts(text)
        }
        if let message = json["output"]?["message"] { return MessageReader.message(message, role: "assistant").parts }
        if let text = json["output"]?.string ?? json["message"]?.string { return [.text(text)] }
        for name in ["results", "outputs", "generations"] {
            guard let first = json[name]?[0] else { continue }
            let answer = first[0] ?? first
            if let message = answer["message"], let found = MessageReader.messages(message, role: "assistant") {
                return found.flatMap(\.parts)
            }
            if answer["text"] != nil || BlockParts.text(answer) != nil { return [MessageParts.part(answer)] }
        }
        return []
    }

    private static func chatParts(_ json: JSONValue) -> [MessagePart] {
        if let content = json["content"], content.array != nil || content.string != nil {
            return MessageParts.parts(content)
        }
        if let content = json["content"], content["parts"] != nil {
            return MessageParts.parts(content["parts"] ?? .null)
        }
        if let candidates = json["candidates"]?.array {
            return candidates.prefix(1).flatMap { MessageParts.parts($0["content"]?["parts"] ?? .null) }
        }
        if let output = json["output"]?.array {
            return output.flatMap { item in
                item["type"]?.string == "message"
                    ? MessageParts.parts(item["content"] ?? .null) : [MessageParts.part(item)]
            }
        }
        if let choice = json["choices"]?[0] {
            if let message = choice["message"] { return MessageReader.message(message, role: "assistant").parts }
            return MessageParts.parts(choice["text"] ?? .null)
        }
        if let message = json["message"], message.object != nil {
            return MessageReader.message(message, role: "assistant").parts
        }
        if let messages = json["responseMessages"]?.array ?? json["messages"]?.array {
            let found = MessageReader.messages(.array(messages), role: "user") ?? []
            return found.filter { $0.role == "assistant" }.flatMap(\.parts)
        }
        return []
    }

    /// The tool calls: of all steps if any step has one (D17), else of the list beside the text, else of the parts.
    private static func calls(_ json: JSONValue, _ body: [MessagePart]) -> [MessagePart] {
        let steps = (json["steps"]?.array ?? []).flatMap { step in
            (step["toolCalls"]?.array ?? []).compactMap(MessageParts.toolCall)
        }
        if !steps.isEmpty { return steps }
        let list = (json["toolCalls"] ?? json["tool_calls"])?.array ?? []
        let calls = list.compactMap(MessageParts.toolCall)
        return calls.isEmpty ? body.filter(isCall) : calls
    }
}
