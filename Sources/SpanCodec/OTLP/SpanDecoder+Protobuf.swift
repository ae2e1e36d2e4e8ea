import TraceModel

extension SpanDecoder {
    /// Reads an `ExportTraceServiceRequest`, or a `TracesData`, which has the same fields.
    func decodeProtobufTraces(
        _ body: UnsafeRawBufferPointer, headers: FallomHeaders, into batch: inout DecodedBatch
    ) throws(DecodeError) {
        try masking(body, .protobuf(.traces), into: &batch) { body, batch throws(DecodeError) in
            try decodeMaskedTraces(body, headers: headers, into: &batch)
        }
    }

    private func decodeMaskedTraces(
        _ body: UnsafeRawBufferPointer, headers: FallomHeaders, into batch: inout DecodedBatch
    ) throws(DecodeError) {
        guard let base = body.baseAddress else { return }
        var normaliser = Normaliser()
        normaliser.begin(base: base, headers: headers)
        var reader = ProtobufReader(body)
        let kept = batch.spans.count
        let rejected = batch.rejected.count
        let scores = batch.scores.count
        let keptBefore = batch.kept.count
        do {
            while let field = try reader.next() {
                guard field.tag == OTLPField.Request.resources else { continue }
                try resourceSpans(field.range, base: base, headers: headers, &normaliser, into: &batch)
            }
        } catch {
            batch.spans.removeSubrange(kept...)
            batch.rejected.removeSubrange(rejected...)
            batch.scores.removeSubrange(scores...)
            batch.kept.removeSubrange(keptBefore...)
            throw DecodeError(reason: "\(error.reason)", offset: error.offset)
        }
    }

