import OrderedJSON

/// A message of a conversation, in nobody's particular shape.
public struct ModelMessage: Hashable, Sendable {
    /// Who speaks. More may come.
    public struct Role: Hashable, Sendable, CustomStringConvertible {
        /// Its name.
        public let name: String

        /// Instructions.
        public static let system = Role(name: "system")
        /// The user.
        public static let user = Role(name: "user")
        /// The model.
        public static let assistant = Role(name: "assistant")
        /// Tools.
        public static let tool = Role(name: "tool")

        /// Its name.
        public var description: String { name }
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var parts: [ContentPart]
    /// The tools that the model asked for.
    public var toolCalls: [ToolCall] = []
    /// What tools answered.
    public var toolResults: [ToolResult] = []
    /// What the model said in its provider's own words, where the provider wants that back.
    public var original: ProviderContent?

    /// Instructions.
    public static func system(_ text: String) -> ModelMessage { ModelMessage(role: .system, parts: [.text(text)]) }

    /// What the user says.
    public static func user(_ text: String) -> ModelMessage { ModelMessage(role: .user, parts: [.text(text)]) }

    /// What the user says and shows.
    public static func user(_ parts: [ContentPart]) -> ModelMessage { ModelMessage(role: .user, parts: parts) }

    /// What the model said, and the tools it asked for; with what its provider wants back as it was.
    public static func assistant(
        _ text: String, toolCalls: [ToolCall] = [], original: ProviderContent? = nil
    ) -> ModelMessage {
        ModelMessage(role: .assistant, parts: [.text(text)], toolCalls: toolCalls, original: original)
    }

    /// What tools answered.
    public static func tool(_ results: [ToolResult]) -> ModelMessage {
        ModelMessage(role: .tool, parts: [], toolResults: results)
    }

    /// All text of the message.
    public var text: String { parts.text }

    /// The message as the record shows it: OpenAI's words.
    var json: JSONValue {
        if role == .tool { return ["role": "tool", "content": .array(toolResults.map(\.json))] }
        let said: JSONValue = parts.onlyText.map(JSONValue.string) ?? .array(parts.map(\.shown))
        let message: JSONValue = ["role": .string(role.name), "content": said]
        return toolCalls.isEmpty ? message : message.setting("tool_calls", .array(toolCalls.map(\.openAIJSON)))
    }
}
