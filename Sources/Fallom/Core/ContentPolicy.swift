import OrderedJSON

/// What may leave the process.
public struct ContentPolicy: Hashable, Sendable {
    /// Whether prompts, completions, tool arguments and results are captured.
    public var capturesContent: Bool

    /// Makes a policy.
    public init(capturesContent: Bool) {
        self.capturesContent = capturesContent
    }

    /// What a span may say of an error.
    package func errorMessage(_ error: any Error) -> String { FailureNote(error).message(self) }

    /// Names of attributes that hold what was said, in any emitter's words; with content off they are left out wherever
    /// they come from.
    public static func isContent(attribute name: String) -> Bool {
        if exactNames.contains(name) { return true }
        return prefixes.contains { name.utf8.starts(with: $0.utf8) }
    }

    private static let exactNames: Set<String> = [
        "input", "output", "messages", "prompt", "completion", "response", "arguments", "result", "content", "text",
        "fallom.raw.request", "fallom.raw.response", "final_result", "tool_arguments", "tool_response",
        "gen_ai.system_instructions", "gen_ai.tool.definitions", "gen_ai.tool.description", "gen_ai.system_prompt",
        "gen_ai.retrieval.query.text", "gen_ai.retrieval.documents", "exception.message", "exception.stacktrace",
        "error.message", "ai.prompt", "pydantic_ai.all_messages", "all_messages_events", "db.query.text",
    ]

    private static let prefixes = [
        "gen_ai.prompt", "gen_ai.completion", "gen_ai.input.", "gen_ai.output.", "gen_ai.tool.call.",
        "gen_ai.tool.input",
        "gen_ai.tool.output", "llm.input_messages", "llm.output_messages", "llm.prompts", "llm.choices", "llm.tools",
        "input.value", "output.value", "traceloop.entity.input", "traceloop.entity.output", "ai.prompt.",
        "ai.response.text", "ai.response.object", "ai.response.toolCalls", "ai.response.reasoning", "ai.response.files",
        "ai.toolCall.args", "ai.toolCall.result", "ai.result.", "retrieval.documents", "mastra.",
        "langfuse.observation.",
    ]
}

/// A failure, kept until it is known how much of it may be said.
struct FailureNote: Sendable {
    private let error: any Error

    init(_ error: any Error) { self.error = error }

    /// What the span says: the error's own words where content is captured; else only its status and type, because an
    /// error may repeat the prompt.
    func message(_ policy: ContentPolicy) -> String {
        if policy.capturesContent { return String(describing: error) }
        if let status { return "\(status) \(typeName)" }
        return typeName
    }

    /// The provider's HTTP status, where there is one.
    var status: Int? { (error as? any HTTPStatusError)?.httpStatus }

    var isCancellation: Bool { error is CancellationError }

    var typeName: String { String(describing: type(of: error)) }
}

/// An error that carries the status of a provider's answer. A third-party client's error that conforms to it shows its
/// status on the span.
public protocol HTTPStatusError: Error {
    /// The status, as in 429.
    var httpStatus: Int? { get }
}
