import OrderedJSON

/// One message of a demo conversation before it takes the shape of a provider's API.
enum DemoMessage: Hashable, Sendable {
    case system(String)
    case user(String)
    case assistant(String)
    /// The model asks for a tool; arguments are JSON.
    case toolCall(id: String, name: String, arguments: String)
    /// What the tool gave; JSON or plain text.
    case toolResult(id: String, name: String, result: String)

    /// A guess at its tokens: four Latin letters or one ideograph make one.
    var tokens: Int {
        switch self {
        case .system(let text), .user(let text), .assistant(let text): 4 + Self.tokens(in: text)
        case .toolCall(_, let name, let arguments): 8 + Self.tokens(in: name) + Self.tokens(in: arguments)
        case .toolResult(_, _, let result): 6 + Self.tokens(in: result)
        }
    }

    /// A guess at the tokens of a text.
    static func tokens(in text: String) -> Int {
        let scalars = text.unicodeScalars
        let wide = scalars.count { $0.value >= 0x2E80 }
        return max(1, (scalars.count - wide + 3) / 4 + wide)
    }
}

/// The request's messages in the shape of the provider's API.
struct DemoRequest {
    let model: DemoModel
    let messages: [DemoMessage]
    let tools: [String]

    /// The request body as the SDKs record it.
    var json: JSONValue {
        var members = [JSONMember("model", .string(model.name))]
        switch model.provider {
        case .openai:
            members.append(JSONMember("messages", .array(messages.map(openAI))))
        case .anthropic:
            if let system { members.append(JSONMember("system", .string(system))) }
            members.append(JSONMember("max_tokens", .number(4096)))
            members.append(JSONMember("messages", .array(spoken.map(anthropic))))
        case .google:
            if let system { members.append(JSONMember("system", .string(system))) }
            members.append(JSONMember("contents", .array(spoken.map(google))))
        }
        if !tools.isEmpty {
            members.append(JSONMember("tools", .array(tools.map(tool))))
        }
        members.append(JSONMember("stream", .bool(true)))
        return .object(members)
    }

    private var system: String? {
        for case .system(let text) in messages { return text }
        return nil
    }

    private var spoken: [DemoMessage] {
        messages.filter { if case .system = $0 { false } else { true } }
    }

    private func tool(_ name: String) -> JSONValue {
        switch model.provider {
        case .openai:
            .object(["type": .string("function"), "function": .object(["name": .string(name)])])
        case .anthropic, .google:
            .object(["name": .string(name)])
        }
    }

    private func openAI(_ message: DemoMessage) -> JSONValue {
        switch message {
        case .system(let text): .object(["role": .string("system"), "content": .string(text)])
        case .user(let text): .object(["role": .string("user"), "content": .string(text)])
        case .assistant(let text): .object(["role": .string("assistant"), "content": .string(text)])
        case .toolCall(let id, let name, let arguments):
            .object([
                "role": .string("assistant"), "content": .null,
                "tool_calls": .array([DemoResponse.openAICall(id: id, name: name, arguments: arguments)]),
            ])
        case .toolResult(let id, _, let result):
            .object(["role": .string("tool"), "tool_call_id": .string(id), "content": .string(result)])
        }
    }

    private func anthropic(_ message: DemoMessage) -> JSONValue {
        switch message {
        case .system(let text), .user(let text): .object(["role": .string("user"), "content": .string(text)])
        case .assistant(let text): .object(["role": .string("assistant"), "content": .string(text)])
        case .toolCall(let id, let name, let arguments):
            .object([
                "role": .string("assistant"),
                "content": .array([
                    .object([
                        "type": .string("tool_use"), "id": .string(id), "name": .string(name),
                        "input": DemoResponse.parsed(arguments),
                    ])
                ]),
            ])
        case .toolResult(let id, _, let result):
            .object([
                "role": .string("user"),
                "content": .array([
                    .object([
                        "type": .string("tool_result"), "tool_use_id": .string(id), "content": .string(result),
                    ])
                ]),
            ])
        }
    }

    private func google(_ message: DemoMessage) -> JSONValue {
        switch message {
        case .system(let text), .user(let text): part("user", ["text": .string(text)])
        case .assistant(let text): part("model", ["text": .string(text)])
        case .toolCall(_, let name, let arguments):
            part(
                "model",
                ["functionCall": .object(["name": .string(name), "args": DemoResponse.parsed(arguments)])])
        case .toolResult(_, let name, let result):
            part(
                "user",
                ["functionResponse": .object(["name": .string(name), "response": DemoResponse.parsed(result)])])
        }
    }

    private func part(_ role: String, _ content: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(["role": .string(role), "parts": .array([.object(content)])])
    }
}
