package import OrderedJSON

/// OpenAI Chat Completions: requests, answers, streamed pieces.
enum OpenAIChatReading: DialectReading {
    static func read(request: JSONValue, into call: inout CapturedCall) {
        call.request = request.picking(
            "messages", "model", "tools", "tool_choice", "functions", "function_call", "response_format")
        let tools = (request["tools"]?.elements ?? []).compactMap {
            ($0["function"] ?? $0["custom"] ?? $0)["name"]?.string
        }
        let functions = (request["functions"]?.elements ?? []).compactMap { $0["name"]?.string }
        call.offeredTools = Set(tools + functions)
    }

    static func read(response: JSONValue, into call: inout CapturedCall) {
        let choices = (response["choices"]?.elements ?? []).sorted { ($0["index"]?.int ?? 0) < ($1["index"]?.int ?? 0) }
        let choice = choices.first
        let message = choice?["message"] ?? choice?["delta"]
        let text = message.flatMap(ChatText.text)
        let calls = message.map(ChatText.toolCalls) ?? []
        let reasoning = message.map(ChatText.reasoning) ?? ""
        let finish = choice.flatMap(Self.finishReason)
        var captured = ObjectBuilder()
        captured.add("text", (text ?? message?["refusal"]?.filledText).map(JSONValue.string) ?? .null)
        captured.add("finishReason", finish)
        captured.add("responseId", response["id"])
        captured.add("model", response["model"])
        if !calls.isEmpty { captured.add("toolCalls", .array(calls)) }
        if !reasoning.isEmpty { captured.add("reasoning", reasoning) }
        if message?["refusal"]?.hasText == true { captured.add("refusal", message?["refusal"]) }
        for name in ["audio", "annotations", "images"] { captured.add(name, message?[name]?.unlessNull) }
        for name in ["citations", "search_results"] { captured.add(name, response[name]?.unlessNull) }
        if choices.count > 1 { captured.add("choices", .array(choices)) }
        call.response = captured.object
        call.responseModel = response["model"]?.filledText
        call.responseID = response["id"]?.filledText
        call.answeredBy = AnsweringServer.name(in: response)
        read(usage: usage(of: response), into: &call)
        call.toolCalls = calls.compactMap(ChatText.toolCall)
        call.finishReason = FinishWords.folded(finish)
        if message?["refusal"]?.hasText == true, text?.isEmpty ?? true, calls.isEmpty, call.finishReason == "stop" {
            call.finishReason = "content_filter"
        }
        call.metadata = metadata(response)
    }

    static func read(usage: JSONValue?, into call: inout CapturedCall) {
        guard let usage, usage.object != nil else { return }
        call.usage = usage
        call.tokens = TokenReading.openAI(usage)
        call.cost = TokenReading.cost(usage)
    }

    /// Where the field's servers put it: in the answer, under Groq's own member, in a choice (Moonshot).
    static func usage(of response: JSONValue) -> JSONValue? {
        response["usage"]?.unlessNull ?? response["x_groq"]?["usage"]?.unlessNull
            ?? response["choices"]?.elements.lazy.compactMap { $0["usage"]?.unlessNull }.first
    }

    static func finishReason(_ choice: JSONValue) -> String? {
        choice["finish_reason"]?.filledText
    }

    /// Only members that no prompt or completion can be in.
    private static func metadata(_ response: JSONValue) -> JSONValue {
        var made = response.picking("id", "created", "model", "provider", "service_tier", "system_fingerprint")
        let choices = (response["choices"]?.elements ?? []).map { $0.picking("index", "finish_reason") }
        if case .object(var members) = made {
            members.append(JSONMember("choices", .array(choices)))
            if let usage = usage(of: response) { members.append(JSONMember("usage", usage)) }
            made = .object(members)
        }
        return made
    }

    static func hasContent(_ piece: JSONValue) -> Bool {
        (piece["choices"]?.elements ?? []).contains { choice in
            guard let said = choice["delta"] ?? choice["message"] else { return choice["text"]?.hasText == true }
            return ChatText.text(said)?.isEmpty == false || !ChatText.reasoning(said).isEmpty
                || said["refusal"]?.hasText == true || !(said["tool_calls"]?.elements ?? []).isEmpty
                || said["function_call"]?.object != nil || said["audio"]?.first("data", "transcript")?.hasText == true
        }
    }

    static func holdsAnswer(_ response: JSONValue) -> Bool {
        response["choices"]?.array != nil || response["usage"]?.object != nil
            || response["x_groq"]?["usage"]?.object != nil
    }

    static func folder() -> any AnswerFolder { ChatFolder() }
}

/// What a message of Chat Completions says, wherever it stands.
package enum ChatText {
    /// The text: `content` as text or in parts, else the transcript of what is said in sound; `nil` when there is none.
    package static func text(_ message: JSONValue) -> String? {
        switch message["content"] {
        case .string(let text)?: if !text.isEmpty || message["audio"]?["transcript"] == nil { return text }
        case .array(let parts)?:
            let texts = parts.compactMap { part -> String? in
                if let text = part.string { return text }
                guard part["type"]?.string != "thinking" else { return nil }
                return part["text"]?.string ?? part["refusal"]?.string
            }
            return texts.joined()
        default: break
        }
        return message["audio"]?["transcript"]?.string
    }

    /// How the model came to it: under the names that the field uses, or in parts.
    package static func reasoning(_ message: JSONValue) -> String {
        if let text = message["reasoning_content"]?.filledText ?? message["reasoning"]?.filledText { return text }
        if let text = message["thinking"]?.filledText { return text }
        let thinking = (message["content"]?.elements ?? []).filter { $0["type"]?.string == "thinking" }
        let texts = thinking.flatMap { part in
            part["thinking"]?.array?.compactMap { $0["text"]?.string } ?? [part["thinking"]?.string ?? ""]
        }
        if !texts.isEmpty { return texts.joined() }
        return (message["reasoning_details"]?.elements ?? []).compactMap { ($0["text"] ?? $0["summary"])?.string }
            .joined()
    }

    /// The calls of tools, the old `function_call` among them.
    package static func toolCalls(_ message: JSONValue) -> [JSONValue] {
        let calls = message["tool_calls"]?.elements ?? []
        guard calls.isEmpty, let call = message["function_call"], call["name"]?.hasText == true else { return calls }
        return [["type": "function", "function": call]]
    }

    static func toolCall(_ json: JSONValue) -> CapturedCall.ToolCall? {
        let function = json["function"] ?? json["custom"] ?? json
        return function["name"]?.filledText.map { name in
            CapturedCall.ToolCall(
                id: json["id"]?.string, name: name, arguments: arguments(function.first("arguments", "input")))
        }
    }

    /// Arguments as text; some servers send them as an object.
    package static func arguments(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "" }
        return value.string ?? value.compactText
    }
}
