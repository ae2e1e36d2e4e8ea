import OrderedJSON
import TraceModel

/// Pieces of messages that say what they are by the name of their one member and not by a type: Bedrock's blocks
/// (`{"toolUse": …}`), Genkit's parts (`{"toolRequest": …}`), and texts under a name of their own.
enum BlockParts {
    /// Names under which a provider's text stands.
    private static let texts = ["output_text", "generated_text", "outputText", "generation", "completion"]
    /// Members that make an object a piece of a message.
    private static let members =
        texts + [
            "text", "toolUse", "toolResult", "reasoningContent", "toolRequest", "toolResponse", "guardContent",
            "functionCall", "function_call", "functionResponse", "function_response", "inlineData", "inline_data",
            "fileData", "file_data", "image", "document", "video", "media",
        ]

    /// Whether it is a piece of a message.
    static func isBlock(_ json: JSONValue) -> Bool {
        isMark(json) || members.contains { json[$0] != nil }
    }

    /// Whether it is nothing but a mark between pieces.
    static func isMark(_ json: JSONValue) -> Bool {
        guard let members = json.object, members.count == 1 else { return false }
        return members[0].name == "cachePoint" || members[0].name == "cache_point"
    }

    /// Text under a name of its own.
    static func text(_ json: JSONValue) -> JSONValue? {
        texts.lazy.compactMap { json[$0] }.first { $0.string != nil } ?? json["guardContent"]?["text"]?["text"]
    }

    /// The piece, where the name of a member says what it is.
    static func part(_ json: JSONValue) -> MessagePart? {
        guard json["type"] == nil else { return nil }
        if let call = json.first("toolUse", "toolRequest"), call.object != nil { return MessageParts.toolCall(call) }
        if let result = json.first("toolResult", "toolResponse"), result.object != nil {
            return MessageParts.toolResult(result)
        }
        if let thought = json["reasoningContent"] {
            return (thought["reasoningText"]?["text"] ?? thought["text"])?.string.map(MessagePart.reasoning)
        }
        if let thought = json["reasoning"]?.string, json.object?.count == 1 { return .reasoning(thought) }
        for kind in ["image", "document", "video", "media"] {
            guard let inner = json[kind], inner.object != nil else { continue }
            return MessageParts.part(
                .object(
                    [JSONMember("type", .string(kind == "media" ? "file" : kind))]
                        + (inner.object ?? [])))
        }
        return nil
    }
}
