/// Who a span belongs to (docs/normalisation.md §2.1). `first` stands before the batch's headers, `rest` after them.
struct IdentityNames: Sendable {
    let sessionFirst, sessionRest, customerFirst, customerRest, configFirst, configRest: Sources
    let serviceName, headers, proxy: UInt16

    init(_ names: inout NameRegister) {
        sessionFirst = names.list("fallom.session_id")
        sessionRest = names.list(
            "langfuse.session.id", "session.id", "gen_ai.conversation.id", "langsmith.metadata.thread_id",
            "langsmith.metadata.session_id", "langsmith.metadata.conversation_id", "ai.telemetry.metadata.sessionId",
            "langfuse.trace.metadata.langfuse_session_id", "langfuse.observation.metadata.langfuse_session_id",
            "gcp.vertex.agent.session_id", "mlflow.trace.session", "genkit:sessionId", "gen_ai.session.id",
            "ai.telemetry.metadata.session_id",
            "ai.telemetry.metadata.threadId", "ai.telemetry.metadata.conversationId",
            "traceloop.association.properties.session_id",
            "traceloop.association.properties.chat_id", "traceloop.association.properties.thread_id")
        customerFirst = names.list("fallom.customer_id")
        customerRest = names.list(
            "langfuse.user.id", "user.id", "ai.telemetry.metadata.userId",
            "langfuse.trace.metadata.langfuse_user_id", "langfuse.observation.metadata.langfuse_user_id", "enduser.id",
            "traceloop.association.properties.user_id", "gen_ai.user", "llm.user", "langsmith.metadata.user_id",
            "mlflow.trace.user",
            "ai.telemetry.metadata.user_id", "gen_ai.user.id", "traceloop.association.properties.userId")
        configFirst = names.list("fallom.config_key")
        configRest = names.list(
            "ai.telemetry.functionId", "gen_ai.agent.name", "traceloop.workflow.name", "gen_ai.workflow.name")
        serviceName = names.one("service.name")
        headers = names.one("fallom.headers")
        proxy = names.one("fallom.proxy")
    }
}

/// What a span is for (§2.2).
struct KindNames: Sendable {
    let langfuse, openInference, operation, traceloop, requestType, operationID, mastra, langsmith, mlflow: UInt16
    let genkitSubtype, genkitType: UInt16
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
        mlflow = names.one("mlflow.spanType")
        genkitSubtype = names.one("genkit:metadata:subtype")
        genkitType = names.one("genkit:type")
        toolName = names.list("gen_ai.tool.name", "ai.toolCall.name", "tool.name")
    }
}

/// Models, provider, response id (§2.3). `First` stands before `fallom.raw.*` and the record's own field.
struct ModelNames: Sendable {
    let requestFirst, requestRest, responseFirst, responseRest, provider, providerURL, responseID: Sources
    let invocationParameters, genkitName: UInt16

    init(_ names: inout NameRegister) {
        requestFirst = names.list("gen_ai.request.model", "llm.request.model_name", "ai.model.id")
        requestRest = names.list(
            "llm.model_name", "embedding.model_name", "reranker.model_name", "langsmith.metadata.ls_model_name",
            "mlflow.llm.model", "llm.request.model", "llm.model")
        responseFirst = names.list(
            "langfuse.observation.model.name", "gen_ai.response.model", "llm.response.model_name", "ai.response.model",
            "llm.response.model")
        responseRest = names.list("llm.model_name")
        provider = names.list(
            "gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system", "ai.model.provider",
            "fallom.provider", "fallom.provider_id", "langsmith.metadata.ls_provider", "mlflow.llm.provider")
        providerURL = names.list("fallom.base_url")
        responseID = names.list("gen_ai.response.id", "ai.response.id")
        invocationParameters = names.one("llm.invocation_parameters")
        genkitName = names.one("genkit:name")
    }
}

