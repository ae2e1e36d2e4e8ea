/// The names of attributes that hold what was said, in any emitter's words.
public enum ContentAttributes {
    /// Whether an attribute of that name is content.
    public static func isContent(_ name: String) -> Bool {
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
