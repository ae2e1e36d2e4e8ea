import OrderedJSON
import TraceModel

/// What was said, in the JSON of the GenAI conventions (`gen_ai.input.messages`, `gen_ai.output.messages`).
enum ConventionMessages {
    /// - Parameter finishReason: for what a model said: each of its messages tells it.
    static func text(_ content: CapturedContent, finishReason: String?) -> String? {
        let messages: [Message] =
            switch content {
            case .notCaptured: []
            case .messages(let messages): messages
            case .value(let text): [Message(role: finishReason == nil ? "user" : "assistant", parts: [.text(text)])]
            }
        guard !messages.isEmpty else { return nil }
        return JSONValue.array(messages.map { json($0, finishReason) }).compactText
    }

    private static func json(_ message: Message, _ finishReason: String?) -> JSONValue {
        var json: JSONValue = ["role": .string(message.role), "parts": .array(message.parts.map(part))]
        if let name = message.name { json["name"] = .string(name) }
        if let finishReason { json["finish_reason"] = .string(finishReason) }
        return json
    }

    private static func part(_ part: MessagePart) -> JSONValue {
        switch part {
        case .text(let text): return ["type": "text", "content": .string(text)]
        case .reasoning(let text): return ["type": "reasoning", "content": .string(text)]
        case .toolCall(let id, let name, let arguments):
            let parsed = try? JSONValue(parsing: arguments, allowsLoneSurrogates: true)
            return [
                "type": "tool_call", "id": id.map(JSONValue.string) ?? .null, "name": .string(name),
                "arguments": parsed ?? .string(arguments),
            ]
        case .toolResult(let id, _, let result):
            return [
                "type": "tool_call_response", "id": id.map(JSONValue.string) ?? .null, "response": .string(result),
            ]
        case .media(let kind, let summary):
            return ["type": .string(kind), "content": .string(summary)]
        case .other(let type, let json):
            return [
                "type": .string(type),
                "content": (try? JSONValue(parsing: json, allowsLoneSurrogates: true)) ?? .string(json),
            ]
        }
    }
}
