import OrderedJSON
import TraceModel

/// A conversation in the forms of the APIs.
struct RequestForm: Sendable {
    private let messages: [Message]
    private let tools: [RecordedRequest.Tool]
    private let parameters: RecordedRequest.Parameters
    private let model: String

    init(
        _ messages: [Message], _ tools: [RecordedRequest.Tool], _ parameters: RecordedRequest.Parameters, model: String
    ) {
        self.messages = Self.identified(messages)
        self.tools = tools
        self.parameters = parameters
        self.model = model
    }

    /// Whether it holds what cannot be said again.
    var hasLost: Bool {
        messages.contains { message in
            message.parts.contains { part in
                guard case .media(_, let summary) = part else { return false }
                return !Self.isAddress(summary)
            }
        }
    }

    static func isAddress(_ text: String) -> Bool { text.hasPrefix("https://") || text.hasPrefix("http://") }

    /// An answer in pieces, with its tokens at the end.
    static let streaming = [
        JSONMember("stream", true), JSONMember("stream_options", ["include_usage": true]),
    ]

    func body(as shape: RecordedRequest.Shape) -> JSONValue {
        switch shape {
        case .openAI: .object(openAI)
        case .anthropic: .object(anthropic)
        case .google: .object(google)
        }
    }

    /// APIs tie a tool's answer to its call by an id: where a span kept none, they get one by their order.
    private static func identified(_ messages: [Message]) -> [Message] {
        var (asked, answered) = (0, 0)
        var open: [(name: String, id: String)] = []
        return messages.map { message -> Message in
            var message = message
            message.parts = message.parts.map { part -> MessagePart in
                switch part {
                case .toolCall(let id, let name, let arguments):
                    asked += 1
                    let own = id ?? "call_\(asked)"
                    open.append((name, own))
                    return .toolCall(id: own, name: name, arguments: arguments)
                case .toolResult(let id, let name, let result):
                    answered += 1
                    let place = open.firstIndex { call in
                        id.map { $0 == call.id } ?? (name.map { $0 == call.name } ?? true)
                    }
                    let call = place.map { open.remove(at: $0) }
                    return .toolResult(
                        id: id ?? call?.id ?? "call_\(answered)", name: name ?? call?.name, result: result)
                default: return part
                }
            }
            return message
        }
    }

    /// What all system messages say.
    private var system: String {
        messages.filter { RequestRole($0.role) == .system }.map(\.saidText).joined(separator: "\n\n")
    }
}

extension Message {
    /// Its texts.
    var saidText: String {
        parts.compactMap { part -> String? in
            switch part {
            case .text(let text): text
            case .other(_, let json): json
            default: nil
            }
        }.joined(separator: "\n")
    }
}

// MARK: - OpenAI

extension RecordedRequest.Parameters {
    /// Models that think take the length of their answers by another name, and no temperature but their own.
    func openAI(_ model: String) -> [JSONMember] {
        let thinks = ["o1", "o3", "o4", "gpt-5"].contains { model.hasPrefix($0) }
        var members: [JSONMember] = []
        if let temperature, !thinks { members.append(JSONMember("temperature", .number(temperature))) }
        if let topP, !thinks { members.append(JSONMember("top_p", .number(topP))) }
        if let maxTokens {
            members.append(JSONMember(thinks ? "max_completion_tokens" : "max_tokens", .number(maxTokens)))
        }
        if !stop.isEmpty { members.append(JSONMember("stop", .array(stop.map(JSONValue.string)))) }
        if let seed { members.append(JSONMember("seed", .number(seed))) }
        return members
    }

    var anthropic: [JSONMember] {
        var members = [JSONMember("max_tokens", .number(maxTokens ?? 4_096))]
        if let temperature { members.append(JSONMember("temperature", .number(min(1, temperature)))) }
        if let topP { members.append(JSONMember("top_p", .number(topP))) }
        if !stop.isEmpty { members.append(JSONMember("stop_sequences", .array(stop.map(JSONValue.string)))) }
        return members
    }

    var google: [JSONMember] {
        var members: [JSONMember] = []
        if let temperature { members.append(JSONMember("temperature", .number(temperature))) }
        if let topP { members.append(JSONMember("topP", .number(topP))) }
        if let maxTokens { members.append(JSONMember("maxOutputTokens", .number(maxTokens))) }
        if !stop.isEmpty { members.append(JSONMember("stopSequences", .array(stop.map(JSONValue.string)))) }
        return members
    }
}

extension RequestForm {
    private var openAI: [JSONMember] {
        var members = [
            JSONMember("model", .string(model)), JSONMember("messages", .array(messages.flatMap(Self.openAI))),
        ]
        if !tools.isEmpty {
            members.append(
                JSONMember(
                    "tools",
                    .array(tools.map { ["type": "function", "function": $0.json(schema: "parameters")] })))
        }
        return members + parameters.openAI(model) + Self.streaming
    }

