import OrderedJSON

/// Anthropic Messages: requests, answers, streamed events.
enum AnthropicReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking("messages", "system", "model", "tools", "tool_choice")
        call.offeredTools = Set((request["tools"]?.array ?? []).compactMap { $0["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let content = response["content"]?.array ?? []
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
        call.responseModel = response["model"]?.string
        call.usage = response["usage"].flatMap { $0.isNull ? nil : $0 }
        call.toolCalls = tools.compactMap { tool in
            tool["name"]?.string.map { .init(id: tool["id"]?.string, name: $0) }
        }
        call.metadata = response.picking("id", "type", "role", "model", "stop_reason", "usage")
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        switch piece["type"]?.string {
        case "content_block_delta":
            let delta = piece["delta"]
            return delta?["text"]?.hasText == true || delta?["thinking"]?.hasText == true
                || delta?["partial_json"] != nil
        case "content_block_start": return piece["content_block"]?["type"]?.string == "tool_use"
        default: return false
        }
    }

    private struct Block {
        var start: JSONValue
        var text = ""
        var thinking = ""
        var arguments = ""

        var json: JSONValue {
            guard case .object(var members) = start else { return start }
            func replace(_ name: String, _ value: JSONValue) {
                members.removeAll { $0.name == name }
                members.append(JSONMember(name, value))
            }
            switch start["type"]?.string {
            case "text": replace("text", .string((start["text"]?.string ?? "") + text))
            case "thinking": replace("thinking", .string((start["thinking"]?.string ?? "") + thinking))
            default:
                // A call that was cut off may hold half a JSON text: it is kept as text then.
                if !arguments.isEmpty { replace("input", (try? JSONValue(parsing: arguments)) ?? .string(arguments)) }
            }
            return .object(members)
        }
    }

    /// The message that the events add up to; `nil` when it did not begin.
    static func fold(_ pieces: [JSONValue]) -> JSONValue? {
        guard let opening = pieces.first(where: { $0["type"]?.string == "message_start" })?["message"] else {
            return nil
        }
        var blocks: [Int: Block] = [:]
        var stop: JSONValue?
        var usage = opening["usage"]?.object ?? []
        for piece in pieces {
            let index = piece["index"]?.int ?? 0
            switch piece["type"]?.string {
            case "content_block_start":
                if let block = piece["content_block"] { blocks[index] = Block(start: block) }
            case "content_block_delta":
                blocks[index]?.text += piece["delta"]?["text"]?.string ?? ""
                blocks[index]?.thinking += piece["delta"]?["thinking"]?.string ?? ""
                blocks[index]?.arguments += piece["delta"]?["partial_json"]?.string ?? ""
            case "message_delta":
                if let reason = piece["delta"]?["stop_reason"] { stop = reason }
                for member in piece["usage"]?.object ?? [] where !member.value.isNull {
                    usage.removeAll { $0.name == member.name }
                    usage.append(member)
                }
            default: break
            }
        }
        var made = ObjectBuilder()
        for name in ["id", "type", "role", "model"] { made.add(name, opening[name]) }
        made.add("content", .array(blocks.sorted { $0.key < $1.key }.map(\.value.json)))
        made.add("stop_reason", stop ?? .null)
        made.add("usage", .object(usage))
        return made.object
    }
}
