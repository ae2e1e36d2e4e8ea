import OrderedJSON
import SpanCodec
import TraceModel

/// A span as one JSON object of `fallom spans --json`: snake_case keys, the units in the names (docs/command-line.md §1).
struct SpanDocument {
    /// The span.
    let stored: StoredSpan
    /// What was said; `nil` leaves `input_text` and `output_text` out.
    let texts: SpanTexts?

    /// The object's members in their order.
    var members: [JSONMember] {
        identity + call + timing + tokens + outcome + prompt + content
    }

    /// The object.
    var json: JSONValue { .object(members) }

    private var span: Span { stored.span }

    private var identity: [JSONMember] {
        [
            JSONMember("trace_id", .string(span.key.traceID)),
            JSONMember("span_id", .string(span.key.spanID)),
            JSONMember("parent_span_id", .text(span.parentID)),
            JSONMember("session_id", .string(stored.sessionID)),
            JSONMember("customer_id", .text(stored.customerID)),
            JSONMember("config_key", .text(stored.configKey)),
        ]
    }

    private var call: [JSONMember] {
        [
            JSONMember("name", .string(span.name)),
            JSONMember("kind", .string(span.kind.rawValue)),
            JSONMember("provider", .text(span.provider)),
            JSONMember("request_model", .text(span.requestModel)),
            JSONMember("response_model", .text(span.responseModel)),
            JSONMember("model", .text(span.model)),
        ]
    }

    private var timing: [JSONMember] {
        [
            JSONMember("start_time_unix_nano", .string(String(span.start.unixNanoseconds))),
            JSONMember("end_time_unix_nano", .text(span.end.map { String($0.unixNanoseconds) })),
            JSONMember("duration_ms", .milliseconds(span.durationNanoseconds)),
            JSONMember("time_to_first_token_ms", .milliseconds(span.timeToFirstTokenNanoseconds)),
            JSONMember("completion_tokens_per_second", .thousandths(span.outputMilliTokensPerSecond)),
            JSONMember("is_streaming", .bool(span.isStreaming)),
            JSONMember("running", .bool(span.isRunning)),
        ]
    }

    private var tokens: [JSONMember] {
        [
            JSONMember("prompt_tokens", .count(span.usage.prompt)),
            JSONMember("completion_tokens", .count(span.usage.completion)),
            JSONMember("total_tokens", .count(span.usage.total)),
            JSONMember("cached_tokens", .count(span.usage.cached)),
            JSONMember("cache_write_tokens", .count(span.usage.cacheWrite)),
            JSONMember("reasoning_tokens", .count(span.usage.reasoning)),
            JSONMember("tokens_counted", .bool(stored.isCounted)),
            JSONMember("cost_usd", .dollars(span.cost)),
            JSONMember("cost_estimated", span.cost.map { .bool($0.isEstimated) } ?? .null),
        ]
    }

    private var outcome: [JSONMember] {
        [
            JSONMember("finish_reason", .text(span.finishReason)),
            JSONMember("status", .string(span.status.rawValue)),
            JSONMember("error_message", .text(span.errorMessage)),
        ]
    }

    private var prompt: [JSONMember] {
        [
            JSONMember("prompt_key", .text(span.promptKey)),
            JSONMember("prompt_version", span.promptVersion.map(Self.version) ?? .null),
            JSONMember("prompt_ab_test_key", .text(span.promptABTestKey)),
            JSONMember("prompt_variant_index", .count(span.promptVariantIndex)),
            JSONMember("tags", .array(span.tags.map { .string($0) })),
            JSONMember("metadata", .attributes(span.metadata)),
        ]
    }

    private var content: [JSONMember] {
        var members: [JSONMember] = []
        if let texts {
            members.append(JSONMember("input_text", .text(texts.input)))
            members.append(JSONMember("output_text", .text(texts.output)))
        }
        members.append(JSONMember("tool_calls", .array(span.toolCalls.map { .string($0) })))
        members.append(JSONMember("dialect", .string(span.dialect.rawValue)))
        members.append(JSONMember("scores", ScoreDocument.list(stored.scores)))
        return members
    }

    /// Fallom's versions are whole numbers; another vendor's may be any text.
    private static func version(_ text: String) -> JSONValue {
        guard let number = Int64(text), String(number) == text else { return .string(text) }
        return .number(JSONNumber(number))
    }
}
