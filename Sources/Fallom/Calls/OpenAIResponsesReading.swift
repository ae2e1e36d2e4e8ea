import OrderedJSON

/// OpenAI Responses: requests, answers, streamed events.
enum OpenAIResponsesReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking("model", "input", "instructions", "tools", "tool_choice", "text")
        call.offeredTools = Set((request["tools"]?.array ?? []).compactMap { $0["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let output = response["output"]?.array ?? []
        let text = output.filter { $0["type"]?.string == "message" }
            .flatMap { $0["content"]?.array ?? [] }
            .compactMap { $0["text"]?.string }
            .joined()
        var captured = ObjectBuilder()
        captured.add("responseId", response["id"])
        captured.add("model", response["model"])
        captured.add("status", response["status"])
        captured.add("output", response["output"])
        captured.add("text", text)
        if let reason = response["incomplete_details"]?["reason"]?.string {
            captured.add("finishReason", reason == "max_output_tokens" ? "length" : reason)
        }
        call.response = captured.object
        call.responseModel = response["model"]?.string
        call.usage = response["usage"].flatMap { $0.isNull ? nil : $0 }
        call.toolCalls = output.filter { $0["type"]?.string == "function_call" }.compactMap { item in
            item["name"]?.string.map { .init(id: (item["call_id"] ?? item["id"])?.string, name: $0) }
        }
        call.metadata = response.picking("id", "created_at", "model", "status", "service_tier", "usage")
    }

    private static let contentEvents: Set<String> = [
        "response.output_text.delta", "response.refusal.delta", "response.function_call_arguments.delta",
        "response.reasoning_text.delta", "response.reasoning_summary_text.delta", "response.audio.delta",
        "response.custom_tool_call_input.delta",
    ]

    static func hasContent(_ piece: JSONValue) -> Bool {
        guard let type = piece["type"]?.string else { return false }
        return contentEvents.contains(type) && piece["delta"]?.hasText == true
    }

    /// The last event carries the whole answer; where it did not come, what came until then is put together.
    static func fold(_ pieces: [JSONValue]) -> JSONValue? {
        let whole: Set<String> = ["response.completed", "response.incomplete", "response.failed"]
        if let last = pieces.last(where: { $0["type"]?.string.map(whole.contains) ?? false }) {
            return last["response"]
        }
        guard case .object(var members)? = pieces.first(where: { $0["response"] != nil })?["response"] else {
            return nil
        }
        var items: [Int: JSONValue] = [:]
        var texts: [Int: String] = [:]
        for piece in pieces {
            guard let index = piece["output_index"]?.int else { continue }
            switch piece["type"]?.string {
            case "response.output_item.added", "response.output_item.done": items[index] = piece["item"]
            case "response.output_text.delta": texts[index, default: ""] += piece["delta"]?.string ?? ""
            default: break
            }
        }
        for (index, text) in texts where items[index]?["content"]?.array?.isEmpty ?? true {
            items[index] = [
                "type": "message", "role": "assistant", "content": [["type": "output_text", "text": .string(text)]],
            ]
        }
        members.removeAll { $0.name == "output" }
        members.append(JSONMember("output", .array(items.sorted { $0.key < $1.key }.map(\.value))))
        return .object(members)
    }
}