    private static func openAI(_ message: Message) -> [JSONValue] {
        let role = RequestRole(message.role)
        var said: [JSONMember] = []
        let results = message.parts.compactMap { part -> JSONValue? in
            guard case .toolResult(let id, _, let result) = part else { return nil }
            return ["role": "tool", "tool_call_id": .string(id ?? ""), "content": .string(result)]
        }
        if !results.isEmpty, message.saidText.isEmpty { return results }
        if role == .tool { return [["role": "user", "content": .string(message.saidText)]] }
        let calls = message.parts.compactMap { part -> JSONValue? in
            guard case .toolCall(let id, let name, let arguments) = part else { return nil }
            return [
                "id": .string(id ?? ""), "type": "function",
                "function": ["name": .string(name), "arguments": .string(arguments)],
            ]
        }
        said.append(JSONMember("role", .string(role == .system ? "system" : role == .user ? "user" : "assistant")))
        said.append(JSONMember("content", content(message, hasCalls: !calls.isEmpty)))
        if !calls.isEmpty { said.append(JSONMember("tool_calls", .array(calls))) }
        return results + [.object(said)]
    }

    private static func content(_ message: Message, hasCalls: Bool) -> JSONValue {
        let addresses = message.parts.compactMap { part -> String? in
            guard case .media(_, let summary) = part, isAddress(summary) else { return nil }
            return summary
        }
        let text = message.saidText
        guard !addresses.isEmpty else { return hasCalls && text.isEmpty ? .null : .string(text) }
        return .array(
            (text.isEmpty ? [] : [["type": "text", "text": .string(text)]])
                + addresses.map { ["type": "image_url", "image_url": ["url": .string($0)]] })
    }
}

extension RecordedRequest.Tool {
    fileprivate func json(schema name: String) -> JSONValue {
        var members = [JSONMember("name", .string(self.name))]
        if let about { members.append(JSONMember("description", .string(about))) }
        members.append(JSONMember(name, schema ?? ["type": "object", "properties": .object([])]))
        return .object(members)
    }
}

// MARK: - Anthropic

extension RequestForm {
    private var anthropic: [JSONMember] {
        var members = [JSONMember("model", .string(model))]
        if !system.isEmpty { members.append(JSONMember("system", .string(system))) }
        members.append(JSONMember("messages", .array(turns(Self.anthropicPart, "assistant", "content"))))
        if !tools.isEmpty {
            members.append(JSONMember("tools", .array(tools.map { $0.json(schema: "input_schema") })))
        }
        return members + parameters.anthropic + [JSONMember("stream", true)]
    }

    private static func anthropicPart(_ part: MessagePart) -> JSONValue? {
        switch part {
        case .text(let text): text.isEmpty ? nil : ["type": "text", "text": .string(text)]
        case .other(_, let json): ["type": "text", "text": .string(json)]
        case .toolCall(let id, let name, let arguments):
            ["type": "tool_use", "id": .string(id ?? ""), "name": .string(name), "input": object(arguments)]
        case .toolResult(let id, _, let result):
            ["type": "tool_result", "tool_use_id": .string(id ?? ""), "content": .string(result)]
        case .media(_, let summary): ["type": "image", "source": ["type": "url", "url": .string(summary)]]
        case .reasoning: nil
        }
    }

    /// Arguments as an object, which two of the APIs want them as.
    private static func object(_ text: String) -> JSONValue {
        guard let json = try? JSONValue(parsing: Array(text.utf8)), json.object != nil else { return .object([]) }
        return json
    }

    /// The turns of user and model, each turn once: those that follow one another are joined.
    private func turns(_ part: (MessagePart) -> JSONValue?, _ answerer: String, _ member: String) -> [JSONValue] {
        var turns: [(role: String, parts: [JSONValue])] = []
        for message in messages where RequestRole(message.role) != .system {
            let parts = message.parts.compactMap(part)
            guard !parts.isEmpty else { continue }
            let role = RequestRole(message.role) == .assistant ? answerer : "user"
            if turns.last?.role == role { turns[turns.count - 1].parts += parts } else { turns.append((role, parts)) }
        }
        return turns.map { .object([JSONMember("role", .string($0.role)), JSONMember(member, .array($0.parts))]) }
    }
}

// MARK: - Google

extension RequestForm {
    private var google: [JSONMember] {
        var members = [JSONMember("contents", .array(turns(Self.googlePart, "model", "parts")))]
        if !system.isEmpty {
            members.append(JSONMember("systemInstruction", ["parts": [["text": .string(system)]]]))
        }
        if !tools.isEmpty {
            members.append(
                JSONMember(
                    "tools", [["functionDeclarations": .array(tools.map { $0.json(schema: "parameters") })]]))
        }
        if !parameters.google.isEmpty { members.append(JSONMember("generationConfig", .object(parameters.google))) }
        return members
    }

    private static func googlePart(_ part: MessagePart) -> JSONValue? {
        switch part {
        case .text(let text): text.isEmpty ? nil : ["text": .string(text)]
        case .other(_, let json): ["text": .string(json)]
        case .toolCall(_, let name, let arguments):
            ["functionCall": ["name": .string(name), "args": object(arguments)]]
        case .toolResult(_, let name, let result):
            [
                "functionResponse": [
                    "name": .string(name ?? ""), "response": ["result": .string(result)],
                ]
            ]
        case .media(let kind, let summary): ["fileData": ["mimeType": .string(kind), "fileUri": .string(summary)]]
        case .reasoning: nil
        }
    }
}
