/// Who a span belongs to (conventions §2.1). `first` stands before the batch's headers, `rest` after them.
struct IdentityNames: Sendable {
    let sessionFirst, sessionRest, customerFirst, customerRest, configFirst, configRest: Sources
    let serviceName, headers: UInt8

    init(_ names: inout NameRegister) {
        sessionFirst = names.list("fallom.session_id")
        sessionRest = names.list(
            "langfuse.session.id", "session.id", "gen_ai.conversation.id", "langsmith.metadata.thread_id",
            "langsmith.metadata.session_id", "langsmith.metadata.conversation_id", "ai.telemetry.metadata.sessionId",
            "langfuse.trace.metadata.langfuse_session_id", "langfuse.observation.metadata.langfuse_session_id",
            "gcp.vertex.agent.session_id", "traceloop.association.properties.session_id",
            "traceloop.association.properties.chat_id", "traceloop.association.properties.thread_id")
        customerFirst = names.list("fallom.customer_id")
        customerRest = names.list(
            "langfuse.user.id", "user.id", "ai.telemetry.metadata.userId",
            "langfuse.trace.metadata.langfuse_user_id", "langfuse.observation.metadata.langfuse_user_id", "enduser.id",
            "traceloop.association.properties.user_id", "gen_ai.user", "llm.user", "langsmith.metadata.user_id")
        configFirst = names.list("fallom.config_key")
        configRest = names.list(
            "ai.telemetry.functionId", "gen_ai.agent.name", "traceloop.workflow.name", "gen_ai.workflow.name")
        serviceName = names.one("service.name")
        headers = names.one("fallom.headers")
    }
}

/// What a span is for (§2.2).
struct KindNames: Sendable {
    let langfuse, openInference, operation, traceloop, requestType, operationID, mastra, langsmith: UInt8
    let toolName: Sources

    init(_ names: inout NameRegister) {
        langfuse = names.one("langfuse.observation.type")
        openInference = names.one("openinference.span.kind")
        operation = names.one("gen_ai.operation.name")
        traceloop = names.one("traceloop.span.kind")
        requestType = names.one("llm.request.type")
        operationID = names.one("ai.operationId")
        mastra = names.one("mastra.span.type")
        langsmith = names.one("langsmith.span.kind")
        toolName = names.list("gen_ai.tool.name", "ai.toolCall.name", "tool.name")
    }
}

/// Models, provider, response id (§2.3). `First` stands before `fallom.raw.*` and the record's own field.
struct ModelNames: Sendable {
    let requestFirst, requestRest, responseFirst, responseRest, provider, providerURL, responseID: Sources
    let invocationParameters: UInt8

    init(_ names: inout NameRegister) {
        requestFirst = names.list("gen_ai.request.model", "llm.request.model_name", "ai.model.id")
        requestRest = names.list(
            "llm.model_name", "embedding.model_name", "reranker.model_name", "langsmith.metadata.ls_model_name")
        responseFirst = names.list(
            "langfuse.observation.model.name", "gen_ai.response.model", "llm.response.model_name", "ai.response.model")
        responseRest = names.list("llm.model_name")
        provider = names.list(
            "gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider",
            "fallom.provider", "fallom.provider_id", "langsmith.metadata.ls_provider")
        providerURL = names.list("fallom.base_url")
        responseID = names.list("gen_ai.response.id", "ai.response.id")
        invocationParameters = names.one("llm.invocation_parameters")
    }
}

/// Time to first token and streaming (§2.4). Each list is of one unit.
struct TimeNames: Sendable {
    let firstTokenSeconds, vercelMilliseconds, fallomMilliseconds, completionStart, streaming, streamingRest: Sources

    init(_ names: inout NameRegister) {
        firstTokenSeconds = names.list(
            "gen_ai.response.time_to_first_chunk", "gen_ai.client.operation.time_to_first_chunk")
        vercelMilliseconds = names.list("ai.response.msToFirstChunk", "ai.stream.msToFirstChunk")
        fallomMilliseconds = names.list("fallom.time_to_first_token_ms", "gen_ai.time_to_first_token_ms")
        completionStart = names.list("langfuse.observation.completion_start_time", "mastra.completion_start_time")
        streaming = names.list(
            "fallom.is_streaming", "gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming")
        streamingRest = names.list("langsmith.request.streaming")
    }
}

/// Tokens and cost (§2.5, §2.6).
struct TokenNames: Sendable {
    let usageDetails, inputTokenDetails, costDetails, costPrompt, costCompletion: UInt8
    let input, output, total, cacheRead, cacheWrite, reasoning, cost, providerMetadata: Sources

