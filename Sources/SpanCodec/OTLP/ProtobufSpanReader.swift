import OrderedJSON
import TraceModel

/// Reads one `opentelemetry.proto.trace.v1.Span` message into a normaliser.
enum ProtobufSpanReader {
    /// The ids of the span that was read.
    struct Identity {
        var key: SpanKey
        var parentID: String?
    }

    /// Reads the span whose message is `range`.
    static func read(
        _ range: Range<Int>, base: UnsafeRawPointer, limits: SpanDecoder.Limits, into normaliser: inout Normaliser
    ) throws(RejectedSpan) -> Identity {
        var trace: String?
        var span: String?
        var parent: String?
        func bytes(_ field: ProtobufReader.Field) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(start: base + field.start, count: field.count)
        }
        do {
            var reader = ProtobufReader(base: base, range: range)
            while let field = try reader.next() {
                switch field.tag {
                case OTLPField.Span.traceID: trace = Identifiers.hex(bytes(field), length: 16)
                case OTLPField.Span.spanID: span = Identifiers.hex(bytes(field), length: 8)
                case OTLPField.Span.parentSpanID: parent = Identifiers.hex(bytes(field), length: 8)
                case OTLPField.Span.name:
                    normaliser.facts.core.name = WireValue(kind: .text, start: field.start, count: field.count)
                case OTLPField.Span.start: normaliser.facts.core.start = field.value
                case OTLPField.Span.end: normaliser.facts.core.end = field.value
                case OTLPField.Span.attributes:
                    let pair = try ProtobufAttributes.keyValue(field.range, base: base)
                    normaliser.facts.take(pair.name, pair.value)
                case OTLPField.Span.events:
                    normaliser.facts.hasParts = true
                    try readEvent(field.range, base: base, into: &normaliser.facts)
                case OTLPField.Span.links: normaliser.facts.hasParts = true
                case OTLPField.Span.status: try readStatus(field.range, base: base, into: &normaliser.facts.core)
                default: break
                }
            }
        } catch {
            throw RejectedSpan(reason: "\(error.reason)", offset: error.offset)
        }
        guard let trace else {
            throw RejectedSpan(
                reason: "a trace id of 16 bytes, not all zero, is needed", field: "trace_id", offset: range.lowerBound)
        }
        guard let span else {
            throw RejectedSpan(
                reason: "a span id of 8 bytes, not all zero, is needed", field: "span_id", offset: range.lowerBound)
        }
        guard normaliser.facts.attributeCount <= limits.maxAttributes else {
            throw RejectedSpan(
                reason: "more than \(limits.maxAttributes) attributes", field: "attributes", offset: range.lowerBound)
        }
        guard isShallow(range, base: base, limits, normaliser.facts) else {
            throw RejectedSpan(
                reason: "a value is nested deeper than \(limits.maxDepth) levels of JSON", field: "attributes",
                offset: range.lowerBound)
        }
        return Identity(key: SpanKey(traceID: trace, spanID: span), parentID: parent)
    }

    /// Whether no value is nested too deep; most spans have none that is nested at all.
    private static func isShallow(
        _ range: Range<Int>, base: UnsafeRawPointer, _ limits: SpanDecoder.Limits, _ facts: borrowing SpanFacts
    ) -> Bool {
        let depth = ProtobufDepth(base: base)
        if facts.hasNested, !depth.allows(range, OTLPField.Span.attributes, limit: limits.maxDepth) { return false }
        guard facts.hasParts else { return true }
        var reader = ProtobufReader(base: base, range: range)
        while let field = try? reader.next() {
            let attributes: ProtobufTag? =
                switch field.tag {
                case OTLPField.Span.events: OTLPField.Event.attributes
                case OTLPField.Span.links: OTLPField.Link.attributes
                default: nil
                }
            if let attributes, !depth.allows(field.range, attributes, limit: limits.maxDepth) { return false }
        }
        return true
    }

    private static func readStatus(
        _ range: Range<Int>, base: UnsafeRawPointer, into core: inout SpanCore
    ) throws(ProtobufReader.Fault) {
        var reader = ProtobufReader(base: base, range: range)
        while let field = try reader.next() {
            if field.tag == OTLPField.Status.message {
                core.statusMessage = WireValue(kind: .text, start: field.start, count: field.count)
            } else if field.tag == OTLPField.Status.code {
                core.statusCode = Int(truncatingIfNeeded: field.value)
            }
        }
    }

    private static func readEvent(
        _ range: Range<Int>, base: UnsafeRawPointer, into facts: inout SpanFacts
    ) throws(ProtobufReader.Fault) {
        var name = UnsafeRawBufferPointer(start: base + range.lowerBound, count: 0)
        var time: UInt64 = 0
        var reader = ProtobufReader(base: base, range: range)
        while let field = try reader.next() {
            if field.tag == OTLPField.Event.time { time = field.value }
            if field.tag == OTLPField.Event.name {
                name = UnsafeRawBufferPointer(start: base + field.start, count: field.count)
            }
        }
        guard facts.events.take(name, time: time) else { return }
        var again = ProtobufReader(base: base, range: range)
        while let field = try again.next() {
            guard field.tag == OTLPField.Event.attributes else { continue }
            let pair = try ProtobufAttributes.keyValue(field.range, base: base)
            facts.events.takeAttribute(pair.name, pair.value)
        }
    }
}

extension EventFacts {
    /// Takes an event's name and time; `true` when its attributes are wanted too.
    mutating func take(_ name: UnsafeRawBufferPointer, time: UInt64) -> Bool {
        count += 1
        if name.equals("exception") || name.equals("gen_ai.client.operation.exception") {
            hasException = true
            return true
        }
        if name.equals("ai.stream.firstChunk") { return true }
        if name.equals("First Token Stream Event") || name.equals("gen_ai.content.completion.chunk")
            || name.equals("llm.content.completion.chunk") || name.equals("gen_ai.first_token")
            || name.equals("first_token")
        {
            if time > 0, firstToken == 0 || time < firstToken { firstToken = time }
        } else if name.equals("gen_ai.choice") || name.equals("gen_ai.content.completion")
            || name.equals("gen_ai.client.inference.operation.details")
        {
            hasMessages = true
        } else if name.equals("gen_ai.evaluation.result") {
            hasScores = true
        }
        return false
    }

    /// Takes an attribute of an event that was wanted.
    mutating func takeAttribute(_ name: UnsafeRawBufferPointer, _ value: WireValue) {
        if name.equals("exception.type") {
            exceptionType = value
        } else if name.equals("exception.message") {
            exceptionMessage = value
        } else if name.equals("ai.response.msToFirstChunk") {
            millisecondsToFirstChunk = value
        }
    }
}
