import OrderedJSON
public import TraceModel

/// Writes stored spans in the shapes they can be imported from again (`fallom export`): what was exported gives the
/// same normalised span.
///
/// Two attributes of our own make that exact. The resource attribute `fallom.headers` keeps the `X-Fallom-*` headers an
/// OTLP request had, which a file has no place for. The span attribute `fallom.record` keeps a Fallom record inside an
/// OTLP span; beside it stand attributes of the GenAI conventions, so that other tools can read the span too.
public enum SpanExport {
    /// One line of NDJSON, without a line end: a Fallom record as it came; any other span as an OTLP object of one span.
    public static func ndjsonLine(of payload: SpanPayload) throws(DecodeError) -> [UInt8] {
        guard payload.format == .fallomRecord else { return try otlp(payload) }
        let surroundings = Surroundings(payload)
        if surroundings.headers.isEmpty, !payload.span.contains(UInt8(ascii: "\n")) { return payload.span }
        return withHeaders(try DecodedPayload.parse(payload.span), surroundings.headers).compactBytes
    }

    /// One line of OTLP JSON, without a line end: `{"resourceSpans":[…]}` with this span.
    public static func otlpLine(of span: Span, payload: SpanPayload) throws(DecodeError) -> [UInt8] {
        payload.format == .fallomRecord ? try wrapped(span, payload) : try otlp(payload)
    }

    /// A record that says itself what its request's headers said.
    private static func withHeaders(_ record: JSONValue, _ headers: FallomHeaders) -> JSONValue {
        guard var members = record.object else { return record }
        func add(_ name: String, _ attribute: String, _ value: JSONValue?) {
            guard let value, record[name] == nil || record[name] == .null else { return }
            if let own = record["attributes"]?[attribute], own != .null { return }
            members.append(JSONMember(name, value))
        }
        add("config_key", "fallom.config_key", headers.configKey.map(JSONValue.string))
        add("session_id", "fallom.session_id", headers.sessionID.map(JSONValue.string))
        add("customer_id", "fallom.customer_id", headers.customerID.map(JSONValue.string))
        add("prompt_key", "fallom.prompt_key", headers.promptKey.map(JSONValue.string))
        add("prompt_version", "fallom.prompt_version", headers.promptVersion.map(JSONValue.string))
        add("prompt_ab_test_key", "fallom.prompt_ab_test_key", headers.promptABTestKey.map(JSONValue.string))
        add(
            "prompt_variant_index", "fallom.prompt_variant_index",
            headers.promptVariantIndex.map { .number(JSONNumber($0)) })
        return .object(members)
    }

    /// The OTLP object of a span that came by OTLP.
    private static func otlp(_ payload: SpanPayload) throws(DecodeError) -> [UInt8] {
        var surroundings = Surroundings(payload)
        var span = payload.span
        if payload.format == .otlpProtobuf {
            span = payload.span.withUnsafeBytes { RawJSON.span($0) }.compactBytes
            surroundings.resource = surroundings.resource.withUnsafeBytes { RawJSON.resource($0) }.compactBytes
            surroundings.scope = surroundings.scope.withUnsafeBytes { RawJSON.scope($0) }.compactBytes
        }
        if !surroundings.headers.isEmpty {
            let resource = surroundings.resource.isEmpty ? .null : try DecodedPayload.parse(surroundings.resource)
            surroundings.resource = withHeaders(resource: resource, surroundings.headers).compactBytes
        }
        let line = otlpJSON(span, surroundings)
        return line.contains(UInt8(ascii: "\n")) ? try DecodedPayload.parse(line).compactBytes : line
    }

    private static func withHeaders(resource: JSONValue, _ headers: FallomHeaders) -> JSONValue {
        let map = AttributeMap(headers.fields.map { .init($0.name, .string($0.value)) })
        let pair = AttributeReader.otlpKeyValues(AttributeMap([.init("fallom.headers", .map(map))]))
        let attributes = (resource["attributes"]?.array ?? []) + (pair.array ?? [])
        let others = (resource.object ?? []).filter { $0.name != "attributes" }
        return .object(others + [JSONMember("attributes", .array(attributes))])
    }

    /// An OTLP object around the JSON of a span.
    static func otlpJSON(_ span: [UInt8], _ surroundings: Surroundings) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: span.count + surroundings.resource.count + 128)
        writer.object { writer in
            writer.name("resourceSpans")
            writer.array([0]) { writer, _ in
                writer.object { writer in
                    if !surroundings.resource.isEmpty {
                        writer.name("resource")
                        writer.rawValue(surroundings.resource)
                    }
                    writer.name("scopeSpans")
                    writer.array([0]) { writer, _ in
                        writer.object { writer in
                            if !surroundings.scope.isEmpty {
                                writer.name("scope")
                                writer.rawValue(surroundings.scope)
                            }
                            writer.name("spans")
                            writer.array([span]) { $0.rawValue($1) }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    /// An OTLP request around the protobuf of a span.
    static func otlpProtobuf(_ span: [UInt8], _ surroundings: Surroundings) -> [UInt8] {
        var scope = ProtobufWriter()
        if !surroundings.scope.isEmpty { scope.bytes(OTLPField.OfScope.scope, surroundings.scope) }
        scope.bytes(OTLPField.OfScope.records, span)
        var resource = ProtobufWriter()
        if !surroundings.resource.isEmpty { resource.bytes(OTLPField.OfResource.resource, surroundings.resource) }
        resource.bytes(OTLPField.OfResource.scopes, scope.bytes)
        var request = ProtobufWriter()
        request.bytes(OTLPField.Request.resources, resource.bytes)
        return request.bytes
    }
}
