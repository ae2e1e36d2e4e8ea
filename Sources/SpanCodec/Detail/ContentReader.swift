import OrderedJSON
import TraceModel

/// Finds what went in and came out, by the ordered sources of docs/normalisation.md §2.7 and D14–D17.
struct ContentReader {
    let attributes: AttributeMap
    let events: [MessageEvent]
    let kind: SpanKind

    init(_ payload: DecodedPayload, contents: [IngestedContent], kind: SpanKind) {
        attributes = payload.attributes
        let logged = contents.enumerated().sorted { left, right in
            let (first, second) = (left.element.time, right.element.time)
            if let first, let second, first != second { return first < second }
            return left.offset < right.offset
        }
        events = payload.events.map(MessageEvent.init) + logged.map { MessageEvent($0.element) }
        self.kind = kind
    }

    /// A text attribute that is not empty, or a structure as compact JSON.
    func text(_ names: String...) -> String? {
        for name in names {
            guard let value = attributes[name] else { continue }
            let text = MessageParts.text(AttributeReader.json(value))
            if !text.isEmpty { return text }
        }
        return nil
    }

    /// An attribute as JSON: structure as it is, text that holds JSON (in quotes once more, with MLflow) or Python's form
    /// of it parsed, other text as a string.
    func json(_ name: String) -> JSONValue? {
        guard let value = attributes[name] else { return nil }
        let json = AttributeReader.json(value)
        guard let text = json.string else { return json.isNull ? nil : json }
        if text.isEmpty { return nil }
        guard let parsed = try? JSONValue(parsing: text, allowsLoneSurrogates: true) else {
            return MessageReader.structured(text) ?? json
        }
        return parsed.string.flatMap(MessageReader.structured) ?? parsed
    }

    /// Text as it is; out of the quotes where it is JSON once more.
    func bareText(_ name: String) -> String? {
        guard let text = text(name) else { return nil }
        return text.utf8.first == UInt8(ascii: "\"") ? json(name)?.string ?? text : text
    }

    /// Messages of an attribute that is a conversation, as structure or as JSON text.
    func messages(_ name: String, role: String) -> [Message]? {
        guard let json = json(name) else { return nil }
        if let inner = json["messages"] { return MessageReader.messages(inner, role: role) }
        return MessageReader.messages(json, role: role)
    }

    /// What went in.
    func input() -> CapturedContent {
        if kind == .tool, let arguments = toolArguments() { return captured(.value(arguments)) }
        if let messages = genAIInput() { return captured(.messages(messages)) }
        if let content = rawRequest() { return captured(content) }
        if let messages = agentInput() { return captured(.messages(messages)) }
        return captured(plainInput() ?? .notCaptured)
    }

    /// Sources of the GenAI, OpenLLMetry, OpenInference and AI SDK conventions.
    private func genAIInput() -> [Message]? {
        if let found = conversation("langfuse.observation.input", role: "user") { return found }
        if let found = messages("gen_ai.input.messages", role: "user") { return withInstructions(found) }
        for event in events where event.name == "gen_ai.client.inference.operation.details" {
            guard let found = event.messages("gen_ai.input.messages", role: "user") else { continue }
            let system = event.messages("gen_ai.system_instructions", role: "system") ?? []
            return found.contains { $0.role == "system" } ? found : Self.joined(system, "system") + found
        }
        let fromEvents = events.filter(\.isInput).map(\.message)
        if !fromEvents.isEmpty { return fromEvents }
        for event in events where event.name == "gen_ai.content.prompt" {
            if let found = event.messages("gen_ai.prompt", role: "user") { return found }
        }
        if let found = IndexedMessages.messages(attributes, prefix: "gen_ai.prompt.", role: "user") { return found }
        if let found = conversation("gen_ai.prompt", role: "user") { return found }
        if let found = IndexedMessages.messages(attributes, prefix: "llm.input_messages.", role: "user") {
            return found
        }
        if let found = messages("llm.prompts", role: "user") { return found }
        if let found = promptTree("llm.prompts.") { return found }
        if let found = IndexedMessages.messages(attributes, prefix: "llm.prompts.", role: "user") { return found }
        if let found = messages("ai.prompt.messages", role: "user") { return found }
        return json("ai.prompt").flatMap(RequestContent.messages)
    }

    /// OpenInference's `llm.prompts.N.prompt.text`.
    private func promptTree(_ prefix: String) -> [Message]? {
        let found = IndexedMessages.tree(attributes, prefix: prefix)?.compactMap { json in
            (json["prompt"]?["text"] ?? json).string.map { Message(role: "user", parts: [.text($0)]) }
        }
        return found?.isEmpty ?? true ? nil : found
    }

    /// A conversation, or a provider's request, or plain text, in one attribute.
    func conversation(_ name: String, role: String) -> [Message]? {
        guard let json = json(name) else { return nil }
        if let found = MessageReader.messages(json, role: role) { return found }
        if let found = RequestContent.messages(json) { return found }
        return [Message(role: role, parts: [.text(bareText(name) ?? MessageParts.text(json))])]
    }

