import TraceModel

/// The spans that Claude Code emits itself (beta): their attributes have bare names, which mean what they mean only there.
enum ClaudeCodeSpan {
    /// Fills in what the conventions' names do not say.
    static func complete(_ span: inout Span, _ payload: SpanPayload) {
        guard span.name.hasPrefix("claude_code."), let decoded = try? DecodedPayload(payload) else { return }
        let attributes = AgentAttributes(map: decoded.attributes)
        switch span.name.dropFirst("claude_code.".utf8.count) {
        case "interaction": span.kind = .agent
        case "llm_request": call(&span, attributes)
        case "tool": span.kind = .tool
        default: span.kind = .custom
        }
        outcome(&span, attributes)
    }

    private static func call(_ span: inout Span, _ attributes: AgentAttributes) {
        span.kind = .llm
        span.provider = span.provider ?? "anthropic"
        span.requestModel = span.requestModel ?? attributes.text("model")
        // The id that the log event of the same call has too.
        span.responseID = attributes.text("request_id", "client_request_id") ?? span.responseID
        span.finishReason = span.finishReason ?? attributes.text("stop_reason").map(FinishReasonWord.folded)
        if let firstToken = attributes.milliseconds("ttft_ms"), firstToken > 0,
            firstToken <= span.durationNanoseconds ?? .max
        {
            span.timeToFirstTokenNanoseconds = span.timeToFirstTokenNanoseconds ?? firstToken
            span.isStreaming = true
        }
        usage(&span, attributes)
    }

    /// Anthropic counts input without what was read from and written to the cache; here prompt tokens include both.
    private static func usage(_ span: inout Span, _ attributes: AgentAttributes) {
        let input = attributes.count("input_tokens")
        let read = attributes.count("cache_read_tokens", "cache_read_input_tokens")
        let written = attributes.count("cache_creation_tokens", "cache_creation_input_tokens")
        let parts = [input, read, written].compactMap { $0 }
        guard !parts.isEmpty || attributes.count("output_tokens") != nil else { return }
        let prompt = parts.isEmpty ? nil : parts.reduce(0, +)
        let completion = attributes.count("output_tokens")
        span.usage = TokenUsage(
            prompt: prompt, completion: completion, total: (prompt ?? 0) + (completion ?? 0), cached: read,
            cacheWrite: written)
    }

    private static func outcome(_ span: inout Span, _ attributes: AgentAttributes) {
        if attributes.flag("success") == false { span.status = .error }
        guard span.status == .error else {
            if attributes.flag("success") == true, span.status == .unset { span.status = .ok }
            return
        }
        span.errorMessage = span.errorMessage ?? attributes.text("error", "error.message", "error_type")
    }
}
