import OrderedJSON
import TraceModel

extension Normaliser {
    /// Completes the span with what only its messages tell. They are read here only when there are signs
    /// of a tool call among them, or when they are the one place left for the finish reason.
    mutating func finish(_ span: inout Span, _ payload: SpanPayload, limits: SpanDecoder.Limits) {
        // Of the surroundings no message is read, and a resource may be large and have many spans.
        let own = SpanPayload(format: payload.format, span: payload.span)
        if span.dialect == .claudeCode { ClaudeCodeSpan.complete(&span, own) }
        if needsMessages(span.kind, hasReason: span.finishReason != nil),
            let detail = try? PayloadDecoder(limits: limits).detail(of: own, span: span)
        {
            span.toolCalls = detail.toolCalls
            span.finishReason = span.finishReason ?? detail.finishReason
        }
    }

    /// Takes the Fallom record that an export kept inside this OTLP span (``SpanExport``), read as if it had come by itself;
    /// `false` when there is none.
    mutating func exportedRecord(limits: SpanDecoder.Limits, into batch: inout DecodedBatch) -> Bool {
        let id = facts.vocabulary.raw.record
        guard facts.has(id), let text = facts.filledText(facts.value(id)) else { return false }
        var inner = DecodedBatch()
        SpanDecoder(limits: limits, takesKept: true).decodeLine(text, into: &inner)
        guard inner.spans.count <= 1, inner.spans.count + inner.scores.count + inner.kept.count > 0,
            inner.spans.allSatisfy({ $0.payload.format == .fallomRecord })
        else { return false }
        batch.spans += inner.spans
        batch.scores += inner.scores
        for kept in inner.kept { batch.take(kept, offset: 0) }
        return true
    }

    private mutating func needsMessages(_ kind: SpanKind, hasReason: Bool) -> Bool {
        if kind == .tool { return false }
        if raw.mayHoldToolCalls || facts.hasIndexedToolCalls || facts.events.hasMessages { return true }
        let names = facts.vocabulary
        if facts.present.intersects(names.outcome.outputCandidates.set) {
            for id in names.outcome.outputCandidates.order where facts.has(id) {
                let value = facts.value(id)
                guard let text = facts.text(value) else {
                    if value.kind == .json || value.kind == .otlpJSON || value.kind == .protobuf,
                        holdsSigns(facts.bytes(value), kind, hasReason)
                    {
                        return true
                    }
                    continue
                }
                if holdsSigns(text, kind, hasReason) { return true }
            }
        }
        // Without content the AI SDK still names the tools among its timings (D17).
        guard !facts.has(names.raw.response), facts.has(names.raw.timings),
            let timings = facts.filledText(facts.value(names.raw.timings))
        else { return false }
        return timings.holds("\"name\"") || timings.holds("toolName")
    }
}

/// Whether an answer may name tools, or be the one that says why the model stopped.
private func holdsSigns(_ answer: UnsafeRawBufferPointer, _ kind: SpanKind, _ hasReason: Bool) -> Bool {
    if ToolCallSigns.stand(in: answer) { return true }
    guard !hasReason else { return false }
    return answer.holds("finish_reason")
        || kind == .llm && (answer.holds("_reason") || answer.holds("Reason"))
}
