import OrderedJSON
import TraceModel

/// What a provider's figures mean. The total that was sent decides whether parts stand inside or beside a whole
/// (D12a); without one, the habit of the API does.
enum TokenReading {
    /// Figures as they stand in a usage object.
    struct Figures {
        var input: Int?
        var output: Int?
        var total: Int?
        var cached: Int?
        var cacheWrite: Int?
        var reasoning: Int?
        /// Whether the API's habit is to count cached tokens beside its input.
        var hasCacheBeside = false
    }

    /// OpenAI's names and those of the APIs that are compatible with it.
    static func openAI(_ usage: JSONValue) -> TokenUsage {
        let input = usage.first("prompt_tokens_details", "input_tokens_details")
        let output = usage.first("completion_tokens_details", "output_tokens_details")
        return settled(
            Figures(
                input: usage.first("prompt_tokens", "input_tokens")?.count,
                output: usage.first("completion_tokens", "output_tokens")?.count,
                total: usage["total_tokens"]?.count,
                cached: input?["cached_tokens"]?.count
                    ?? usage.first("prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens")?.count,
                cacheWrite: input?.first("cache_write_tokens", "cache_creation_tokens")?.count
                    ?? usage.first("cache_write_input_tokens", "cache_creation_input_tokens", "cache_creation_tokens")?
                    .count,
                reasoning: output?["reasoning_tokens"]?.count ?? usage["reasoning_tokens"]?.count))
    }

    static func anthropic(_ usage: JSONValue) -> TokenUsage {
        let written = usage["cache_creation"]
        let parts = [written?["ephemeral_5m_input_tokens"]?.count, written?["ephemeral_1h_input_tokens"]?.count]
            .compactMap(\.self)
        return settled(
            Figures(
                input: usage["input_tokens"]?.count, output: usage["output_tokens"]?.count,
                total: usage["total_tokens"]?.count, cached: usage["cache_read_input_tokens"]?.count,
                cacheWrite: usage["cache_creation_input_tokens"]?.count
                    ?? (parts.isEmpty ? nil : parts.reduce(0, sum)),
                reasoning: usage["output_tokens_details"]?.first("thinking_tokens", "reasoning_tokens")?.count,
                hasCacheBeside: true))
    }

    static func bedrock(_ usage: JSONValue) -> TokenUsage {
        settled(
            Figures(
                input: usage["inputTokens"]?.count, output: usage["outputTokens"]?.count,
                total: usage["totalTokens"]?.count,
                cached: usage.first("cacheReadInputTokens", "cacheReadInputTokenCount")?.count,
                cacheWrite: usage.first("cacheWriteInputTokens", "cacheWriteInputTokenCount")?.count,
                hasCacheBeside: true))
    }

    /// Gemini's: the prompts of tools and the thoughts stand beside, unless the total says otherwise.
    static func google(_ usage: JSONValue) -> TokenUsage {
        let prompt = usage["promptTokenCount"]?.count
        let tools = usage["toolUsePromptTokenCount"]?.count
        let answer = usage.first("candidatesTokenCount", "responseTokenCount")?.count
        let thoughts = usage["thoughtsTokenCount"]?.count
        let input = [added(prompt, tools), prompt].filter { $0 != nil }
        let output = [added(answer, thoughts), answer].filter { $0 != nil }
        var tokens = TokenUsage(
            prompt: input.first ?? nil, completion: output.first ?? nil,
            cached: usage["cachedContentTokenCount"]?.count, reasoning: thoughts)
        if let total = usage["totalTokenCount"]?.count {
            search: for output in output.isEmpty ? [nil] : output {
                for input in input where sum(input ?? 0, output ?? 0) == total {
                    (tokens.prompt, tokens.completion) = (input, output)
                    break search
                }
            }
        }
        tokens.total = added(tokens.prompt, tokens.completion) ?? usage["totalTokenCount"]?.count
        return tokens
    }

    /// Figures without details.
    static func plain(input: Int?, output: Int?, cached: Int? = nil) -> TokenUsage {
        settled(Figures(input: input, output: output, cached: cached))
    }

    /// The first reading of the parts that gives the total.
    static func settled(_ figures: Figures) -> TokenUsage {
        var tokens = TokenUsage(
            prompt: figures.input, completion: figures.output, total: figures.total, cached: figures.cached,
            cacheWrite: figures.cacheWrite, reasoning: figures.reasoning)
        let cache = added(figures.cached, figures.cacheWrite) ?? 0
        let withCache = figures.input.map { sum($0, cache) }
        let withReasoning = figures.output.map { sum($0, figures.reasoning ?? 0) }
        if let total = figures.total, figures.input != nil || figures.output != nil {
            let readings = [
                (figures.input, figures.output), (withCache, figures.output), (figures.input, withReasoning),
                (withCache, withReasoning),
            ]
            if let fitting = readings.first(where: { sum($0.0 ?? 0, $0.1 ?? 0) == total }) {
                (tokens.prompt, tokens.completion) = fitting
                return tokens
            }
        }
        if figures.hasCacheBeside || cache > figures.input ?? .max { tokens.prompt = withCache }
        if figures.reasoning ?? 0 > figures.output ?? .max { tokens.completion = withReasoning }
        tokens.total = added(tokens.prompt, tokens.completion) ?? figures.total
        return tokens
    }

    /// What the provider says it cost, in US dollars.
    static func cost(_ usage: JSONValue) -> Double? {
        if let cost = usage["cost"]?.unlessNull {
            return cost.amount ?? cost.first("total_cost", "total", "amount")?.amount
        }
        return usage.first("total_cost", "estimated_cost")?.amount
    }

    private static func added(_ left: Int?, _ right: Int?) -> Int? {
        left == nil && right == nil ? nil : sum(left ?? 0, right ?? 0)
    }

    /// Adds without trapping on absurd numbers.
    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}
