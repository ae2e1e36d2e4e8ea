/// The tokens of one model call. `nil` means that the emitter did not say; 0 means that it said zero.
///
/// `prompt` holds all prompt tokens, cached ones included; `completion` all completion tokens, reasoning included. The
/// details are subsets, never to be added again (docs/normalisation.md §2.5, D12).
public struct TokenUsage: Hashable, Sendable {
    /// Prompt (input) tokens, cached included.
    public var prompt: Int?
    /// Completion (output) tokens, reasoning included.
    public var completion: Int?
    /// Prompt and completion together.
    public var total: Int?
    /// Prompt tokens read from the provider's cache.
    public var cached: Int?
    /// Prompt tokens written to the provider's cache.
    public var cacheWrite: Int?
    /// Those of ``cacheWrite`` that are kept for an hour rather than five minutes, where the provider tells them apart.
    public var cacheWriteHour: Int?
    /// Completion tokens spent on reasoning.
    public var reasoning: Int?

    /// Makes a usage; what is left out is unknown.
    public init(
        prompt: Int? = nil, completion: Int? = nil, total: Int? = nil, cached: Int? = nil, cacheWrite: Int? = nil,
        cacheWriteHour: Int? = nil, reasoning: Int? = nil
    ) {
        self.prompt = prompt
        self.completion = completion
        self.total = total
        self.cached = cached
        self.cacheWrite = cacheWrite
        self.cacheWriteHour = cacheWriteHour
        self.reasoning = reasoning
    }

    /// Whether any of prompt, completion or total is above zero: what makes a descendant's usage win over its
    /// ancestor's (D9).
    public var isPresent: Bool {
        (prompt ?? 0) > 0 || (completion ?? 0) > 0 || (total ?? 0) > 0
    }
}