    init(_ names: inout NameRegister) {
        usageDetails = names.one("langfuse.observation.usage_details")
        input = names.list(
            "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt",
            "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens", "llm.usage.prompt_tokens")
        output = names.list(
            "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion",
            "ai.usage.outputTokens", "ai.usage.completionTokens", "llm.usage.completion_tokens")
        total = names.list(
            "gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens")
        cacheRead = names.list(
            "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
            "gen_ai.usage.details.cache_read_tokens", "gen_ai.usage.details.cache_read_input_tokens",
            "gen_ai.usage.cache_read_tokens", "gen_ai.usage.cached_input_tokens",
            "llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_input",
            "ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens")
        cacheWrite = names.list(
            "gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.cache_write_tokens",
            "gen_ai.usage.details.cache_write_tokens", "gen_ai.usage.details.cache_creation_input_tokens",
            "llm.token_count.prompt_details.cache_write", "ai.usage.inputTokenDetails.cacheWriteTokens")
        reasoning = names.list(
            "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens", "llm.usage.reasoning_tokens",
            "llm.token_count.completion_details.reasoning", "ai.usage.outputTokenDetails.reasoningTokens",
            "ai.usage.reasoningTokens", "gen_ai.usage.details.reasoning_tokens")
        inputTokenDetails = names.one("gen_ai.usage.input_token_details")
        providerMetadata = names.list("ai.response.providerMetadata", "fallom.raw.providerMetadata")
        costDetails = names.one("langfuse.observation.cost_details")
        cost = names.list("gen_ai.usage.cost", "llm.cost.total", "operation.cost")
        costPrompt = names.one("llm.cost.prompt")
        costCompletion = names.one("llm.cost.completion")
    }
}

/// Why it stopped and what went wrong (§2.7, §2.8), and where the answer may name tools (D16).
struct OutcomeNames: Sendable {
    let finishReason, finishReasonRest, outputCandidates: Sources
    let errorType, errorMessage, error, level, levelMessage: UInt8

    init(_ names: inout NameRegister) {
        finishReason = names.list(
            "gen_ai.response.finish_reasons", "gen_ai.response.finish_reason", "llm.response.finish_reason",
            "llm.response.stop_reason", "llm.finish_reason", "ai.response.finishReason", "ai.finishReason",
            "gen_ai.completion.0.finish_reason")
        finishReasonRest = names.list("anthropic.message.stop_reason")
        outputCandidates = names.list(
            "langfuse.observation.output", "gen_ai.output.messages", "gen_ai.completion", "llm.choices",
            "ai.response.toolCalls", "ai.result.toolCalls", "gcp.vertex.agent.llm_response", "traceloop.entity.output",
            "output.value", "output", "pydantic_ai.all_messages", "all_messages_events", "events",
            "mastra.model_generation.output", "mastra.llm_generation.output", "mastra.model_step.output")
        errorType = names.one("error.type")
        errorMessage = names.one("error.message")
        error = names.one("error")
        level = names.one("langfuse.observation.level")
        levelMessage = names.one("langfuse.observation.status_message")
    }
}

/// Prompt, metadata, tags (§2.9).
struct PromptNames: Sendable {
    let key, keyRest, version, versionRest, abTest, variant, tags: Sources
    let langfusePrompt, metadata, plainTags, context: UInt8

    init(_ names: inout NameRegister) {
        key = names.list("fallom.prompt_key")
        keyRest = names.list(
            "langfuse.observation.prompt.name", "traceloop.prompt.key", "gen_ai.prompt.name", "prompt.id",
            "prompt.vendor", "prompt.url")
        version = names.list("fallom.prompt_version")
        versionRest = names.list(
            "langfuse.observation.prompt.version", "traceloop.prompt.version", "traceloop.prompt.version_name",
            "traceloop.prompt.version_hash", "llm.prompt_template.version")
        abTest = names.list("fallom.prompt_ab_test_key")
        variant = names.list("fallom.prompt_variant_index")
        tags = names.list(
            "langfuse.trace.tags", "langfuse.tags", "ai.telemetry.metadata.tags", "tag.tags", "langsmith.span.tags")
        langfusePrompt = names.one("ai.telemetry.metadata.langfusePrompt")
        metadata = names.one("metadata")
        plainTags = names.one("tags")
        context = names.one("fallom.context")
    }
}

/// The vendor's own objects that the Fallom SDKs send along as JSON text (§3).
struct RawNames: Sendable {
    let request, response, usage, metadata, timings, record: UInt8

    init(_ names: inout NameRegister) {
        request = names.one("fallom.raw.request")
        response = names.one("fallom.raw.response")
        usage = names.one("fallom.raw.usage")
        metadata = names.one("fallom.raw.metadata")
        timings = names.one("fallom.raw.timings")
        record = names.one("fallom.record")
    }
}
