import OrderedJSON
public import TraceModel

extension SpanExport {
    /// A Fallom record as an OTLP span: the record itself in `fallom.record`, and what other tools understand beside it.
    static func wrapped(_ span: Span, _ payload: SpanPayload) throws(DecodeError) -> [UInt8] {
        let record = String(decoding: try ndjsonLine(of: payload), as: UTF8.self)
        let attributes = [.init("fallom.record", .string(record))] + common(span)
        var surroundings = Surroundings()
        surroundings.scope = Array(#"{"name":"fallom"}"#.utf8)
        return otlpJSON(object(span, attributes).compactBytes, surroundings)
    }

    /// The same of a record that is no span of a call.
    static func wrapped(_ record: FallomRecord) throws(DecodeError) -> [UInt8] {
        let span = Span(
            key: SpanKey(traceID: record.traceID, spanID: record.spanID), name: record.name, start: record.startTime,
            end: record.endTime)
        return try wrapped(span, SpanPayload(format: .fallomRecord, span: record.encoded()))
    }

    /// Bytes for a span whose own are lost, made of its figures: an OTLP span that says so in `fallom.loss`.
    public static func figures(of stored: StoredSpan, loss: String) -> SpanPayload {
        let span = stored.span
        var attributes = [AttributeMap.Entry("fallom.loss", .string(loss))] + common(span)
        func add(_ name: String, _ text: String?) {
            if let text { attributes.append(.init(name, .string(text))) }
        }
        add("fallom.prompt_key", span.promptKey)
        add("fallom.prompt_version", span.promptVersion)
        add("fallom.prompt_ab_test_key", span.promptABTestKey)
        add("fallom.prompt_variant_index", span.promptVariantIndex.map(String.init))
        if let cost = span.cost, !cost.isEstimated {
            attributes.append(.init("gen_ai.usage.cost", .double(Double(cost.nanoDollars) / 1e9)))
        }
        return SpanPayload(format: .otlpJSON, span: object(span, attributes).compactBytes)
    }

    /// What other tools understand of a span.
    static func common(_ span: Span) -> [AttributeMap.Entry] {
        var attributes: [AttributeMap.Entry] = []
        func add(_ name: String, _ text: String?) {
            if let text { attributes.append(.init(name, .string(text))) }
        }
        func add(_ name: String, _ number: Int?) {
            if let number { attributes.append(.init(name, .int(Int64(number)))) }
        }
        add("gen_ai.operation.name", operation(span.kind))
        add("gen_ai.provider.name", span.provider)
        add("gen_ai.request.model", span.requestModel)
        add("gen_ai.response.model", span.responseModel)
        add("gen_ai.response.id", span.responseID)
        add("gen_ai.conversation.id", span.identity.session.own)
        add("user.id", span.identity.customer.own)
        add("fallom.config_key", span.identity.config.own)
        add("gen_ai.usage.input_tokens", span.usage.prompt)
        add("gen_ai.usage.output_tokens", span.usage.completion)
        add("gen_ai.usage.cache_read.input_tokens", span.usage.cached)
        add("gen_ai.usage.reasoning.output_tokens", span.usage.reasoning)
        if let reason = span.finishReason {
            attributes.append(.init("gen_ai.response.finish_reasons", .array([.string(reason)])))
        }
        if let first = span.timeToFirstTokenNanoseconds {
            attributes.append(.init("gen_ai.response.time_to_first_chunk", .double(Double(first) / 1e9)))
        }
        return attributes
    }

    /// The span as an OTLP object, with those attributes.
    static func object(_ span: Span, _ attributes: [AttributeMap.Entry]) -> JSONValue {
        var members = [
            JSONMember("traceId", .string(otlpID(span.key.traceID, digits: 32))),
            JSONMember("spanId", .string(otlpID(span.key.spanID, digits: 16))),
        ]
        if let parent = span.parentID {
            members.append(JSONMember("parentSpanId", .string(otlpID(parent, digits: 16))))
        }
        members.append(JSONMember("name", .string(span.name)))
        members.append(JSONMember("kind", .number(span.kind == .llm ? 3 : 1)))
        members.append(JSONMember("startTimeUnixNano", .string(String(max(1, span.start.unixNanoseconds)))))
        if let end = span.end {
            members.append(JSONMember("endTimeUnixNano", .string(String(max(0, end.unixNanoseconds)))))
        }
        members.append(JSONMember("attributes", AttributeReader.otlpKeyValues(AttributeMap(attributes))))
        members.append(JSONMember("status", status(span)))
        return .object(members)
    }

    private static func status(_ span: Span) -> JSONValue {
        var members = [JSONMember("code", .number(span.status == .error ? 2 : span.status == .ok ? 1 : 0))]
        if let message = span.errorMessage { members.append(JSONMember("message", .string(message))) }
        return .object(members)
    }

    private static func operation(_ kind: SpanKind) -> String? {
        switch kind {
        case .llm: "chat"
        case .agent: "invoke_agent"
        case .tool: "execute_tool"
        case .embedding: "embeddings"
        case .retrieval: "retrieval"
        case .chain: "invoke_workflow"
        default: nil
        }
    }

    /// An id as OTLP wants it. Ids of other emitters are opaque: these are hashed, the record keeps the true one.
    private static func otlpID(_ id: String, digits: Int) -> String {
        if Array(id.utf8).withUnsafeBytes({ Identifiers.hexText($0, length: digits / 2) }) != nil { return id }
        // Twice with different starts for the longer id.
        var text = ""
        for start in [0xcbf2_9ce4_8422_2325, 0x8422_2325_cbf2_9ce4] as [UInt64] where text.utf8.count < digits {
            text += (StableHash(id, start: start).value | 1).hexadecimal
        }
        return text
    }
}
