import OrderedJSON

/// OpenAI Chat Completions: requests, answers, streamed pieces.
enum OpenAIChatReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking(
            "messages", "model", "tools", "tool_choice", "functions", "function_call", "response_format")
        call.offeredTools = Set((request["tools"]?.array ?? []).compactMap { $0["function"]?["name"]?.string })
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let choice = response["choices"]?[0]
        let message = choice?["message"]
        var captured = ObjectBuilder()
        captured.add("text", message?["content"] ?? .null)
        captured.add("finishReason", choice?["finish_reason"])
        captured.add("responseId", response["id"])
        captured.add("model", response["model"])
        if let calls = message?["tool_calls"]?.array, !calls.isEmpty { captured.add("toolCalls", .array(calls)) }
        if message?["reasoning_content"]?.hasText == true { captured.add("reasoning", message?["reasoning_content"]) }
        if message?["refusal"]?.hasText == true { captured.add("refusal", message?["refusal"]) }
        if (response["choices"]?.array?.count ?? 0) > 1 { captured.add("choices", response["choices"]) }
        call.response = captured.object
        call.responseModel = response["model"]?.string
        call.usage = response["usage"].flatMap { $0.isNull ? nil : $0 }
        call.toolCalls = (message?["tool_calls"]?.array ?? []).compactMap { tool in
            tool["function"]?["name"]?.string.map { .init(id: tool["id"]?.string, name: $0) }
        }
        call.metadata = metadata(response)
    }

    /// Only members that no prompt or completion can be in.
    private static func metadata(_ response: JSONValue) -> JSONValue {
        var made = response.picking("id", "created", "model", "service_tier", "system_fingerprint")
        let choices = (response["choices"]?.array ?? []).map { $0.picking("index", "finish_reason") }
        if case .object(var members) = made {
            members.append(JSONMember("choices", .array(choices)))
            if let usage = response["usage"] { members.append(JSONMember("usage", usage)) }
            made = .object(members)
        }
        return made
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        (piece["choices"]?.array ?? []).contains { choice in
            guard let delta = choice["delta"] else { return choice["text"]?.hasText == true }
            return delta["content"]?.hasText == true || delta["reasoning_content"]?.hasText == true
                || delta["reasoning"]?.hasText == true || delta["refusal"]?.hasText == true
                || !(delta["tool_calls"]?.array ?? []).isEmpty
        }
    }

    private struct Choice {
        var role: JSONValue?
        var content: String?
        var reasoning = ""
        var refusal = ""
        var finishReason: JSONValue?
        var tools: [Int: Tool] = [:]
    }

    private struct Tool {
        var id: JSONValue?
        var name = ""
        var arguments = ""
    }

    /// The answer that the pieces add up to; `nil` when none came.
    static func fold(_ pieces: [JSONValue]) -> JSONValue? {
        guard let first = pieces.first(where: { $0["choices"] != nil }) else { return nil }
        var choices: [Int: Choice] = [:]
        var usage: JSONValue?
        for piece in pieces {
            if let given = piece["usage"], !given.isNull { usage = given }
            for choice in piece["choices"]?.array ?? [] {
                let index = choice["index"]?.int ?? 0
                add(choice, to: &choices[index, default: Choice()])
            }
        }
        var made = ObjectBuilder()
        for name in ["id", "created", "model", "service_tier", "system_fingerprint"] { made.add(name, first[name]) }
        made.add("choices", .array(choices.sorted { $0.key < $1.key }.map { json($0.value, index: $0.key) }))
        made.add("usage", usage)
        return made.object
    }

    private static func add(_ piece: JSONValue, to choice: inout Choice) {
        if let reason = piece["finish_reason"], !reason.isNull { choice.finishReason = reason }
        guard let delta = piece["delta"] else { return }
        if let role = delta["role"], !role.isNull { choice.role = role }
        if let text = delta["content"]?.string { choice.content = (choice.content ?? "") + text }
        choice.reasoning += (delta["reasoning_content"] ?? delta["reasoning"])?.string ?? ""
        choice.refusal += delta["refusal"]?.string ?? ""
        for call in delta["tool_calls"]?.array ?? [] {
            let index = call["index"]?.int ?? choice.tools.count
            var tool = choice.tools[index] ?? Tool()
            if let id = call["id"], !id.isNull { tool.id = id }
            tool.name += call["function"]?["name"]?.string ?? ""
            tool.arguments += call["function"]?["arguments"]?.string ?? ""
            choice.tools[index] = tool
        }
    }

    private static func json(_ choice: Choice, index: Int) -> JSONValue {
        var message = ObjectBuilder()
        message.add("role", choice.role ?? "assistant")
        message.add("content", choice.tools.isEmpty || choice.content?.isEmpty == false ? choice.content : nil)
        if !choice.reasoning.isEmpty { message.add("reasoning_content", choice.reasoning) }
        if !choice.refusal.isEmpty { message.add("refusal", choice.refusal) }
        if !choice.tools.isEmpty {
            let tools = choice.tools.sorted { $0.key < $1.key }.map { entry in
                JSONValue.object([
                    "id": entry.value.id ?? .null, "type": "function",
                    "function": ["name": .string(entry.value.name), "arguments": .string(entry.value.arguments)],
                ])
            }
            message.add("tool_calls", .array(tools))
        }
        return .object([
            "index": .number(index), "message": message.object, "finish_reason": choice.finishReason ?? .null,
        ])
    }
}