/// Time to first token and streaming (§2.4). Each list is of one unit.
struct TimeNames: Sendable {
    let firstTokenSeconds, vercelMilliseconds, fallomMilliseconds, completionStart, streaming, streamingRest: Sources
    /// Keys of metrics, which stand on spans too (§2.4a), seconds; Strands writes milliseconds.
    let metricSeconds: Sources
    /// Keys that say in their name that they are milliseconds.
    let namedMilliseconds: Sources

    init(_ names: inout NameRegister) {
        firstTokenSeconds = names.list(
            "gen_ai.response.time_to_first_chunk", "gen_ai.client.operation.time_to_first_chunk")
        metricSeconds = names.list(
            "gen_ai.server.time_to_first_token", "gen_ai.server.ttft", "gen_ai.response.time_to_first_token",
            "gen_ai.client.inference.time_to_first_chunk", "gen_ai.client.time_to_first_token",
            "gen_ai.client.operation.time_to_first_token", "gen_ai.latency.time_to_first_token",
            "gen_ai.response.ttft", "gen_ai.time_to_first_token", "gen_ai.ttft",
            "llm.chat_completions.streaming_time_to_first_token")
        namedMilliseconds = names.list(
            "trace.metadata.openrouter.first_token_ms", "openrouter.first_token_ms",
            "gen_ai.response.time_to_first_token_ms", "gen_ai.server.time_to_first_token_ms",
            "llm.time_to_first_token_ms", "time_to_first_token_ms")
        vercelMilliseconds = names.list("ai.response.msToFirstChunk", "ai.stream.msToFirstChunk")
        fallomMilliseconds = names.list("fallom.time_to_first_token_ms", "gen_ai.time_to_first_token_ms")
        completionStart = names.list("langfuse.observation.completion_start_time", "mastra.completion_start_time")
        streaming = names.list(
            "fallom.is_streaming", "gen_ai.request.stream", "gen_ai.is_streaming", "llm.is_streaming",
            "gen_ai.request.is_stream", "gen_ai.request.streaming", "llm.request.streaming", "gen_ai.streaming")
        streamingRest = names.list("langsmith.request.streaming")
    }
}

/// Tokens and cost (§2.5, §2.6, D12b).
struct TokenNames: Sendable {
    let usageDetails, costDetails, hiddenParameters: UInt16
    let input, output, total, cacheRead, cacheWrite, reasoning, reasoningBeside, providerMetadata: Sources
    /// Objects of usage, and objects of the parts of an input or output.
    let usageObjects, details: Sources
    let cost, costPrompt, costCompletion, costObjects: Sources
    /// All names of counts, and all of costs: of a span that has none nothing is asked.
    let anyCount, anyCost: NameSet

    /// The prefixes under which emitters put counts that the conventions do not name.
    private static let prefixes = ["gen_ai.usage.", "gen_ai.usage.details.", "llm.usage."]

