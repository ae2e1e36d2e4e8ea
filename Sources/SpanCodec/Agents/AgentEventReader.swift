import TraceModel

/// What one event of an agent tells, by its name.
struct AgentEventReader {
    let agent: SpanDialect
    /// Without the agent's prefix.
    let name: String
    let attributes: AgentAttributes

    /// What happened; `nil` for an event that is about no turn, call or tool.
    func happening() -> AgentEvent.Happening? {
        switch agent {
        case .claudeCode: claudeCode()
        case .codex: codex()
        case .geminiCLI: geminiCLI()
        default: nil
        }
    }

    /// The event's own id.
    var id: String? { attributes.text("request_id", "tool_use_id", "call_id", "client_request_id") }

    // MARK: Claude Code

    private func claudeCode() -> AgentEvent.Happening? {
        switch name {
        case "user_prompt": .prompt(attributes.content("prompt"))
        case "assistant_response": attributes.content("response").map { .answer($0) }
        case "api_request": .call(claudeCall(error: nil))
        case "api_error": .call(claudeCall(error: attributes.text("error", "error.message") ?? status ?? "api error"))
        case "api_refusal": .call(refusal())
        case "tool_result": .tool(tool(name: ["tool_name", "name"], input: ["tool_input", "tool_parameters"]))
        default: nil
        }
    }

    /// Anthropic counts input without what was read from and written to the cache; here prompt tokens include both.
    private func claudeCall(error: String?) -> AgentEvent.Call {
        let input = attributes.count("input_tokens")
        let read = attributes.count("cache_read_tokens", "cache_read_input_tokens")
        let written = attributes.count("cache_creation_tokens", "cache_creation_input_tokens")
        let parts = [input, read, written].compactMap { $0 }
        return AgentEvent.Call(
            model: attributes.text("model"),
            usage: TokenUsage(
                prompt: parts.isEmpty ? nil : parts.reduce(0, +), completion: attributes.count("output_tokens"),
                cached: read, cacheWrite: written),
            cost: claudeCost(), finishReason: attributes.text("stop_reason"), error: error)
    }

    private func claudeCost() -> Cost? {
        let nanoDollars =
            attributes.number("cost_usd").map { $0 * 1e9 } ?? attributes.number("cost_usd_micros").map { $0 * 1e3 }
        guard let nanoDollars, nanoDollars >= 0, nanoDollars < 1e18 else { return nil }
        return Cost(nanoDollars: Int64(nanoDollars.rounded()), isEstimated: false)
    }

    private func refusal() -> AgentEvent.Call {
        var call = claudeCall(error: nil)
        call.finishReason = "refusal"
        return call
    }

    // MARK: Codex

    private func codex() -> AgentEvent.Happening? {
        switch name {
        case "user_prompt": return .prompt(attributes.content("prompt"))
        case "agent_response", "assistant_response": return attributes.content("response").map { .answer($0) }
        case "sse_event", "websocket_event": return codexEvent()
        case "api_request", "websocket_request":
            guard let error = codexError() else { return .request }
            return .call(AgentEvent.Call(model: attributes.text("model", "slug"), error: error))
        case "tool_result": return .tool(tool(name: ["tool_name"], input: ["arguments"]))
        default: return nil
        }
    }

    private func codexEvent() -> AgentEvent.Happening? {
        switch attributes.text("event.kind") {
        case "response.completed", "response.done", "response.incomplete": return .call(codexCall(error: nil))
        case "response.failed": return .call(codexCall(error: attributes.text("error.message") ?? "response failed"))
        default: return nil
        }
    }

    /// OpenAI's input includes what was cached, its output the reasoning.
    private func codexCall(error: String?) -> AgentEvent.Call {
        AgentEvent.Call(
            model: attributes.text("model", "slug"),
            usage: TokenUsage(
                prompt: attributes.count("input_token_count"), completion: attributes.count("output_token_count"),
                cached: attributes.count("cached_token_count"), reasoning: attributes.count("reasoning_token_count")),
            error: error)
    }

    private func codexError() -> String? {
        if let message = attributes.text("error.message") { return message }
        guard let status = attributes.count("http.response.status_code", "status_code"), status >= 400 else {
            return nil
        }
        return "HTTP \(status)"
    }

    // MARK: Gemini CLI

    private func geminiCLI() -> AgentEvent.Happening? {
        switch name {
        case "user_prompt": .prompt(attributes.content("prompt"))
        case "api_response": .call(geminiCall())
        case "api_error":
            .call(
                AgentEvent.Call(
                    model: attributes.text("model", "model_name"),
                    error: attributes.text("error.message", "error", "error_type") ?? status ?? "api error"))
        case "tool_call": .tool(tool(name: ["function_name"], input: ["function_args"]))
        default: nil
        }
    }

    /// Gemini counts thoughts beside the output, and what its own tools read beside the input; the total tells whether it
    /// does (D12a).
    private func geminiCall() -> AgentEvent.Call {
        let input = attributes.count("input_token_count")
        let output = attributes.count("output_token_count")
        let thoughts = attributes.count("thoughts_token_count")
        let tools = attributes.count("tool_token_count") ?? 0
        let total = attributes.count("total_token_count")
        let beside = (input ?? 0) + (output ?? 0) + (thoughts ?? 0)
        let isWithThoughts = total == (input ?? 0) + (output ?? 0) && (thoughts ?? 0) > 0
        let prompt = input.map { total == beside + tools ? $0 + tools : $0 }
        return AgentEvent.Call(
            model: attributes.text("model"),
            usage: TokenUsage(
                prompt: prompt, completion: output.map { isWithThoughts ? $0 : $0 + (thoughts ?? 0) },
                cached: attributes.count("cached_content_token_count"), reasoning: thoughts),
            finishReason: attributes.text("finish_reasons").flatMap { $0.split(separator: ",").first.map(String.init) },
            output: attributes.content("response_text"), error: nil)
    }

    // MARK: All

    private func tool(name names: [String], input: [String]) -> AgentEvent.Tool {
        let name = names.lazy.compactMap { attributes.text($0) }.first ?? "tool"
        let isFailed = attributes.flag("success") == false
        let output = attributes.content("output", "tool_output")
        let reason = attributes.text("error", "error.message", "error_message", "error_type")
        return AgentEvent.Tool(
            name: name, input: input.lazy.compactMap { attributes.content($0) }.first, output: output,
            error: isFailed ? reason ?? output ?? "the tool failed" : nil)
    }

    private var status: String? { attributes.count("status_code").map { "HTTP \($0)" } }
}
