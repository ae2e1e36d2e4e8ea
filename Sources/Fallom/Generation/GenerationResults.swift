import OrderedJSON
import ProviderCalls

/// One call of the model inside a run, with the tools that ran after it.
public struct GenerationStep: Hashable, Sendable {
    /// What the model said.
    public var reply: ModelReply
    /// What the tools answered.
    public var toolResults: [ToolResult]

    /// The AI SDK's spelling; content.
    func json(isFirst: Bool) -> JSONValue {
        var made = ObjectBuilder()
        made.add("stepType", isFirst ? "initial" : "tool-result")
        made.add("text", reply.text)
        made.add("finishReason", reply.end.finishReason)
        made.add("toolCalls", .array(reply.toolCalls.map(\.json)))
        made.add("toolResults", .array(toolResults.map(\.json)))
        made.add("usage", reply.end.usage.json)
        made.add("responseId", reply.end.responseID)
        return made.object
    }
}

/// What a run of ``AI/generateText(model:prompt:system:messages:tools:maxSteps:settings:temperature:maxTokens:)`` gave.
public struct TextResult: Hashable, Sendable {
    /// Its steps; the last one holds the answer.
    public var steps: [GenerationStep]

    /// What the model said last.
    public var text: String { steps.last?.reply.text ?? "" }
    /// The reasoning of the last step.
    public var reasoning: String { steps.last?.reply.reasoning ?? "" }
    /// The tools asked for in the last step: those without a result in ``toolResults`` the app has to run itself.
    public var toolCalls: [ToolCall] { steps.last?.reply.toolCalls ?? [] }
    /// What tools answered in the last step.
    public var toolResults: [ToolResult] { steps.last?.toolResults ?? [] }
    /// Why the model stopped.
    public var finishReason: String { steps.last?.reply.end.finishReason ?? "" }
    /// The model that answered last, where its provider says so.
    public var modelID: String? { steps.last?.reply.end.modelID }
    /// Tokens of all steps together.
    public var usage: ModelUsage { steps.reduce(ModelUsage()) { $0 + $1.reply.end.usage } }
    /// The messages that the run added to the conversation.
    public var messages: [ModelMessage] {
        steps.flatMap { step in
            [step.reply.message]
                + (step.toolResults.isEmpty ? [] : [.tool(step.toolResults)])
        }
    }
}

/// What a run of ``AI/generateObject(_:model:prompt:system:messages:schema:settings:temperature:maxTokens:decode:)`` gave.
public struct ObjectResult<Object: Sendable>: Sendable {
    /// The object.
    public var object: Object
    /// The object as the model wrote it.
    public var json: JSON
    /// What stands at the answer's end.
    public var end: ModelEnd
}

/// A piece of a run of ``AI/streamText(model:prompt:system:messages:tools:maxSteps:settings:temperature:maxTokens:)``.
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum TextPart: Hashable, Sendable {
    /// More text.
    case text(String)
    /// More reasoning.
    case reasoning(String)
    /// The model asks for a tool.
    case toolCall(ToolCall)
    /// A tool answered.
    case toolResult(ToolResult)
    /// A step ended.
    case stepEnded(GenerationStep)
    /// The run ended.
    case finished(TextResult)
}

extension ModelReply {
    /// The reply as a message of the conversation.
    var message: ModelMessage { .assistant(text, toolCalls: toolCalls, original: end.original) }
}

extension ToolCall {
    /// The AI SDK's spelling.
    var json: JSONValue {
        [
            "toolCallId": .string(id), "toolName": .string(name),
            "args": arguments?.value ?? .string(argumentsText), "type": "tool-call",
        ]
    }

    /// OpenAI's spelling.
    var openAIJSON: JSONValue {
        [
            "id": .string(id), "type": "function",
            "function": ["name": .string(name), "arguments": .string(argumentsText)],
        ]
    }
}