    init(_ names: inout NameRegister) {
        func spelled(_ own: [String], _ shared: [String]) -> [String] {
            own + NameRegister.under(Self.prefixes, shared)
        }
        usageDetails = names.one("langfuse.observation.usage_details")
        input = names.list(
            ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"]
                + ["ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"]
                + ["llm.usage.prompt_tokens", "llm.usage.input_tokens", "gen_ai.response.prompt_tokens"])
        output = names.list(
            ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"]
                + ["ai.usage.outputTokens", "ai.usage.completionTokens"]
                + ["llm.usage.completion_tokens", "llm.usage.output_tokens", "gen_ai.response.completion_tokens"])
        total = names.list(
            "gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total", "ai.usage.totalTokens")
        cacheRead = names.list(
            spelled(
                [
                    "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens",
                    "gen_ai.usage.details.cache_read_tokens", "gen_ai.usage.details.cache_read_input_tokens",
                    "gen_ai.usage.cache_read_tokens", "gen_ai.usage.cached_input_tokens",
                    "llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_input",
                    "llm.token_count.prompt_details.cached_tokens", "ai.usage.inputTokenDetails.cacheReadTokens",
                    "ai.usage.cachedInputTokens", "gen_ai.usage.input_tokens.cached",
                ],
                [
                    "cached_tokens", "input_cached_tokens", "prompt_tokens_details.cached_tokens",
                    "input_tokens_details.cached_tokens", "cache_read_input_tokens", "cache_read_tokens",
                    "cached_input_tokens", "input_token_details.cache_read", "prompt_cached_tokens",
                    "cached_content_token_count",
                ]))
        cacheWrite = names.list(
            spelled(
                [
                    "gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.cache_creation.input_tokens",
                    "gen_ai.usage.cache_creation_input_tokens", "gen_ai.usage.cache_write_tokens",
                    "gen_ai.usage.details.cache_write_tokens", "gen_ai.usage.details.cache_creation_input_tokens",
                    "llm.token_count.prompt_details.cache_write", "ai.usage.inputTokenDetails.cacheWriteTokens",
                    "gen_ai.usage.input_tokens.cache_write", "gen_ai.usage.input_tokens.cache_creation",
                ],
                [
                    "cache_write_input_tokens", "cache_creation_tokens", "prompt_tokens_details.cache_creation_tokens",
                    "input_tokens_details.cache_creation_tokens", "prompt_tokens_details.cache_write_tokens",
                    "input_tokens_details.cache_write_tokens", "cache_creation_input_tokens", "cache_write_tokens",
                    "input_token_details.cache_creation",
                ]))
        reasoning = names.list(
            spelled(
                [
                    "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens",
                    "llm.usage.reasoning_tokens", "llm.token_count.completion_details.reasoning",
                    "ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens",
                    "gen_ai.usage.details.reasoning_tokens", "gen_ai.usage.output_tokens.reasoning",
                ],
                [
                    "completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens",
                    "output_reasoning_tokens", "output_token_details.reasoning", "thinking_tokens",
                    "reasoning_output_tokens",
                ]))
        reasoningBeside = names.list(
            NameRegister.under(
                Self.prefixes, ["experimental.reasoning_tokens", "thoughts_tokens", "thoughts_token_count"]))
        usageObjects = names.list(
            "mlflow.chat.tokenUsage", "gen_ai.usage", "gen_ai.usage.details", "llm.usage", "ai.usage", "usage",
            "langsmith.usage_metadata", "usage_metadata", "llm.token.counts")
        details = names.list(
            "gen_ai.usage.input_token_details", "gen_ai.usage.output_token_details",
            "gen_ai.usage.prompt_tokens_details", "gen_ai.usage.completion_tokens_details",
            "gen_ai.usage.input_tokens_details", "gen_ai.usage.output_tokens_details",
            "llm.usage.prompt_tokens_details", "llm.usage.completion_tokens_details")
        providerMetadata = names.list("ai.response.providerMetadata", "fallom.raw.providerMetadata")
        costDetails = names.one("langfuse.observation.cost_details")
        hiddenParameters = names.one("hidden_params")
        cost = names.list(
            "gen_ai.usage.cost", "llm.cost.total", "operation.cost", "gen_ai.usage.total_cost",
            "gen_ai.cost.total_cost", "litellm.cost.total", "gen_ai.usage.cost.amount", "gen_ai.usage.cost_usd",
            "llm.usage.total_cost", "gen_ai.cost", "gen_ai.usage.cost.total", "gen_ai.usage.cost.total_cost",
            "gen_ai.usage.cost.usd", "gen_ai.usage.details.cost", "gen_ai.usage.details.total_cost",
            "gen_ai.cost.total",
            "gen_ai.cost.amount", "gen_ai.cost.usd", "gen_ai.cost_usd", "gen_ai.total_cost", "llm.usage.cost",
            "llm.usage.cost_usd", "llm.usage.cost.total", "llm.usage.cost.amount", "llm.cost", "llm.cost.total_cost",
            "llm.cost.amount", "llm.cost_usd", "llm.cost.usd", "litellm.cost.total_cost", "litellm.cost",
            "litellm.response_cost", "ai.usage.cost", "mlflow.llm.cost.total_cost", "response_cost", "cost_usd",
            "total_cost_usd")
        costPrompt = names.list(
            "llm.cost.prompt", "gen_ai.usage.input_cost", "gen_ai.cost.input_cost", "gen_ai.usage.prompt_cost",
            "litellm.cost.input", "gen_ai.cost.input", "llm.usage.prompt_cost")
        costCompletion = names.list(
            "llm.cost.completion", "gen_ai.usage.output_cost", "gen_ai.cost.output_cost",
            "gen_ai.usage.completion_cost", "litellm.cost.output", "gen_ai.cost.output", "llm.usage.completion_cost")
        costObjects = names.list(
            "mlflow.llm.cost", "gen_ai.usage.cost", "gen_ai.cost", "llm.cost", "litellm.cost", "hidden_params")
        anyCount = [input, output, total, cacheRead, cacheWrite, reasoning, reasoningBeside, usageObjects, details]
            .reduce(into: NameSet()) { $0.formUnion($1.set) }
        anyCost = [cost, costPrompt, costCompletion, costObjects, names.list("langfuse.observation.cost_details")]
            .reduce(into: NameSet()) { $0.formUnion($1.set) }
    }
}

