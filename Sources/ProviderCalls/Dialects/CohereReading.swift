import OrderedJSON

/// Cohere's chat, second version; and the first, whose answer is one text.
enum CohereReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking(
            "messages", "message", "chat_history", "preamble", "documents", "model", "tools", "tool_choice",
            "response_format")
        if let message = request["message"], request["messages"] == nil { call.request = chat(request, message) }
        call.offeredTools = Set(
            (request["tools"]?.elements ?? []).compactMap { ($0["function"]?["name"] ?? $0["name"])?.string })
    }

    /// The first version's request as a conversation.
    private static func chat(_ request: JSONValue, _ message: JSONValue) -> JSONValue {
        var messages: [JSONValue] = request["preamble"].map { [["role": "system", "content": $0]] } ?? []
        for turn in request["chat_history"]?.elements ?? [] {
            let role = turn["role"]?.string == "CHATBOT" ? "assistant" : turn["role"]?.string?.lowercased() ?? "user"
            messages.append(["role": .string(role), "content": turn["message"] ?? .null])
        }
        messages.append(["role": "user", "content": message])
        return request.picking("model", "tools", "documents").setting("messages", .array(messages))
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let message = response["message"]
        let parts = message?["content"]?.elements ?? []
        let calls = message?["tool_calls"]?.elements ?? response["tool_calls"]?.elements ?? []
        let text =
            message?["content"]?.string ?? response["text"]?.string
            ?? parts.filter { $0["type"]?.string != "thinking" }.compactMap { $0["text"]?.string }.joined()
        let thinking = parts.compactMap { $0["thinking"]?.string }.joined() + (message?["tool_plan"]?.string ?? "")
        var captured = ObjectBuilder()
        captured.add("text", text)
        captured.add("finishReason", response["finish_reason"])
        captured.add("responseId", response.first("id", "generation_id"))
        if !thinking.isEmpty { captured.add("reasoning", thinking) }
        if !calls.isEmpty { captured.add("toolCalls", .array(calls)) }
        captured.add("citations", (message ?? response)["citations"]?.unlessNull)
        call.response = captured.object
        call.responseID = response.first("id", "generation_id")?.filledText
        call.responseModel = response["model"]?.filledText
        call.finishReason = FinishWords.folded(response["finish_reason"]?.string)
        call.toolCalls = calls.compactMap { json in
            ChatText.toolCall(json).map { call in
                var call = call
                if call.arguments.isEmpty { call.arguments = ChatText.arguments(json["parameters"]) }
                return call
            }
        }
        if let usage = response["usage"]?.unlessNull ?? response["meta"]?.unlessNull {
            let tokens = usage.first("tokens", "billed_units")
            call.usage = usage
            call.tokens = TokenReading.plain(
                input: tokens?["input_tokens"]?.count, output: tokens?["output_tokens"]?.count,
                cached: usage["cached_tokens"]?.count)
        }
        call.metadata = response.picking("id", "generation_id", "finish_reason", "usage", "meta")
        // What it says of an error is its finish reason (`ERROR`); `error` beside it says more.
        if response["finish_reason"]?.string == "ERROR" {
            call.failure = CallFailure(
                kind: .insideAnswer, type: "ERROR", message: response["error"]?.filledText ?? "the generation failed")
        }
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        let message = piece["delta"]?["message"]
        switch piece["type"]?.string ?? piece["event_type"]?.string {
        case "content-start", "content-delta":
            return message?["content"]?.first("text", "thinking")?.hasText == true
        case "tool-plan-delta": return message?["tool_plan"]?.hasText == true
        case "tool-call-start": return true
        case "text-generation": return piece["text"]?.hasText == true
        default: return false
        }
    }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        response["message"]?.object != nil || response["text"] != nil || response["finish_reason"] != nil
            || response["type"] != nil || response["event_type"] != nil
    }

    static func folder() -> any AnswerFolder { Folder() }

    private struct Folder: AnswerFolder {
        private var head = ObjectBuilder()
        private var text = ""
        private var thinking = ""
        private var plan = ""
        private var tools = ToolCallFolder()
        private var citations: [JSONValue] = []
        private var end: JSONValue?
        private var room = TextRoom()
        private var sawPiece = false

        var isEnded: Bool { end != nil }

        mutating func add(_ piece: JSONValue) {
            let message = piece["delta"]?["message"]
            sawPiece = true
            switch piece["type"]?.string ?? piece["event_type"]?.string {
            case "message-start", "stream-start":
                head.add("id", piece.first("id", "generation_id"))
                if let model = message?["model"]?.unlessNull { head.add("model", model) }
            case "content-start", "content-delta":
                room.append(message?["content"]?["text"]?.string, to: &text)
                room.append(message?["content"]?["thinking"]?.string, to: &thinking)
            case "tool-plan-delta": room.append(message?["tool_plan"]?.string, to: &plan)
            case "tool-call-start", "tool-call-delta":
                guard let call = message?["tool_calls"] else { break }
                for call in call.array ?? [call] {
                    tools.add(piece["index"].map { call.setting("index", $0) } ?? call, &room)
                }
            case "citation-start":
                for citation in message?["citations"].map({ $0.array ?? [$0] }) ?? [] where room.takeEntry() {
                    citations.append(citation)
                }
            case "message-end": end = piece["delta"]
            case "text-generation": room.append(piece["text"]?.string, to: &text)
            case "stream-end": end = piece["response"].map { $0.merged(with: piece.picking("finish_reason")) }
            default: break
            }
        }

        var whole: JSONValue? {
            guard sawPiece else { return nil }
            var content: [JSONValue] = thinking.isEmpty ? [] : [["type": "thinking", "thinking": .string(thinking)]]
            if !text.isEmpty { content.append(["type": "text", "text": .string(text)]) }
            var message = ObjectBuilder()
            message.add("role", "assistant")
            message.add("content", .array(content))
            if !plan.isEmpty { message.add("tool_plan", plan) }
            if !tools.calls.isEmpty { message.add("tool_calls", .array(tools.calls)) }
            if !citations.isEmpty { message.add("citations", .array(citations)) }
            var made = head
            made.add("message", message.object)
            for name in ["finish_reason", "usage", "meta", "error"] { made.add(name, end?[name]) }
            return made.object
        }
    }
}
