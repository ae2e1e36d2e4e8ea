import OrderedJSON

/// Bedrock Converse: requests, answers, streamed events (whose kind stands in the message's header, here as `type`).
enum BedrockConverseReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking("messages", "system", "toolConfig", "inferenceConfig")
        let tools = request["toolConfig"]?["tools"]?.elements ?? []
        call.offeredTools = Set(tools.compactMap { $0["toolSpec"]?["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let content = response["output"]?["message"]?["content"]?.elements ?? []
        let tools = content.compactMap { $0["toolUse"] }.filter { $0["type"]?.string != "server_tool_use" }
        let reasoning = content.compactMap { $0["reasoningContent"]?["reasoningText"]?["text"]?.string }.joined()
        var captured = ObjectBuilder()
        captured.add("text", content.compactMap { $0["text"]?.string }.joined())
        captured.add("finishReason", response["stopReason"])
        if !reasoning.isEmpty { captured.add("reasoning", reasoning) }
        if !tools.isEmpty {
            captured.add(
                "toolCalls",
                .array(
                    tools.map { tool in
                        [
                            "id": tool["toolUseId"] ?? .null, "name": tool["name"] ?? .null,
                            "arguments": tool["input"] ?? .object([]),
                        ]
                    }))
        }
        captured.add("content", .array(content))
        call.response = captured.object
        call.finishReason = FinishWords.folded(response["stopReason"]?.string)
        call.toolCalls = tools.compactMap { tool in
            tool["name"]?.filledText.map {
                .init(id: tool["toolUseId"]?.string, name: $0, arguments: ChatText.arguments(tool["input"]))
            }
        }
        if let usage = response["usage"]?.unlessNull {
            call.usage = usage
            call.tokens = TokenReading.bedrock(usage)
        }
        call.metadata = response.picking("stopReason", "usage", "metrics")
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        let delta = (piece["contentBlockDelta"] ?? piece)["delta"]
        let start = (piece["contentBlockStart"] ?? piece)["start"]
        return delta?["text"]?.hasText == true || delta?["toolUse"] != nil
            || delta?["reasoningContent"]?["text"]?.hasText == true || start?["toolUse"] != nil
    }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        response["output"]?["message"] != nil || response["stopReason"] != nil || response["delta"] != nil
            || response["contentBlockIndex"] != nil || response["usage"] != nil || response["role"] != nil
    }

    static func folder() -> any AnswerFolder { ConverseFolder() }
}

/// Adds up the events of a conversation with Bedrock.
struct ConverseFolder: AnswerFolder {
    private struct Block {
        var text: String?
        var reasoning = ""
        var signature = ""
        var tool: JSONValue?
        var input = ""

        var parts: [JSONValue] {
            var parts: [JSONValue] = []
            if !reasoning.isEmpty {
                var text = ObjectBuilder()
                text.add("text", reasoning)
                if !signature.isEmpty { text.add("signature", signature) }
                parts.append(["reasoningContent": ["reasoningText": text.object]])
            }
            if let text { parts.append(["text": .string(text)]) }
            if let tool {
                let value = input.isEmpty ? .object([]) : (try? JSONValue(parsing: input)) ?? .string(input)
                parts.append(["toolUse": tool.setting("input", value)])
            }
            return parts
        }
    }

    private var blocks: [Int: Block] = [:]
    private var stop: JSONValue?
    private var usage: JSONValue?
    private var metrics: JSONValue?
    private var room = TextRoom()
    private var sawPiece = false

    var isEnded: Bool { stop != nil }

    mutating func add(_ piece: JSONValue) {
        sawPiece = true
        // Nova's own stream wraps each event into a member of its name.
        for name in ["messageStart", "contentBlockStart", "contentBlockDelta", "messageStop", "metadata"] {
            if let inner = piece[name], inner.object != nil { return add(inner) }
        }
        if let reason = piece["stopReason"], reason.hasText { stop = reason }
        if let given = piece["usage"]?.unlessNull { usage = usage?.merged(with: given) ?? given }
        if let given = piece["metrics"]?.unlessNull { metrics = given }
        guard let index = piece["contentBlockIndex"]?.int, blocks[index] != nil || room.takeEntry() else { return }
        var block = blocks.removeValue(forKey: index) ?? Block()
        if let tool = piece["start"]?["toolUse"] { block.tool = tool }
        let delta = piece["delta"]
        if let text = delta?["text"]?.string {
            var whole = block.text.take() ?? ""
            room.append(text, to: &whole)
            block.text = whole
        }
        room.append(delta?["toolUse"]?["input"]?.string, to: &block.input)
        room.append(delta?["reasoningContent"]?["text"]?.string, to: &block.reasoning)
        room.append(delta?["reasoningContent"]?["signature"]?.string, to: &block.signature)
        blocks[index] = block
    }

    var whole: JSONValue? {
        guard sawPiece else { return nil }
        let content = blocks.sorted { $0.key < $1.key }.flatMap(\.value.parts)
        var made = ObjectBuilder()
        made.add("output", ["message": ["role": "assistant", "content": .array(content)]])
        made.add("stopReason", stop)
        made.add("usage", usage)
        made.add("metrics", metrics)
        return made.object
    }
}
