import OrderedJSON
import TraceModel

/// A message event, of the span itself or logged apart from it (v1.28–1.36, docs/normalisation.md §2.7).
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
        if let text = (body.string ?? attributes["gen_ai.event.content"]?.string),
            let json = MessageReader.structured(text),
            json.object != nil
        {
            body = json
        }
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
            if let json = MessageReader.structured(text) {
                if MessageReader.isMessage(json) || json["content"] != nil {
                    return MessageReader.message(json, role: "assistant")
                }
                if MessageReader.isParts(json) { return Message(role: "assistant", parts: MessageParts.parts(json)) }
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
                if member.name == "content", !MessageReader.isParts(inner) { return member }
                return JSONMember(member.name, inner)
            })
    }

    /// Why the model stopped, if this says it: a choice, or an answer with all its details.
    var finishReason: String? {
        switch name {
        case "gen_ai.choice":
            return VendorAnswer.finishReason(body) ?? attributes.firstText("finish_reason")
        case "gen_ai.client.inference.operation.details":
            let reasons =
                attributes.first("gen_ai.response.finish_reasons") ?? body.first("gen_ai.response.finish_reasons")
            return structured(reasons)?.array?.lazy.compactMap(\.string).first ?? reasons?.string
                ?? outputReason("gen_ai.output.messages")
        case "gen_ai.content.completion": return outputReason("gen_ai.completion")
        default: return nil
        }
    }

    private func outputReason(_ name: String) -> String? {
        let messages = structured(attributes[name] ?? body[name])
        return messages?.array?.lazy.compactMap(VendorAnswer.finishReason).first
            ?? messages.flatMap(VendorAnswer.finishReason)
    }

    /// A structure, which may stand in a text.
    private func structured(_ json: JSONValue?) -> JSONValue? {
        json?.string.map { MessageReader.structured($0) } ?? json
    }

    /// An attribute that holds messages, as structure or as JSON text.
    func messages(_ name: String, role: String) -> [Message]? {
        guard let value = attributes[name] ?? body[name] else { return nil }
        if let text = value.string { return MessageReader.messages(text: text, role: role) }
        return MessageReader.messages(value, role: role)
    }
}
