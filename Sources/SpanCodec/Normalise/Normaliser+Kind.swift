import OrderedJSON
import TraceModel

extension Normaliser {
    /// What the span is for (§2.2, D19). Models and usage must be known.
    mutating func kind(into span: inout Span) {
        span.kind = saidKind() ?? kind(telling: span.model, span.usage)
    }

    /// What the span's own words say.
    private mutating func saidKind() -> SpanKind? {
        if let word = facts.filledText(record[.kind]) { return KindWords.general(word) ?? .custom }
        let names = facts.vocabulary.kinds
        return conventionalKind(names) ?? frameworkKind(names)
    }

    /// What it is by what it says besides.
    private mutating func kind(telling model: String?, _ usage: TokenUsage) -> SpanKind {
        if raw.answer != nil, model != nil {
            let isEmbedding = raw.mayBeEmbedding && usage.prompt != nil && usage.completion == nil
            return isEmbedding ? .embedding : .llm
        }
        if model != nil, usage.prompt != nil || usage.completion != nil || usage.total != nil { return .llm }
        return facts.firstText(facts.vocabulary.kinds.toolName) != nil ? .tool : .custom
    }

    /// The dialects in the order of the conventions.
    private mutating func conventionalKind(_ names: KindNames) -> SpanKind? {
        said(names.langfuse, KindWords.general) ?? said(names.openInference, KindWords.general)
            ?? said(names.operation, KindWords.operation) ?? said(names.traceloop, KindWords.general)
            ?? said(names.requestType, KindWords.requestType) ?? said(names.operationID, KindWords.vercel)
    }

    private mutating func frameworkKind(_ names: KindNames) -> SpanKind? {
        said(names.mastra, KindWords.mastra) ?? said(names.langsmith, KindWords.general)
            ?? said(names.mlflow, KindWords.mlflow) ?? said(names.genkitSubtype, KindWords.genkit)
            ?? said(names.genkitType, KindWords.genkit)
    }

    /// What a dialect's own word says, folded.
    @inline(__always)
    mutating func said(_ id: UInt16, _ fold: (UnsafeRawBufferPointer) -> SpanKind?) -> SpanKind? {
        guard facts.has(id), let word = facts.bareText(facts.value(id)) else { return nil }
        return fold(word)
    }
}

/// Folds each dialect's own words. A word that is not known gives `nil`: the next source is asked.
enum KindWords {
    /// The words of Fallom, Langfuse, OpenInference, Traceloop and LangSmith, in any case.
    static func general(_ word: UnsafeRawBufferPointer) -> SpanKind? {
        if word.equals("llm") { return .llm }
        switch String(decoding: word, as: UTF8.self).lowercased() {
        case "llm", "generation": return .llm
        case "agent": return .agent
        case "tool": return .tool
        case "retrieval", "retriever": return .retrieval
        case "chain", "workflow", "task": return .chain
        case "embedding", "embeddings": return .embedding
        case "reranker", "rerank": return .reranker
        case "guardrail": return .guardrail
        case "evaluator": return .evaluator
        case "preprocessing": return .preprocessing
        case "postprocessing": return .postprocessing
        case "custom", "span", "event", "prompt", "parser", "decision": return .custom
        default: return nil
        }
    }

    /// `gen_ai.operation.name`
    static func operation(_ word: UnsafeRawBufferPointer) -> SpanKind? {
        if word.equals("chat") { return .llm }
        switch String(decoding: word, as: UTF8.self) {
        case "chat", "generate_content", "text_completion", "completion", "generate", "llm_request", "call_llm",
            "chat.completions", "chat_completion", "responses", "message":
            return .llm
        case "embeddings", "embedding": return .embedding
        case "retrieval": return .retrieval
        case "execute_tool", "tool.execute": return .tool
        case "invoke_agent", "create_agent", "agent.run", "agent_step": return .agent
        case "invoke_workflow", "workflow.run", "plan", "execute_task": return .chain
        case "rerank": return .reranker
        default: return nil
        }
    }

    /// `mlflow.spanType`
    static func mlflow(_ word: UnsafeRawBufferPointer) -> SpanKind? {
        switch String(decoding: word, as: UTF8.self).uppercased() {
        case "CHAT_MODEL", "LLM": .llm
        case "MEMORY", "UNKNOWN": .custom
        default: general(word)
        }
    }

    /// `genkit:metadata:subtype`, else `genkit:type`
    static func genkit(_ word: UnsafeRawBufferPointer) -> SpanKind? {
        switch String(decoding: word, as: UTF8.self) {
        case "model", "background-model": .llm
        case "embedder": .embedding
        case "retriever", "indexer": .retrieval
        case "reranker": .reranker
        case "evaluator": .evaluator
        case "tool", "tool.v2": .tool
        case "flow", "flowStep", "util", "prompt", "executable-prompt", "promptTemplate": .chain
        default: nil
        }
    }

    /// Old Traceloop `llm.request.type`
    static func requestType(_ word: UnsafeRawBufferPointer) -> SpanKind? {
        switch String(decoding: word, as: UTF8.self) {
        case "chat", "completion": .llm
        case "embedding": .embedding
        case "rerank": .reranker
        default: nil
        }
    }

    /// `ai.operationId`
    static func vercel(_ word: UnsafeRawBufferPointer) -> SpanKind? {
        let text = String(decoding: word, as: UTF8.self)
        guard text.hasPrefix("ai.") else { return nil }
        if text.hasSuffix(".doGenerate") || text.hasSuffix(".doStream") { return .llm }
        if text.hasSuffix(".doEmbed") { return .embedding }
        if text.hasSuffix(".doRerank") { return .reranker }
        switch text {
        case "ai.toolCall": return .tool
        case "ai.generateText", "ai.streamText", "ai.generateObject", "ai.streamObject": return .agent
        case "ai.embed", "ai.embedMany", "ai.rerank": return .chain
        default: return nil
        }
    }

    /// `mastra.span.type`
    static func mastra(_ word: UnsafeRawBufferPointer) -> SpanKind? {
        let text = String(decoding: word, as: UTF8.self)
        switch text {
        case "agent_run": return .agent
        case "model_generation", "llm_generation": return .llm
        case "model_step", "model_chunk", "llm_chunk", "generic": return .custom
        case "rag_embedding": return .embedding
        case _ where text.hasSuffix("tool_call"): return .tool
        case _ where text.hasPrefix("workflow_"): return .chain
        default: return nil
        }
    }
}
