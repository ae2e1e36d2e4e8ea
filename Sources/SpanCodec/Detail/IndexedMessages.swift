import OrderedJSON
import TraceModel

/// Reads messages that are spread over numbered attributes: `gen_ai.prompt.0.role`, `llm.input_messages.0.message.role`.
enum IndexedMessages {
    /// The messages under a prefix (`gen_ai.prompt.`); `nil` when no attribute has it.
    static func messages(_ attributes: AttributeMap, prefix: String, role: String) -> [Message]? {
        guard let tree = tree(attributes, prefix: prefix) else { return nil }
        return tree.map { message($0, role: role) }
    }

    /// The elements of a numbered list as objects, in order of their numbers.
    static func tree(_ attributes: AttributeMap, prefix: String) -> [JSONValue]? {
        var nodes: [Int: Node] = [:]
        for entry in attributes.entries where entry.name.hasPrefix(prefix) {
            let path = entry.name.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
            guard path.count >= 1, path.count <= 16, let number = Int(path[0]), (0..<100_000).contains(number) else {
                continue
            }
            nodes[number, default: Node()].put(path.dropFirst(), AttributeReader.json(entry.value))
        }
        guard !nodes.isEmpty else { return nil }
        return nodes.sorted { $0.key < $1.key }.map { $0.value.json }
    }

    /// A node of the tree that dotted names span.
    private struct Node {
        var value: JSONValue?
        var members: [(name: String, node: Node)] = []

        mutating func put(_ path: ArraySlice<Substring>, _ value: JSONValue) {
            guard let first = path.first else {
                self.value = value
                return
            }
            let name = String(first)
            if let index = members.firstIndex(where: { $0.name == name }) {
                members[index].node.put(path.dropFirst(), value)
            } else {
                var node = Node()
                node.put(path.dropFirst(), value)
                members.append((name, node))
            }
        }

        /// An object, or an array where all names are numbers.
        var json: JSONValue {
            guard !members.isEmpty else { return value ?? .null }
            let numbers = members.compactMap { Int($0.name) }
            if numbers.count == members.count {
                let sorted = zip(numbers, members).sorted { $0.0 < $1.0 }
                return .array(sorted.map { $0.1.node.json })
            }
            return .object(members.map { JSONMember($0.name, $0.node.json) })
        }
    }

    /// One message, of OpenLLMetry's or of OpenInference's names.
    private static func message(_ json: JSONValue, role: String) -> Message {
        guard let inner = json["message"], inner.object != nil else { return plain(json, role: role) }
        var parts: [MessagePart] = []
        for content in inner["contents"]?.array ?? [] { parts += self.content(content["message_content"] ?? content) }
        if parts.isEmpty, let text = inner["content"] { parts = MessageParts.parts(text) }
        let calls = (inner["tool_calls"]?.array ?? []).compactMap { MessageParts.toolCall($0["tool_call"] ?? $0) }
        // OpenInference repeats a call among the contents: one of the two is read (D16).
        if !calls.isEmpty { parts = parts.filter { !ResponseContent.isCall($0) } + calls }
        if let name = inner["function_call_name"]?.string {
            let arguments = inner["function_call_arguments_json"].map(MessageParts.text) ?? ""
            parts.append(.toolCall(id: nil, name: name, arguments: arguments))
        }
        let speaker = MessageRoles.folded(inner["role"]?.string ?? role)
        return Message(role: speaker, name: inner["name"]?.string, parts: answered(parts, speaker, inner))
    }

    /// A tool's text is its result.
    private static func answered(_ parts: [MessagePart], _ role: String, _ json: JSONValue) -> [MessagePart] {
        guard role == "tool" else { return parts }
        return parts.map { part in
            guard case .text(let text) = part else { return part }
            return .toolResult(id: json["tool_call_id"]?.string, name: json["name"]?.string, result: text)
        }
    }

    private static func content(_ json: JSONValue) -> [MessagePart] {
        if let image = json["image"] {
            return [MessageParts.part(.object(["type": .string("image"), "image": image["image"] ?? image]))]
        }
        return [MessageParts.part(json)]
    }

    private static func plain(_ json: JSONValue, role: String) -> Message {
        guard let text = json["content"]?.string, let parts = MessageReader.structured(text)?.array,
            !parts.isEmpty, parts.allSatisfy({ $0["type"]?.string != nil })
        else { return MessageReader.message(json, role: role) }
        // OpenLLMetry writes a list of parts as JSON text.
        let members = (json.object ?? []).map { $0.name == "content" ? JSONMember("content", .array(parts)) : $0 }
        return MessageReader.message(.object(members), role: role)
    }
}