/// Why it stopped and what went wrong (§2.7, §2.8), and where the answer may name tools (D16).
struct OutcomeNames: Sendable {
    let finishReason, finishReasonRest, outputCandidates: Sources
    let errorType, errorMessage, error, level, levelMessage, genkitState: UInt16

    init(_ names: inout NameRegister) {
        finishReason = names.list(
            "gen_ai.response.finish_reasons", "gen_ai.response.finish_reason", "llm.response.finish_reason",
            "llm.response.stop_reason", "llm.finish_reason", "ai.response.finishReason", "ai.finishReason",
            "gen_ai.completion.0.finish_reason", "llm.completions.0.finish_reason", "gen_ai.response.stop_reason",
            "gen_ai.response.stop_reasons", "gen_ai.finish_reason", "llm.finish_reasons")
        finishReasonRest = names.list("anthropic.message.stop_reason")
        outputCandidates = names.list(
            "langfuse.observation.output", "gen_ai.output.messages", "gen_ai.completion", "llm.choices",
            "ai.response.toolCalls", "ai.result.toolCalls", "gcp.vertex.agent.llm_response", "traceloop.entity.output",
            "output.value", "output", "pydantic_ai.all_messages", "all_messages_events", "events",
            "mastra.model_generation.output", "mastra.llm_generation.output", "mastra.model_step.output",
            "response_data", "genkit:output", "mlflow.spanOutputs", "llm.responses")
        errorType = names.one("error.type")
        errorMessage = names.one("error.message")
        error = names.one("error")
        level = names.one("langfuse.observation.level")
        genkitState = names.one("genkit:state")
        levelMessage = names.one("langfuse.observation.status_message")
    }
}

/// Prompt, metadata, tags (§2.9).
struct PromptNames: Sendable {
    let key, keyRest, version, versionRest, abTest, variant, tags: Sources
    let langfusePrompt, metadata, plainTags, context: UInt16

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

/// The vendor's own objects that the Fallom SDKs, and other dialects, send along as JSON text (§3).
struct RawNames: Sendable {
    let request, response, usage, metadata, timings, record: UInt16
    /// Whole requests and answers in one attribute of other dialects: Google ADK, Logfire, Genkit, MLflow.
    let requests, answers: Sources

    init(_ names: inout NameRegister) {
        request = names.one("fallom.raw.request")
        response = names.one("fallom.raw.response")
        usage = names.one("fallom.raw.usage")
        metadata = names.one("fallom.raw.metadata")
        timings = names.one("fallom.raw.timings")
        record = names.one("fallom.record")
        requests = names.list("gcp.vertex.agent.llm_request", "request_data", "genkit:input", "mlflow.spanInputs")
        answers = names.list("gcp.vertex.agent.llm_response", "response_data", "genkit:output", "mlflow.spanOutputs")
    }
}
