import OrderedJSON
import TraceModel

/// Shows a payload as the JSON an emitter would have sent.
enum RawJSON {
    /// An OTLP protobuf span as OTLP JSON.
    static func span(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var attributes: [JSONValue] = []
        var events: [JSONValue] = []
        var links: [JSONValue] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            let part = UnsafeRawBufferPointer(rebasing: field.tag.hasLength ? bytes[field.range] : bytes[0..<0])
            switch field.tag {
            case OTLPField.Span.traceID: members.append(JSONMember("traceId", .string(hex(part))))
            case OTLPField.Span.spanID: members.append(JSONMember("spanId", .string(hex(part))))
            case OTLPField.Span.traceState: members.append(JSONMember("traceState", text(part)))
            case OTLPField.Span.parentSpanID:
                if !part.isEmpty { members.append(JSONMember("parentSpanId", .string(hex(part)))) }
            case OTLPField.Span.name: members.append(JSONMember("name", text(part)))
            case OTLPField.Span.kind: members.append(JSONMember("kind", .number(field.value)))
            case OTLPField.Span.start: members.append(JSONMember("startTimeUnixNano", .string(String(field.value))))
            case OTLPField.Span.end: members.append(JSONMember("endTimeUnixNano", .string(String(field.value))))
            case OTLPField.Span.attributes: attributes.append(keyValue(part))
            case OTLPField.Span.droppedAttributes:
                members.append(JSONMember("droppedAttributesCount", .number(field.value)))
            case OTLPField.Span.events: events.append(event(part))
            case OTLPField.Span.droppedEvents: members.append(JSONMember("droppedEventsCount", .number(field.value)))
            case OTLPField.Span.links: links.append(link(part))
            case OTLPField.Span.droppedLinks: members.append(JSONMember("droppedLinksCount", .number(field.value)))
            case OTLPField.Span.status: members.append(JSONMember("status", status(part)))
            case OTLPField.Span.flags: members.append(JSONMember("flags", .number(field.value)))
            default: break
            }
        }
        if !attributes.isEmpty { members.append(JSONMember("attributes", .array(attributes))) }
        if !events.isEmpty { members.append(JSONMember("events", .array(events))) }
        if !links.isEmpty { members.append(JSONMember("links", .array(links))) }
        return .object(members)
    }

    /// An OTLP protobuf resource as OTLP JSON.
    static func resource(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        let attributes = ProtobufAttributes.keyValues(bytes, OTLPField.Resource.attributes)
        return .object([JSONMember("attributes", AttributeReader.otlpKeyValues(attributes))])
    }

    /// An OTLP protobuf scope as OTLP JSON.
    static func scope(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            guard field.tag.hasLength else { continue }
            let part = UnsafeRawBufferPointer(rebasing: bytes[field.range])
            if field.tag == OTLPField.Scope.name { members.append(JSONMember("name", text(part))) }
            if field.tag == OTLPField.Scope.version { members.append(JSONMember("version", text(part))) }
        }
        let attributes = ProtobufAttributes.keyValues(bytes, OTLPField.Scope.attributes)
        if !attributes.isEmpty { members.append(JSONMember("attributes", AttributeReader.otlpKeyValues(attributes))) }
        return .object(members)
    }

    private static func event(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            switch field.tag {
            case OTLPField.Event.time: members.append(JSONMember("timeUnixNano", .string(String(field.value))))
            case OTLPField.Event.name:
                members.append(JSONMember("name", text(UnsafeRawBufferPointer(rebasing: bytes[field.range]))))
            case OTLPField.Event.droppedAttributes:
                members.append(JSONMember("droppedAttributesCount", .number(field.value)))
            default: break
            }
        }
        let attributes = ProtobufAttributes.keyValues(bytes, OTLPField.Event.attributes)
        if !attributes.isEmpty { members.append(JSONMember("attributes", AttributeReader.otlpKeyValues(attributes))) }
        return .object(members)
    }

    private static func link(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            let part = UnsafeRawBufferPointer(rebasing: field.tag.hasLength ? bytes[field.range] : bytes[0..<0])
            switch field.tag {
            case OTLPField.Link.traceID: members.append(JSONMember("traceId", .string(hex(part))))
            case OTLPField.Link.spanID: members.append(JSONMember("spanId", .string(hex(part))))
            case OTLPField.Link.traceState: members.append(JSONMember("traceState", text(part)))
            case OTLPField.Link.droppedAttributes:
                members.append(JSONMember("droppedAttributesCount", .number(field.value)))
            case OTLPField.Link.flags: members.append(JSONMember("flags", .number(field.value)))
            default: break
            }
        }
        let attributes = ProtobufAttributes.keyValues(bytes, OTLPField.Link.attributes)
        if !attributes.isEmpty { members.append(JSONMember("attributes", AttributeReader.otlpKeyValues(attributes))) }
        return .object(members)
    }

    private static func status(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            if field.tag == OTLPField.Status.message {
                members.append(JSONMember("message", text(UnsafeRawBufferPointer(rebasing: bytes[field.range]))))
            } else if field.tag == OTLPField.Status.code {
                members.append(JSONMember("code", .number(field.value)))
            }
        }
        return .object(members)
    }

    private static func keyValue(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var wrapped = ProtobufWriter()
        wrapped.bytes(OTLPField.List.values, bytes)
        let pair = wrapped.bytes.withUnsafeBytes { ProtobufAttributes.keyValues($0, OTLPField.List.values) }
        return AttributeReader.otlpKeyValues(pair)[0] ?? .null
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        .string(String(decoding: bytes, as: UTF8.self))
    }

    private static func hex(_ bytes: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
