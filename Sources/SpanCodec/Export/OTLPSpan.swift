package import OrderedJSON
package import TraceModel

/// A record in the words of OpenTelemetry's GenAI conventions, as OTLP carries it. The record itself stands in
/// `fallom.record`, so that nothing is lost on the way to a reader that knows it.
package struct OTLPSpan: Sendable {
    /// As OTLP JSON.
    package let json: JSONValue

    /// Makes one of a record, with what was said under the names of the conventions; `nil` for one that has not ended.
    package init?(_ record: FallomRecord) {
        guard record.endTime != nil else { return nil }
        let text = record.encoded()
        guard let batch = try? SpanDecoder().decodeTraces(text, encoding: .json) else { return nil }
        if let score = batch.scores.first {
            json = Self.span(of: score, record, text)
            return
        }
        guard let found = batch.spans.first else { return nil }
        let span = found.span
        var attributes = SpanExport.common(span)
        attributes.append(.init("fallom.record", .string(String(decoding: text, as: UTF8.self))))
        func add(_ name: String, _ text: String?) {
            if let text { attributes.append(.init(name, .string(text))) }
        }
        if let written = span.usage.cacheWrite {
            attributes.append(.init("gen_ai.usage.cache_creation.input_tokens", .int(Int64(written))))
        }
        if span.isStreaming { attributes.append(.init("gen_ai.request.stream", .bool(true))) }
        if span.status == .error {
            add("error.type", record.attributes.last { $0.name == "error.type" }?.value.string ?? "_OTHER")
        }
        if let detail = try? PayloadDecoder().detail(of: found.payload, span: span) {
            add("gen_ai.input.messages", ConventionMessages.text(detail.input, finishReason: nil))
            let reason = detail.finishReason ?? span.finishReason
            add("gen_ai.output.messages", ConventionMessages.text(detail.output, finishReason: reason ?? ""))
        }
        json = SpanExport.object(span, attributes)
    }

    /// A score, for readers that know OpenTelemetry's words for it.
    private static func span(of score: Score, _ record: FallomRecord, _ text: [UInt8]) -> JSONValue {
        var attributes: [AttributeMap.Entry] = [
            .init("fallom.record", .string(String(decoding: text, as: UTF8.self))),
            .init("gen_ai.evaluation.name", .string(score.name)),
            .init("gen_ai.conversation.id", .string(record.sessionID)),
        ]
        switch score.value {
        case .number(let number): attributes.append(.init("gen_ai.evaluation.score.value", .double(number)))
        case .word(let word): attributes.append(.init("gen_ai.evaluation.score.label", .string(word)))
        }
        if let comment = score.comment { attributes.append(.init("gen_ai.evaluation.explanation", .string(comment))) }
        let span = Span(
            key: SpanKey(traceID: record.traceID, spanID: record.spanID), name: record.name, start: record.startTime,
            end: record.endTime)
        return SpanExport.object(span, attributes)
    }
}

/// Requests of several spans.
package enum OTLPRequest {
    /// As OTLP JSON.
    package static func json(_ spans: [OTLPSpan], resource: AttributeMap, scope: String, version: String) -> [UInt8] {
        request(spans, resource, scope, version).compactBytes
    }

    /// As a protobuf message.
    package static func protobuf(
        _ spans: [OTLPSpan], resource: AttributeMap, scope: String, version: String
    ) -> [UInt8] {
        OTLPMessage.request(request(spans, resource, scope, version))
    }

    private static func request(
        _ spans: [OTLPSpan], _ resource: AttributeMap, _ scope: String, _ version: String
    ) -> JSONValue {
        let about: JSONValue = ["name": .string(scope), "version": .string(version)]
        return [
            "resourceSpans": [
                [
                    "resource": ["attributes": AttributeReader.otlpKeyValues(resource)],
                    "scopeSpans": [["scope": about, "spans": .array(spans.map(\.json))]],
                ]
            ]
        ]
    }
}
