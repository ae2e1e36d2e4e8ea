/// What a span is for, folded from every dialect's own word (docs/normalisation.md §2.2, D19).
#if hasAttribute(nonexhaustive)
@nonexhaustive
#endif
public enum SpanKind: String, Sendable, Hashable, CaseIterable {
    /// One call of a language model.
    case llm
    /// An agent's run, or the parent span of a multi-step generation.
    case agent
    /// The execution of a tool.
    case tool
    /// A search for documents.
    case retrieval
    /// A workflow, task or chain of other spans.
    case chain
    /// A call of an embedding model.
    case embedding
    /// A call of a reranking model.
    case reranker
    /// A check of content against a policy.
    case guardrail
    /// A judgement of an output.
    case evaluator
    /// Work done on the input before a model call.
    case preprocessing
    /// Work done on the output after a model call.
    case postprocessing
    /// Anything else.
    case custom
}

/// How a span ended.
public enum SpanStatus: String, Sendable, Hashable, CaseIterable {
    /// The emitter said that it went well.
    case ok
    /// The emitter said that it failed, or an error sign is present (docs/normalisation.md §2.8).
    case error
    /// The emitter said nothing; counts as success.
    case unset
}

/// Which emitter's conventions a span follows (D5).
public enum SpanDialect: String, Sendable, Hashable, CaseIterable {
    /// A Fallom record, as the published SDKs post them.
    case fallom
    /// OTLP with `X-Fallom-*` headers, as `FallomExporter` posts it.
    case mastraExporter = "mastra-exporter"
    /// OpenInference (Arize Phoenix).
    case openInference = "openinference"
    /// pydantic-ai.
    case pydanticAI = "pydantic-ai"
    /// The spans the Anthropic SDK emits by itself.
    case anthropicSDK = "anthropic-sdk"
    /// OpenLLMetry (Traceloop).
    case openLLMetry = "openllmetry"
    /// The Vercel AI SDK.
    case vercelAI = "vercel-ai"
    /// OpenTelemetry GenAI semantic conventions.
    case otelGenAI = "otel-genai"
    /// Claude Code: its log events and its own spans.
    case claudeCode = "claude-code"
    /// Codex CLI's log events.
    case codex
    /// Gemini CLI's log events.
    case geminiCLI = "gemini-cli"
    /// A call that the pass-through proxy saw.
    case proxy
    /// Any other OpenTelemetry span.
    case otel

    /// Whether it is a coding agent's log: turns, calls and tools, of which a call's prompt is never told apart.
    public var isCodingAgent: Bool {
        switch self {
        case .claudeCode, .codex, .geminiCLI: true
        default: false
        }
    }
}
