import OrderedJSON

/// Ollama's own chat and generate: one object, or one a line.
enum OllamaReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking("messages", "prompt", "system", "suffix", "images", "model", "tools", "format")
        call.offeredTools = Set((request["tools"]?.elements ?? []).compactMap { $0["function"]?["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let message = response["message"]
        let calls = message?["tool_calls"]?.elements ?? []
        let thinking = (message ?? response)["thinking"]
        var captured = ObjectBuilder()
        captured.add("text", message?["content"] ?? response["response"])
        captured.add("finishReason", response["done_reason"])
        captured.add("model", response["model"])
        if thinking?.hasText == true { captured.add("reasoning", thinking) }
        if !calls.isEmpty { captured.add("toolCalls", .array(calls)) }
        call.response = captured.object
        call.responseModel = response["model"]?.filledText
        call.finishReason = FinishWords.folded(response["done_reason"]?.string)
        call.toolCalls = calls.compactMap(ChatText.toolCall)
        let usage = response.picking(
            "prompt_eval_count", "eval_count", "total_duration", "load_duration", "prompt_eval_duration",
            "eval_duration")
        if usage.object?.isEmpty == false {
            call.usage = usage
            call.tokens = TokenReading.plain(
                input: response["prompt_eval_count"]?.count, output: response["eval_count"]?.count)
        }
        call.metadata = response.picking("model", "created_at", "done_reason", "total_duration", "load_duration")
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        let said = piece["message"] ?? piece
        return said.first("content", "response", "thinking")?.hasText == true || said["thinking"]?.hasText == true
            || !(said["tool_calls"]?.elements ?? []).isEmpty
    }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        response["done"] != nil || response["message"]?.object != nil || response["response"] != nil
    }

    static func folder() -> any AnswerFolder { Folder() }

    private struct Folder: AnswerFolder {
        private var last: JSONValue?
        private var isChat = false
        private var text = ""
        private var thinking = ""
        private var calls: [JSONValue] = []
        private var room = TextRoom()

        private(set) var isEnded = false

        mutating func add(_ piece: JSONValue) {
            guard holdsAnswer(piece) else { return }
            isChat = isChat || piece["message"] != nil
            let said = piece["message"] ?? piece
            room.append((said["content"] ?? said["response"])?.string, to: &text)
            room.append(said["thinking"]?.string, to: &thinking)
            for call in said["tool_calls"]?.elements ?? [] where room.takeEntry() { calls.append(call) }
            var head = piece
            if let members = piece.object {
                head = .object(members.filter { !["message", "response", "thinking", "context"].contains($0.name) })
            }
            last = last?.merged(with: head) ?? head
            isEnded = isEnded || piece["done"]?.bool == true
        }

        var whole: JSONValue? {
            guard let last else { return nil }
            guard isChat else {
                let answer = last.setting("response", .string(text))
                return thinking.isEmpty ? answer : answer.setting("thinking", .string(thinking))
            }
            var message = ObjectBuilder()
            message.add("role", "assistant")
            message.add("content", text)
            if !thinking.isEmpty { message.add("thinking", thinking) }
            if !calls.isEmpty { message.add("tool_calls", .array(calls)) }
            return last.setting("message", message.object)
        }
    }
}
