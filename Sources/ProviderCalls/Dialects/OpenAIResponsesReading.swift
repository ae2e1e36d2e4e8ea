import OrderedJSON

/// OpenAI Responses: requests, answers, streamed events.
enum OpenAIResponsesReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking("model", "input", "instructions", "tools", "tool_choice", "text")
        call.offeredTools = Set((request["tools"]?.elements ?? []).compactMap { $0["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let output = response["output"]?.elements ?? []
        let text = text(output)
        let tools = output.compactMap(toolCall)
        let finish = finishReason(response, output)
        var captured = ObjectBuilder()
        captured.add("responseId", response["id"])
        captured.add("model", response["model"])
        captured.add("status", response["status"])
        captured.add("output", response["output"])
        captured.add("text", text)
        if !tools.isEmpty {
            captured.add(
                "toolCalls",
                .array(
                    tools.map { tool in
                        .object([
                            "id": tool.id.map(JSONValue.string) ?? .null, "name": .string(tool.name),
                            "arguments": .string(tool.arguments),
                        ])
                    }))
        }
        captured.add("finishReason", finish)
        call.response = captured.object
        call.responseModel = response["model"]?.filledText
        call.responseID = response["id"]?.filledText
        OpenAIChatReading.read(usage: response["usage"], into: &call)
        call.toolCalls = tools
        call.finishReason = FinishWords.folded(finish)
        call.metadata = response.picking("id", "created_at", "model", "status", "service_tier", "usage")
    }

    /// What the messages say; a refusal where nothing else was said.
    private static func text(_ output: [JSONValue]) -> String {
        let parts = output.filter { $0["type"]?.string == "message" || $0["role"]?.string == "assistant" }
            .flatMap { item in
                item["content"]?.string.map { [["type": "output_text", "text": .string($0)]] } ?? item["content"]?
                    .elements
                    ?? []
            }
        let said = parts.compactMap { ($0["text"] ?? $0["transcript"])?.string }.joined()
        return said.isEmpty ? parts.compactMap { $0["refusal"]?.string }.joined() : said
    }

    /// A call of a tool of the app's; what the provider runs itself is none (D16a).
    private static func toolCall(_ item: JSONValue) -> CapturedCall.ToolCall? {
        guard ["function_call", "custom_tool_call"].contains(item["type"]?.string), let name = item["name"]?.filledText
        else { return nil }
        return CapturedCall.ToolCall(
            id: (item["call_id"] ?? item["id"])?.string, name: name,
            arguments: ChatText.arguments(item.first("arguments", "input")))
    }

    /// An answer that completed has no word for it: it ended with what it says, or in calls of the app's tools (D13a).
    private static func finishReason(_ response: JSONValue, _ output: [JSONValue]) -> String? {
        if let reason = response["incomplete_details"]?["reason"]?.filledText {
            return reason == "max_output_tokens" ? "length" : reason
        }
        guard response["status"]?.string == "completed" else { return nil }
        if output.last(where: { $0["type"]?.string != "reasoning" }).flatMap(toolCall) != nil { return "tool_calls" }
        let parts = output.flatMap { $0["content"]?.elements ?? [] }
        let refuses = parts.contains { $0["type"]?.string == "refusal" }
        return refuses && !parts.contains { $0["text"]?.hasText == true } ? "content_filter" : "stop"
    }

    private static let contentEvents: Set<String> = [
        "response.output_text.delta", "response.refusal.delta", "response.function_call_arguments.delta",
        "response.reasoning_text.delta", "response.reasoning.delta", "response.reasoning_summary_text.delta",
        "response.audio.delta", "response.audio.transcript.delta", "response.output_audio.delta",
        "response.output_audio_transcript.delta", "response.custom_tool_call_input.delta",
        "response.mcp_call_arguments.delta", "response.code_interpreter_call_code.delta",
    ]

    static func hasContent(_ piece: JSONValue) -> Bool {
        guard let type = piece["type"]?.string else { return false }
        if contentEvents.contains(type) { return piece["delta"]?.hasText == true }
        // A server that sends no deltas says it at once.
        return type == "response.output_item.done" && piece["item"].flatMap(toolCall) != nil
            || type == "response.output_text.done" && piece["text"]?.hasText == true
    }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        response["object"]?.string == "response" || response["output"]?.array != nil
            || response["type"]?.string?.hasPrefix("response.") == true
    }

    static func folder() -> any AnswerFolder { ResponsesFolder() }
}

/// Adds up the events of a response. The closing event brings the whole answer; where it did not come, or came empty, what
/// came until then is the answer.
struct ResponsesFolder: AnswerFolder {
    private struct Item {
        var json: JSONValue = .object([])
        var isDone = false
        /// Texts of its parts, by their place.
        var texts: [Int: String] = [:]
        var refusals: [Int: String] = [:]
        var reasoning: [Int: String] = [:]
        var transcript = ""
        var arguments = ""
        var input = ""
    }