    /// `gen_ai.system_instructions` goes first where no system message is there.
    private func withInstructions(_ found: [Message]) -> [Message] {
        guard !found.contains(where: { $0.role == "system" }),
            let system = messages("gen_ai.system_instructions", role: "system")
        else { return found }
        return Self.joined(system, "system") + found
    }

    private static func joined(_ messages: [Message], _ role: String) -> [Message] {
        let parts = messages.flatMap(\.parts)
        return parts.isEmpty ? [] : [Message(role: role, parts: parts)]
    }

    /// `fallom.raw.request`, and the system prompt of old records.
    private func rawRequest() -> CapturedContent? {
        guard let request = json("fallom.raw.request") else {
            return text("gen_ai.system_prompt").map { .messages([Message(role: "system", parts: [.text($0)])]) }
        }
        if kind != .tool, kind != .chain, let found = RequestContent.messages(request) { return .messages(found) }
        return .value(Self.unwrapped(request, "input"))
    }

    /// What a tool or chain was given or gave, as text; LangChain wraps it into an object of one member.
    static func unwrapped(_ json: JSONValue, _ name: String) -> String {
        if let members = json.object, members.count == 1, members[0].name == name {
            return MessageParts.text(members[0].value)
        }
        return MessageParts.text(json)
    }

    /// Agent frameworks' own attributes.
    private func agentInput() -> [Message]? {
        if let request = json("gcp.vertex.agent.llm_request"), request.object?.isEmpty == false,
            let found = RequestContent.messages(Self.adk(request))
        {
            return found
        }
        if kind != .tool, kind != .chain, let request = json("request_data"),
            let found = RequestContent.messages(request)
        {
            return found
        }
        if var found = messages("pydantic_ai.all_messages", role: "user") {
            if found.last?.role == "assistant" { found.removeLast() }
            return found
        }
        for name in ["all_messages_events", "events"] {
            guard let list = json(name)?.array, list.contains(where: { $0["event.name"] != nil }) else { continue }
            var found = list.map(MessageEvent.init).filter(\.isInput).map(\.message)
            if name == "all_messages_events", found.last?.role == "assistant" { found.removeLast() }
            return found
        }
        return nil
    }

    /// ADK keeps the system instruction in the request's `config`.
    private static func adk(_ request: JSONValue) -> JSONValue {
        guard let system = request["config"]?["system_instruction"], let members = request.object else {
            return request
        }
        return .object([JSONMember("system", system)] + members)
    }

    private func toolArguments() -> String? {
        text(
            "gen_ai.tool.call.arguments", "ai.toolCall.args", "tool_arguments", "gcp.vertex.agent.tool_call_args",
            "gen_ai.tool.input", "tool.parameters")
            ?? json("fallom.raw.request").map { Self.unwrapped($0, "input") }
            ?? text(
                "input.value", "traceloop.entity.input", "input", "mastra.tool_call.input",
                "mastra.mcp_tool_call.input")
            ?? bareText("genkit:input") ?? bareText("mlflow.spanInputs")
    }

    /// Attributes that hold whatever the span was given.
    private func plainInput() -> CapturedContent? {
        let names =
            ["traceloop.entity.input", "input.value", "input"] + mastraNames("input")
            + [
                "genkit:input", "mlflow.spanInputs", "lk.chat_ctx", "gen_ai.input", "gen_ai.retrieval.query.text",
                "user_prompt",
            ]
        for name in names {
            guard let text = bareText(name) else { continue }
            if kind == .llm || kind == .agent, let json = json(name), json.string == nil,
                let found = MessageReader.messages(json, role: "user") ?? RequestContent.messages(json)
            {
                return .messages(found)
            }
            return .value(text)
        }
        let texts = IndexedMessages.tree(attributes, prefix: "embedding.embeddings.")?.compactMap {
            $0["embedding"]?["text"]?.string
        }
        return texts.map { .value($0.joined(separator: "\n")) }
    }

    /// `mastra.<span type>.input`
    func mastraNames(_ last: String) -> [String] {
        attributes.entries.map(\.name).filter { $0.hasPrefix("mastra.") && $0.hasSuffix("." + last) }
    }

    /// Content that was redacted is content that was not captured.
    func captured(_ content: CapturedContent) -> CapturedContent {
        switch content {
        case .notCaptured: return .notCaptured
        case .value(let text): return text == MessageParts.redacted ? .notCaptured : content
        case .messages(let messages):
            let hasRedacted = messages.contains { $0.parts.contains(.text(MessageParts.redacted)) }
            guard hasRedacted else { return content }
            let kept = messages.compactMap { message -> Message? in
                var message = message
                message.parts.removeAll { $0 == .text(MessageParts.redacted) }
                return message.parts.isEmpty ? nil : message
            }
            return kept.isEmpty ? .notCaptured : .messages(kept)
        }
    }
}
