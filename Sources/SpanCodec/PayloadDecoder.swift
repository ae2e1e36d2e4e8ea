public import OrderedJSON
public import TraceModel

/// Reads what a stored payload holds beyond the normalised fields.
public struct PayloadDecoder: Sendable {
    /// The bounds; those of ``SpanDecoder`` suffice, for the payload came through it.
    public let limits: SpanDecoder.Limits

    /// Makes a decoder.
    public init(limits: SpanDecoder.Limits = SpanDecoder.Limits()) {
        self.limits = limits
    }

    /// Builds what the span's screen shows: messages, attributes, events, phases. `contents` are the logged messages
    /// that belong to the span.
    public func detail(of payload: SpanPayload, contents: [IngestedContent] = []) throws(DecodeError) -> SpanDetail {
        try detail(of: payload, contents: contents, span: span(of: payload))
    }

    /// The same for a span whose fields are known already, which saves normalising it again.
    public func detail(
        of payload: SpanPayload, contents: [IngestedContent] = [], span: Span
    ) throws(DecodeError) -> SpanDetail {
        let decoded = try DecodedPayload(payload)
        let reader = ContentReader(decoded, contents: contents, kind: span.kind)
        let output = reader.output()
        return SpanDetail(
            input: reader.input(), output: output, attributes: decoded.attributes, resource: decoded.resource,
            scope: decoded.scope, events: decoded.events, links: decoded.links,
            phases: PhaseReader.phases(reader.json("fallom.raw.timings"), start: span.start),
            finishReason: span.finishReason ?? reader.finishReason(), toolCalls: reader.toolCalls(output))
    }

    /// The text that went in and came out.
    public func texts(of payload: SpanPayload, contents: [IngestedContent] = []) throws(DecodeError) -> SpanTexts {
        try texts(of: payload, contents: contents, kind: span(of: payload).kind)
    }

    /// The same for a span whose kind is known already. Nothing of its resource is looked at, which may be large, and the
    /// same for very many spans.
    public func texts(
        of payload: SpanPayload, contents: [IngestedContent] = [], kind: SpanKind
    ) throws(DecodeError) -> SpanTexts {
        var alone = payload
        alone.resource = []
        let reader = ContentReader(try DecodedPayload(alone), contents: contents, kind: kind)
        return SpanTexts(input: SpanTexts.text(reader.input()), output: SpanTexts.text(reader.output()))
    }

    /// The conversation of a stored span, whose fields are known: nothing but what was said is decoded.
    public func conversation(
        of whole: StoredSpanPayload
    ) throws(DecodeError) -> (input: CapturedContent, output: CapturedContent) {
        let decoded = try DecodedPayload(whole.payload)
        let reader = ContentReader(decoded, contents: whole.contents, kind: whole.stored.span.kind)
        return (reader.input(), reader.output())
    }

    /// Normalises a payload again.
    public func span(of payload: SpanPayload) throws(DecodeError) -> Span {
        var batch = DecodedBatch()
        let decoder = SpanDecoder(limits: limits)
        let surroundings = Surroundings(payload)
        switch payload.format {
        case .fallomRecord:
            batch = try decoder.decodeTraces(payload.span, encoding: .json, headers: surroundings.headers)
        case .otlpJSON:
            let line = SpanExport.otlpJSON(payload.span, surroundings)
            batch = try decoder.decodeTraces(line, encoding: .json, headers: surroundings.headers)
        case .otlpProtobuf:
            let request = SpanExport.otlpProtobuf(payload.span, surroundings)
            batch = try decoder.decodeTraces(request, encoding: .protobuf, headers: surroundings.headers)
        }
        if let span = batch.spans.first?.span { return span }
        let rejected = batch.rejected.first
        throw DecodeError(
            reason: rejected?.reason ?? "the payload holds no span", field: rejected?.field,
            offset: rejected?.offset ?? 0)
    }

    /// The span as it came, for the inspector: a Fallom record as it is, OTLP as OTLP JSON (protobuf too) with
    /// `resource`, `scope` and `span` members. Headers of the request stand beside them.
    public func rawJSON(of payload: SpanPayload) throws(DecodeError) -> JSONValue {
        let surroundings = Surroundings(payload)
        let headers = surroundings.headers.fields.map { JSONMember($0.name, .string($0.value)) }
        var members: [JSONMember] = []
        switch payload.format {
        case .fallomRecord:
            let record = try DecodedPayload.parse(payload.span)
            guard !headers.isEmpty else { return record }
            members = [JSONMember("record", record)]
        case .otlpJSON:
            if !surroundings.resource.isEmpty {
                members.append(JSONMember("resource", try DecodedPayload.parse(surroundings.resource)))
            }
            if !surroundings.scope.isEmpty {
                members.append(JSONMember("scope", try DecodedPayload.parse(surroundings.scope)))
            }
            members.append(JSONMember("span", try DecodedPayload.parse(payload.span)))
        case .otlpProtobuf:
            members.append(JSONMember("resource", surroundings.resource.withUnsafeBytes(RawJSON.resource)))
            members.append(JSONMember("scope", surroundings.scope.withUnsafeBytes(RawJSON.scope)))
            members.append(JSONMember("span", payload.span.withUnsafeBytes(RawJSON.span)))
        }
        if !headers.isEmpty { members.append(JSONMember("headers", .object(headers))) }
        return .object(members)
    }

    /// Fills in what a span could not know because its content came apart from it (D13).
    public func complete(_ span: inout Span, from detail: SpanDetail) {
        if span.finishReason == nil { span.finishReason = detail.finishReason }
        if span.toolCalls.isEmpty { span.toolCalls = detail.toolCalls }
    }
}