    private func resourceSpans(
        _ range: Range<Int>, base: UnsafeRawPointer, headers: FallomHeaders,
        _ normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws(ProtobufReader.Fault) {
        try takeAnother(&batch, at: range.lowerBound)
        var surroundings = Surroundings()
        surroundings.headers = headers
        var resource = range.lowerBound..<range.lowerBound
        var first = ProtobufReader(base: base, range: range)
        while let field = try first.next() {
            if field.tag == OTLPField.OfResource.resource { resource = field.range }
        }
        try checkDepth(resource, base: base, OTLPField.Resource.attributes)
        let identity = try readResource(resource, base: base, headers: headers, &normaliser)
        surroundings.resource = normaliser.facts.copy(resource)
        let kept = surroundings.encodedResource()
        var second = ProtobufReader(base: base, range: range)
        while let field = try second.next() {
            guard field.tag == OTLPField.OfResource.scopes || field.tag == OTLPField.OfResource.libraries else {
                continue
            }
            try scopeSpans(field.range, base: base, identity, kept, &normaliser, into: &batch)
        }
    }

    func takeAnother(_ batch: inout DecodedBatch, at offset: Int) throws(ProtobufReader.Fault) {
        do throws(TooManyRecords) {
            try batch.takeAnother(limits)
        } catch {
            throw ProtobufReader.Fault(reason: error.reason, offset: offset)
        }
    }

    private func checkDepth(
        _ message: Range<Int>, base: UnsafeRawPointer, _ attributes: ProtobufTag
    ) throws(ProtobufReader.Fault) {
        guard ProtobufDepth(base: base).allows(message, attributes, limit: limits.maxDepth) else {
            throw ProtobufReader.Fault(reason: "a value is nested too deep", offset: message.lowerBound)
        }
    }

    private func readResource(
        _ range: Range<Int>, base: UnsafeRawPointer, headers: FallomHeaders, _ normaliser: inout Normaliser
    ) throws(ProtobufReader.Fault) -> SpanIdentity {
        normaliser.reset()
        var reader = ProtobufReader(base: base, range: range)
        while let field = try reader.next() {
            guard field.tag == OTLPField.Resource.attributes else { continue }
            let pair = try ProtobufAttributes.keyValue(field.range, base: base)
            normaliser.facts.take(pair.name, pair.value)
        }
        normaliser.takeResourceHeaders(request: headers)
        return normaliser.resourceIdentity()
    }

    private func scopeSpans(
        _ range: Range<Int>, base: UnsafeRawPointer, _ identity: SpanIdentity, _ resource: [UInt8],
        _ normaliser: inout Normaliser, into batch: inout DecodedBatch
    ) throws(ProtobufReader.Fault) {
        try takeAnother(&batch, at: range.lowerBound)
        var kept: [UInt8] = []
        var scope = ScopeFacts()
        var first = ProtobufReader(base: base, range: range)
        while let field = try first.next() {
            guard field.tag == OTLPField.OfScope.scope else { continue }
            try checkDepth(field.range, base: base, OTLPField.Scope.attributes)
            kept = Surroundings.encoded(scope: normaliser.facts.copy(field.range))
            var reader = ProtobufReader(base: base, range: field.range)
            while let field = try reader.next() {
                guard field.tag == OTLPField.Scope.name else { continue }
                scope = ScopeFacts(name: UnsafeRawBufferPointer(start: base + field.start, count: field.count))
            }
        }
        var second = ProtobufReader(base: base, range: range)
        while let field = try second.next() {
            guard field.tag == OTLPField.OfScope.records else { continue }
            try takeAnother(&batch, at: field.start)
            do {
                var span = try span(field.range, base: base, identity, scope, &normaliser)
                if scope.isFallom, normaliser.exportedRecord(limits: limits, into: &batch) { continue }
                let bytes = normaliser.facts.copy(field.range)
                let payload = SpanPayload(
                    format: .otlpProtobuf, span: bytes, surroundings: kept, resource: resource)
                normaliser.finish(&span, payload, limits: limits)
                batch.take(consume span, payload, normaliser.facts.scoreSigns, offset: field.range.lowerBound)
            } catch {
                batch.rejected.append(error)
            }
        }
    }

    private func span(
        _ range: Range<Int>, base: UnsafeRawPointer, _ identity: SpanIdentity, _ scope: ScopeFacts,
        _ normaliser: inout Normaliser
    ) throws(RejectedSpan) -> Span {
        normaliser.reset()
        let found = try ProtobufSpanReader.read(
            range, base: base, limits: limits, into: &normaliser)
        return try normaliser.otlpSpan(found, scope: scope, resource: identity, offset: range.lowerBound)
    }
}

extension Normaliser {
    /// The span, from an OTLP span's own fields.
    mutating func otlpSpan(
        _ found: ProtobufSpanReader.Identity, scope: ScopeFacts, resource: SpanIdentity, offset: Int
    ) throws(RejectedSpan) -> Span {
        let core = facts.core
        let start = core.start > 0 ? core.start : core.end
        guard start > 0 else {
            throw RejectedSpan(
                reason: "a start time above zero is needed", field: "startTimeUnixNano", offset: offset)
        }
        guard start <= UInt64(Int64.max), core.end <= UInt64(Int64.max) else {
            throw RejectedSpan(
                reason: "a time lies beyond the year 2262", field: "startTimeUnixNano", offset: offset)
        }
        let begin = Timestamp(unixNanoseconds: Int64(start))
        let end = core.end > 0 ? Timestamp(unixNanoseconds: Int64(core.end)) : nil
        var span = Span(
            key: found.key, parentID: found.parentID,
            name: facts.text(core.name).map { String(decoding: $0, as: UTF8.self) } ?? "", start: begin, end: end,
            durationNanoseconds: end.map { max(0, $0.nanoseconds(since: begin)) })
        complete(&span, Origin(isRecord: false, scope: scope, resource: resource))
        return span
    }

    /// Keeps headers that an export put into the resource, unless the request has its own.
    mutating func takeResourceHeaders(request: FallomHeaders) {
        guard request.isEmpty else { return }
        var kept = FallomHeaders()
        let value = facts.value(facts.vocabulary.identity.headers)
        if value.kind != .null, case .map(let map) = AttributeReader.value(value, base: facts.base) {
            for case (let name, .string(let text)) in map.entries.map({ ($0.name, $0.value) }) {
                kept.take(name: name, value: text)
            }
        }
        headers = kept
    }
}