    private var head: JSONValue?
    private var end: JSONValue?
    private var items: [Int: Item] = [:]
    private var lastPlace = 0
    private var room = TextRoom()

    private(set) var isEnded = false

    private static let closing: Set<String> = ["response.completed", "response.incomplete", "response.failed"]

    mutating func add(_ piece: JSONValue) {
        let type = piece["type"]?.string ?? ""
        if let response = piece["response"], response.object != nil {
            if Self.closing.contains(type) {
                end = response
                isEnded = true
            } else {
                head = response
            }
        } else if type == "response.done" || piece["object"]?.string == "response" {
            end = piece["object"]?.string == "response" ? piece : end
            isEnded = true
        } else {
            addToItem(piece, type)
        }
    }

    private mutating func addToItem(_ piece: JSONValue, _ type: String) {
        guard type.hasPrefix("response."), type != "response.image_generation_call.partial_image" else { return }
        let place = piece["output_index"]?.int ?? lastPlace
        guard items[place] != nil || room.takeEntry() else { return }
        lastPlace = place
        var item = items.removeValue(forKey: place) ?? Item()
        defer { items[place] = item }
        let part = piece["content_index"]?.int ?? piece["summary_index"]?.int ?? 0
        let delta = piece["delta"]?.string
        switch type {
        case "response.output_item.added", "response.output_item.done":
            guard let json = piece["item"], room.take(json.compactBytes.count) else { break }
            item.json = json
            item.isDone = type.hasSuffix("done")
        case "response.output_text.delta": room.append(delta, to: &item.texts[part, default: ""])
        case "response.output_text.done": Self.complete(&item.texts[part], with: piece["text"])
        case "response.refusal.delta": room.append(delta, to: &item.refusals[part, default: ""])
        case "response.refusal.done": Self.complete(&item.refusals[part], with: piece["refusal"])
        case "response.reasoning_text.delta", "response.reasoning_summary_text.delta", "response.reasoning.delta":
            room.append(delta, to: &item.reasoning[part, default: ""])
        case "response.function_call_arguments.delta", "response.mcp_call_arguments.delta":
            room.append(delta, to: &item.arguments)
        case "response.function_call_arguments.done": item.arguments = piece["arguments"]?.string ?? item.arguments
        case "response.custom_tool_call_input.delta": room.append(delta, to: &item.input)
        case "response.custom_tool_call_input.done": item.input = piece["input"]?.string ?? item.input
        case "response.audio.transcript.delta", "response.output_audio_transcript.delta":
            room.append(delta, to: &item.transcript)
        default: break
        }
    }

    /// The closing text of a part counts where no delta came.
    private static func complete(_ text: inout String?, with whole: JSONValue?) {
        if text?.isEmpty ?? true, let whole = whole?.string { text = whole }
    }

    var whole: JSONValue? {
        guard let base = end ?? head ?? (items.isEmpty ? JSONValue?.none : .object([])) else { return nil }
        let known = head.map { $0.merged(with: base) } ?? base
        if end?["output"]?.array?.isEmpty == false { return end }
        let output = items.sorted { $0.key < $1.key }.map { Self.json($0.value) }
        return known.setting("output", .array(output))
    }

    private static func json(_ item: Item) -> JSONValue {
        if item.isDone { return item.json }
        var json = item.json
        let type =
            json["type"]?.string
            ?? (item.arguments.isEmpty ? item.input.isEmpty ? "message" : "custom_tool_call" : "function_call")
        json = json.setting("type", .string(type))
        if !item.arguments.isEmpty { json = json.setting("arguments", .string(item.arguments)) }
        if !item.input.isEmpty { json = json.setting("input", .string(item.input)) }
        var parts: [JSONValue] = item.texts.sorted { $0.key < $1.key }.map {
            ["type": "output_text", "text": .string($0.value)]
        }
        parts += item.refusals.sorted { $0.key < $1.key }.map { ["type": "refusal", "refusal": .string($0.value)] }
        if !item.transcript.isEmpty {
            parts.append(["type": "output_audio", "transcript": .string(item.transcript)])
        }
        if !parts.isEmpty {
            json = json.setting("role", "assistant").setting("content", .array(parts))
        }
        if !item.reasoning.isEmpty {
            let texts = item.reasoning.sorted { $0.key < $1.key }.map { entry -> JSONValue in
                ["type": "summary_text", "text": .string(entry.value)]
            }
            json = json.setting("summary", .array(texts))
        }
        return json
    }
}
