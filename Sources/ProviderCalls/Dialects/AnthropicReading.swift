import OrderedJSON

/// Anthropic Messages: requests, answers, streamed events.
enum AnthropicReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking("messages", "system", "model", "tools", "tool_choice")
        call.offeredTools = Set((request["tools"]?.elements ?? []).compactMap { $0["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let content =
            response["content"]?.string.map { [["type": "text", "text": .string($0)]] } ?? response["content"]?.elements
            ?? []
        let text = content.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }.joined()
        let tools = content.filter { $0["type"]?.string == "tool_use" }
        var captured = ObjectBuilder()
        captured.add("text", text)
        captured.add("finishReason", response["stop_reason"])
        captured.add("responseId", response["id"])
        captured.add("model", response["model"])
        captured.add(
            "toolCalls",
            .array(
                tools.map { tool in
                    var made = ObjectBuilder()
                    made.add("id", tool["id"])
                    made.add("name", tool["name"])
                    made.add("arguments", tool["input"])
                    return made.object
                }))
        captured.add("content", .array(content))
        call.response = captured.object
        call.responseModel = response["model"]?.filledText
        call.responseID = response["id"]?.filledText
        call.finishReason = FinishWords.folded(response["stop_reason"]?.string)
        if let usage = response["usage"]?.unlessNull {
            call.usage = usage
            call.tokens = TokenReading.anthropic(usage)
            call.cost = TokenReading.cost(usage)
        }
        call.toolCalls = tools.compactMap { tool in
            tool["name"]?.filledText.map {
                .init(id: tool["id"]?.string, name: $0, arguments: ChatText.arguments(tool["input"]))
            }
        }
        call.metadata = response.picking("id", "type", "role", "model", "stop_reason", "usage")
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        switch piece["type"]?.string {
        case "content_block_delta":
            let delta = piece["delta"]
            return delta?["text"]?.hasText == true || delta?["thinking"]?.hasText == true
                || delta?["partial_json"] != nil
        case "content_block_start":
            let block = piece["content_block"]
            return block?["type"]?.string == "tool_use" || block?["type"]?.string == "server_tool_use"
                || block?["text"]?.hasText == true
        default: return false
        }
    }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        response["content"]?.array != nil || response["type"]?.string == "message" || isEvent(response)
    }

    private static func isEvent(_ piece: JSONValue) -> Bool {
        guard let type = piece["type"]?.string else { return false }
        return type.hasPrefix("message_") || type.hasPrefix("content_block_") || type == "ping"
    }

    static func folder() -> any AnswerFolder { AnthropicFolder() }
}

/// Adds up the events of a message.
struct AnthropicFolder: AnswerFolder {
    private struct Block {
        var start: JSONValue
        var text = ""
        var thinking = ""
        var signature = ""
        var arguments = ""
        var citations: [JSONValue] = []

        var json: JSONValue {
            var json = start
            func extend(_ name: String, _ more: String) {
                guard !more.isEmpty else { return }
                json = json.setting(name, .string((start[name]?.string ?? "") + more))
            }
            extend("text", text)
            extend("thinking", thinking)
            extend("signature", signature)
            // A call that was cut off may hold half a JSON text: it is kept as text then.
            if !arguments.isEmpty {
                json = json.setting("input", (try? JSONValue(parsing: arguments)) ?? .string(arguments))
            }
            if !citations.isEmpty { json = json.setting("citations", .array(citations)) }
            return json
        }
    }

    private var opening: JSONValue?
    private var blocks: [Int: Block] = [:]
    private var lastBlock = 0
    private var stop: JSONValue?
    private var stopSequence: JSONValue?
    private var usage: JSONValue = .object([])
    private var room = TextRoom()

    private(set) var isEnded = false

    mutating func add(_ piece: JSONValue) {
        switch piece["type"]?.string {
        case "message_start":
            guard let message = piece["message"], message.object != nil else { return }
            opening = message
            usage = usage.merged(with: message["usage"] ?? .null)
        case "content_block_start":
            let index = piece["index"]?.int ?? lastBlock + 1
            guard let block = piece["content_block"], room.takeEntry(), room.take(block.compactBytes.count) else {
                return
            }
            lastBlock = index
            blocks[index] = Block(start: block)
        case "content_block_delta": add(piece["delta"] ?? .null, at: piece["index"]?.int ?? lastBlock)
        case "message_delta":
            if let reason = piece["delta"]?["stop_reason"], reason.hasText {
                stop = reason
                isEnded = true
            }
            if let sequence = piece["delta"]?["stop_sequence"], sequence.hasText { stopSequence = sequence }
            usage = usage.merged(with: piece["usage"] ?? .null)
        case "message_stop": isEnded = true
        case "message":
            opening = piece
            usage = usage.merged(with: piece["usage"] ?? .null)
            for (index, block) in (piece["content"]?.elements ?? []).enumerated() where room.takeEntry() {
                blocks[index] = Block(start: block)
            }
            if let reason = piece["stop_reason"], reason.hasText { stop = reason }
            isEnded = true
        default: break
        }
    }

    private mutating func add(_ delta: JSONValue, at index: Int) {
        if blocks[index] == nil {
            // A server that leaves out the beginning of a block.
            guard room.takeEntry() else { return }
            blocks[index] = Block(start: ["type": delta["thinking"] == nil ? "text" : "thinking"])
        }
        guard var block = blocks.removeValue(forKey: index) else { return }
        room.append(delta["text"]?.string, to: &block.text)
        room.append(delta["thinking"]?.string, to: &block.thinking)
        room.append(delta["signature"]?.string, to: &block.signature)
        room.append(delta["partial_json"]?.string, to: &block.arguments)
        if let citation = delta["citation"], citation.object != nil, room.takeEntry() {
            block.citations.append(citation)
        }
        blocks[index] = block
    }

    var whole: JSONValue? {
        guard opening != nil || !blocks.isEmpty else { return nil }
        var made = ObjectBuilder()
        for name in ["id", "type", "role", "model"] { made.add(name, opening?[name]) }
        made.add("content", .array(blocks.sorted { $0.key < $1.key }.map(\.value.json)))
        made.add("stop_reason", stop ?? .null)
        made.add("stop_sequence", stopSequence)
        made.add("usage", usage)
        return made.object
    }
}
