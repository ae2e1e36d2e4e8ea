/// One message of a conversation, folded from every dialect's shape (docs/normalisation.md §2.7).
public struct Message: Hashable, Sendable {
    /// `system`, `user`, `assistant`, `tool`, or the emitter's own word.
    public var role: String
    /// Who spoke, where the emitter says.
    public var name: String?
    /// What was said, in order.
    public var parts: [MessagePart]

    /// Makes a message.
    public init(role: String, name: String? = nil, parts: [MessagePart]) {
        self.role = role
        self.name = name
        self.parts = parts
    }
}

/// One piece of a message.
public enum MessagePart: Hashable, Sendable {
    /// Plain text.
    case text(String)
    /// The model's reasoning, where the provider gives it.
    case reasoning(String)
    /// A request to call a tool. `arguments` is JSON text, or whatever the model wrote.
    case toolCall(id: String?, name: String, arguments: String)
    /// What a tool answered. `result` is text or compact JSON.
    case toolResult(id: String?, name: String?, result: String)
    /// Something that is not text: an image, audio, a file. `summary` describes it ("image/png, 12 KB", a URL).
    case media(kind: String, summary: String)
    /// Structured data that fits nowhere else, as compact JSON.
    case other(type: String, json: String)
}

/// What was captured of one direction of a call.
public enum CapturedContent: Hashable, Sendable {
    /// The emitter captures no content, or redacted it.
    case notCaptured
    /// A conversation.
    case messages([Message])
    /// A value that is not a conversation (a tool's arguments, a generated object), as text or compact JSON.
    case value(String)
}
