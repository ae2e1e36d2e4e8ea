import OrderedJSON
import SpanCodec
import TraceModel

/// What a store would hold after all captured requests: the last record of each span, content joined, identity resolved.
struct ReplayedStore {
    private(set) var spans: [IngestedSpan] = []
    private(set) var rejected: [RejectedSpan] = []
    private var positions: [SpanKey: Int] = [:]
    private var contents: [SpanKey: [IngestedContent]] = [:]

    /// Takes every request that was answered 2xx.
    init(_ requests: [Captures.Request]) throws {
        let decoder = SpanDecoder()
        for request in requests where (200..<300).contains(request.status) {
            switch request.path {
            case "/v1/traces":
                add(try decoder.decodeTraces(request.body, encoding: request.encoding, headers: request.headers))
            case "/v1/logs": add(try decoder.decodeLogs(request.body, encoding: request.encoding))
            default: break
            }
        }
    }

    /// Takes spans that were read from elsewhere.
    init(_ batches: [DecodedBatch]) {
        for batch in batches { add(batch) }
    }

    private mutating func add(_ batch: DecodedBatch) {
        rejected += batch.rejected
        for content in batch.contents { contents[content.key, default: []].append(content) }
        for span in batch.spans {
            if let index = positions[span.span.key] {
                spans[index] = span
            } else {
                positions[span.span.key] = spans.count
                spans.append(span)
            }
        }
    }

    /// Takes what was posted, one body after the other.
    init(posted bodies: [(path: String, body: [UInt8])]) throws {
        let decoder = SpanDecoder()
        for (path, body) in bodies {
            add(
                path == "/v1/logs"
                    ? try decoder.decodeLogs(body, encoding: .json) : try decoder.decodeTraces(body, encoding: .json))
        }
    }

    /// What its trace says of each span.
    func resolutions() -> [SpanKey: SpanResolution] {
        var traces: [String: [Int]] = [:]
        for index in spans.indices { traces[spans[index].span.key.traceID, default: []].append(index) }
        var resolutions: [SpanKey: SpanResolution] = [:]
        for (trace, indexes) in traces {
            let nodes = indexes.map { TraceNode(spans[$0].span, sequence: Int64($0)) }
            for (index, resolution) in zip(indexes, TraceResolution.resolve(traceID: trace, nodes)) {
                resolutions[spans[index].span.key] = resolution
            }
        }
        return resolutions
    }

    /// Every span as `fallom spans --json` shows it, by key.
    func rows() throws -> [(key: SpanKey, row: JSONValue)] {
        let resolutions = resolutions()
        return try spans.map { ingested in
            var span = ingested.span
            let joined = contents[span.key] ?? []
            let detail = try PayloadDecoder().detail(of: ingested.payload, contents: joined)
            PayloadDecoder().complete(&span, from: detail)
            guard let resolution = resolutions[span.key] else { throw DecodeError(reason: "not resolved") }
            return (span.key, SpanRow.json(span, SpanTexts(detail), resolution))
        }
    }
}

extension ReplayedStore {
    /// The figures of every session as `fallom sessions --json` shows them, as far as reports speak of them.
    func sessionRows() -> [String: JSONValue] {
        let resolutions = resolutions()
        var figures: [String: SessionFigures] = [:]
        for (index, ingested) in spans.enumerated() {
            guard let resolution = resolutions[ingested.span.key] else { continue }
            let stored = StoredSpan(sequence: Int64(index), span: ingested.span, resolution: resolution)
            figures[resolution.sessionID, default: SessionFigures(sessionID: resolution.sessionID)]
                .add(SessionSpan(stored))
        }
        return figures.compactMapValues { $0.figures().map(SessionRow.json) }
    }
}

/// A row of `fallom sessions --json`.
enum SessionRow {
    static func json(_ session: SessionSummary) -> JSONValue {
        func milliseconds(_ value: Int64?) -> JSONValue { value.map { .number(Double($0) / 1e6) } ?? .null }
        return .object([
            "spans": .number(session.spans), "llm_calls": .number(session.llmCalls), "errors": .number(session.errors),
            "prompt_tokens": .number(session.promptTokens), "completion_tokens": .number(session.completionTokens),
            "total_tokens": .number(session.totalTokens),
            "cost_usd": session.cost.map { .number($0.dollars) } ?? .null,
            "latency_p50_ms": milliseconds(session.latencyP50Nanoseconds),
            "latency_max_ms": milliseconds(session.latencyMaxNanoseconds),
            "ttft_p50_ms": milliseconds(session.ttftP50Nanoseconds),
        ])
    }
}

/// A row of `expected/spans.ndjson`.
enum SpanRow {
    static func json(_ span: Span, _ texts: SpanTexts, _ resolution: SpanResolution) -> JSONValue {
        func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
        func number(_ value: Int?) -> JSONValue { value.map { .number(JSONNumber($0)) } ?? .null }
        func milliseconds(_ value: Int64?) -> JSONValue { value.map { .number(Double($0) / 1e6) } ?? .null }
        return .object([
            "trace_id": .string(span.key.traceID), "span_id": .string(span.key.spanID),
            "parent_span_id": text(span.parentID), "session_id": .string(resolution.sessionID),
            "customer_id": text(resolution.customerID), "config_key": text(resolution.configKey),
            "name": .string(span.name), "kind": .string(span.kind.rawValue), "provider": text(span.provider),
            "request_model": text(span.requestModel), "response_model": text(span.responseModel),
            "model": text(span.model), "start_time_unix_nano": .string(String(span.start.unixNanoseconds)),
            "duration_ms": milliseconds(span.durationNanoseconds),
            "time_to_first_token_ms": milliseconds(span.timeToFirstTokenNanoseconds),
            "is_streaming": .bool(span.isStreaming), "prompt_tokens": number(span.usage.prompt),
            "completion_tokens": number(span.usage.completion), "total_tokens": number(span.usage.total),
            "cached_tokens": number(span.usage.cached), "cache_write_tokens": number(span.usage.cacheWrite),
            "reasoning_tokens": number(span.usage.reasoning),
            "tokens_counted": .bool(resolution.counts.contains(.tokens)),
            "cost_usd": span.cost.map { .number($0.dollars) } ?? .null, "finish_reason": text(span.finishReason),
            "status": .string(span.status.rawValue),
            "error_message": text(span.errorMessage), "prompt_key": text(span.promptKey),
            "prompt_version": text(span.promptVersion), "prompt_ab_test_key": text(span.promptABTestKey),
            "prompt_variant_index": number(span.promptVariantIndex), "tags": .array(span.tags.map(JSONValue.string)),
            "metadata": json(.map(span.metadata)), "input_text": text(texts.input), "output_text": text(texts.output),
            "tool_calls": .array(span.toolCalls.map(JSONValue.string)), "dialect": .string(span.dialect.rawValue),
        ])
    }

    static func json(_ value: AttributeValue) -> JSONValue {
        switch value {
        case .null, .bytes: .null
        case .string(let text): .string(text)
        case .bool(let flag): .bool(flag)
        case .int(let number): .number(JSONNumber(number))
        case .double(let number): .number(number)
        case .array(let elements): .array(elements.map(json))
        case .map(let map): .object(map.entries.map { JSONMember($0.name, json($0.value)) })
        }
    }
}
