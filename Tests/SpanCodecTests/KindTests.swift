import OrderedJSON
import SpanCodec
import Testing
import TraceModel

@Suite struct `The kind of a span` {
    @Test(arguments: [
        ("langfuse.observation.type", "generation", SpanKind.llm),
        ("langfuse.observation.type", "retriever", .retrieval),
        ("langfuse.observation.type", "span", .custom), ("openinference.span.kind", "LLM", .llm),
        ("openinference.span.kind", "Reranker", .reranker), ("openinference.span.kind", "CHAIN", .chain),
        ("gen_ai.operation.name", "chat", .llm), ("gen_ai.operation.name", "embeddings", .embedding),
        ("gen_ai.operation.name", "tool.execute", .tool), ("gen_ai.operation.name", "agent.run", .agent),
        ("gen_ai.operation.name", "agent_step", .agent), ("gen_ai.operation.name", "invoke_workflow", .chain),
        ("gen_ai.operation.name", "rerank", .reranker), ("traceloop.span.kind", "task", .chain),
        ("traceloop.span.kind", "tool", .tool), ("llm.request.type", "completion", .llm),
        ("llm.request.type", "rerank", .reranker), ("ai.operationId", "ai.generateText", .agent),
        ("ai.operationId", "ai.streamObject.doStream", .llm), ("ai.operationId", "ai.toolCall", .tool),
        ("ai.operationId", "ai.embedMany.doEmbed", .embedding), ("ai.operationId", "ai.rerank.doRerank", .reranker),
        ("mastra.span.type", "model_generation", .llm), ("mastra.span.type", "llm_generation", .llm),
        ("mastra.span.type", "mcp_tool_call", .tool), ("mastra.span.type", "workflow_step", .chain),
        ("langsmith.span.kind", "retriever", .retrieval), ("gen_ai.operation.name", "something_new", .custom),
        ("gen_ai.tool.name", "search", .tool),
    ])
    func `is folded from every dialect's word`(name: String, word: String, kind: SpanKind) throws {
        #expect(try OTLPSpan(attributes: [name: .string(word)]).span().kind == kind)
    }

    @Test func `is a model call where model and tokens say so`() throws {
        let span = try OTLPSpan(attributes: [
            "gen_ai.request.model": .string("m"), "gen_ai.usage.input_tokens": .number(1),
        ]).span()
        #expect(span.kind == .llm)
        #expect(try OTLPSpan(attributes: ["gen_ai.request.model": .string("m")]).span().kind == .custom)
    }

    @Test func `of a record is its own word`() throws {
        #expect(try recordSpan(#""kind":"chain""#).kind == .chain)
        #expect(try recordSpan(#""kind":"nonsense""#).kind == .custom)
        #expect(try recordSpan(#""attributes":{"gen_ai.operation.name":"chat"}"#).kind == .llm)
    }
}

@Suite struct `The dialect of a span` {
    @Test(arguments: [
        ("openinference.instrumentation.openai", SpanDialect.openInference), ("pydantic-ai", .pydanticAI),
        ("com.anthropic.sdk.python", .anthropicSDK), ("opentelemetry.instrumentation.openai_v2", .otelGenAI),
        ("opentelemetry.instrumentation.openai.v1", .openLLMetry), ("@traceloop/instrumentation-openai", .openLLMetry),
        ("ai", .vercelAI), ("my.app", .otel),
    ])
    func `follows the scope`(scope: String, dialect: SpanDialect) throws {
        #expect(try OTLPSpan(scope: scope).span().dialect == dialect)
    }

    @Test func `is GenAI where attributes say so, and the exporter's where headers do`() throws {
        let span = OTLPSpan(attributes: ["gen_ai.request.model": .string("m")])
        #expect(try span.span().dialect == .otelGenAI)
        var headers = FallomHeaders()
        headers.take(name: "x-fallom-config-key", value: "app")
        #expect(try span.span(headers: headers).dialect == .mastraExporter)
    }
}
