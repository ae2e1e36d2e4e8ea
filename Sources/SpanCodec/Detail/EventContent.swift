import OrderedJSON
import TraceModel

/// A message event, of the span itself or logged apart from it (v1.28–1.36, conventions §2.7).
struct MessageEvent {
    /// `gen_ai.user.message`, `gen_ai.choice`, …
    var name: String
    /// The event's body; of a span event, its attributes.
    var body: JSONValue
    /// Its attributes.
    var attributes: JSONValue

    /// A span event.
    init(_ event: SpanDetail.Event) {
        name = event.name
        attributes = AttributeReader.json(.map(event.attributes))
        body = attributes
        // Some emitters put the body as JSON text into one attribute.
        if let text = attributes["gen_ai.event.content"]?.string, let json = MessageReader.structured(text) {
            body = json
        }
    }

    /// A logged event.
    init(_ content: IngestedContent) {
        name = content.eventName
        let json = (try? JSONValue(parsing: content.payload, allowsLoneSurrogates: true)) ?? .null
        attributes = json["attributes"] ?? .null
        body = json["body"] ?? .null
        if body.object == nil { body = body.isNull ? attributes : .object(["content": body]) }
    }

    /// An element of pydantic-ai's `events` attribute.
    init(_ json: JSONValue) {
        name = json["event.name"]?.string ?? ""
        attributes = json
        body = json
    }

    /// Whether it is part of what went in.
    var isInput: Bool {
        switch name {
        case "gen_ai.system.message", "gen_ai.user.message", "gen_ai.assistant.message", "gen_ai.tool.message": true
        default: false
        }
    }

    /// Its message, for one of the message events.
    var message: Message {
        let word = name.dropFirst("gen_ai.".count).prefix { $0 != "." }
        return MessageReader.message(unfolded(body), role: name == "gen_ai.choice" ? "assistant" : String(word))
    }

    /// The message of a `gen_ai.choice`.
    var choice: Message {
        let inner = body["message"] ?? .null
        if let text = inner.string {
            if let json = MessageReader.structured(text), MessageReader.isMessage(json) || json["content"] != nil {
                return MessageReader.message(json, role: "assistant")
            }
            return Message(role: "assistant", parts: [.text(text)])
        }
        return MessageReader.message(unfolded(inner.object == nil ? body : inner), role: "assistant")
    }

    /// Attributes hold lists as JSON text.
    private func unfolded(_ json: JSONValue) -> JSONValue {
        guard let members = json.object else { return json }
        return .object(
            members.map { member in
                guard member.name == "tool_calls" || member.name == "content", let text = member.value.string,
                    let inner = MessageReader.structured(text)
                else { return member }
                if member.name == "content", inner.array?.first?["type"]?.string == nil { return member }
                return JSONMember(member.name, inner)
            })
    }

    /// Why the model stopped, if this says it.
    var finishReason: String? { name == "gen_ai.choice" ? body["finish_reason"]?.string : nil }

    /// An attribute that holds messages, as structure or as JSON text.
    func messages(_ name: String, role: String) -> [Message]? {
        guard let value = attributes[name] ?? body[name] else { return nil }
        if let text = value.string { return MessageReader.messages(text: text, role: role) }
        return MessageReader.messages(value, role: role)
    }
}
