public import OrderedJSON
import TraceModel

extension FallomRecord {
    /// The record as one JSON object on one line, without a line end, in the order in which the SDKs write it.
    ///
    /// Fields that are not set are left out; a start record has no `end_time`, no `duration_ms` and no `status`.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 1024)
        encode(into: &writer)
        return writer.bytes
    }

    /// Writes the record as a JSON object.
    public func encode(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("config_key", configKey)
        writer.member("session_id", sessionID)
        writer.optional("customer_id", customerID)
        writer.member("trace_id", traceID)
        writer.member("span_id", spanID)
        writer.optional("parent_span_id", parentSpanID)
        writer.member("name", name)
        writer.optional("kind", kind?.rawValue)
        writer.optional("model", model)
        encodeTimes(into: &writer)
        if !metadata.isEmpty { writer.member("metadata", .object(metadata)) }
        if !tags.isEmpty { writer.member("tags", tags) }
        writer.optional("prompt_key", promptKey)
        if let promptVersion { writer.member("prompt_version", promptVersion) }
        writer.optional("prompt_ab_test_key", promptABTestKey)
        if let promptVariantIndex { writer.member("prompt_variant_index", promptVariantIndex) }
        if !attributes.isEmpty { writer.member("attributes", .object(attributes)) }
        writer.endObject()
    }

    private func encodeTimes(into writer: inout JSONWriter) {
        writer.member("start_time", ISO8601.string(startTime))
        if let endTime {
            writer.member("end_time", ISO8601.string(endTime))
            let milliseconds = durationMilliseconds ?? Double(endTime.nanoseconds(since: startTime)) / 1e6
            writer.member("duration_ms", milliseconds)
        } else if let durationMilliseconds {
            writer.member("duration_ms", durationMilliseconds)
        }
        if isError || endTime != nil { writer.member("status", isError ? "ERROR" : "OK") }
        writer.optional("error_message", errorMessage)
        if let timeToFirstTokenMilliseconds { writer.member("time_to_first_token_ms", timeToFirstTokenMilliseconds) }
        if let isStreaming { writer.member("is_streaming", isStreaming) }
    }
}

extension JSONWriter {
    /// Writes a member unless it is `nil`.
    mutating func optional(_ name: String, _ text: String?) {
        if let text { member(name, text) }
    }
}
