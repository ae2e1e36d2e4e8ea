import OrderedJSON
import TraceModel

/// Shows a payload as the JSON an emitter would have sent.
enum RawJSON {
    /// An OTLP protobuf span as OTLP JSON.
    static func span(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var events: [JSONValue] = []
        var links: [JSONValue] = []
        var members = Self.members(of: bytes, attributes: OTLPField.Span.attributes) { field, part in
            switch field.tag {
            case OTLPField.Span.traceID: return JSONMember("traceId", .string(hex(part)))
            case OTLPField.Span.spanID: return JSONMember("spanId", .string(hex(part)))
            case OTLPField.Span.traceState: return JSONMember("traceState", text(part))
            case OTLPField.Span.parentSpanID where !part.isEmpty: return JSONMember("parentSpanId", .string(hex(part)))
            case OTLPField.Span.name: return JSONMember("name", text(part))
            case OTLPField.Span.kind: return JSONMember("kind", .number(field.value))
            case OTLPField.Span.start: return JSONMember("startTimeUnixNano", .string(String(field.value)))
            case OTLPField.Span.end: return JSONMember("endTimeUnixNano", .string(String(field.value)))
            case OTLPField.Span.droppedAttributes: return JSONMember("droppedAttributesCount", .number(field.value))
            case OTLPField.Span.events: events.append(event(part))
            case OTLPField.Span.droppedEvents: return JSONMember("droppedEventsCount", .number(field.value))
            case OTLPField.Span.links: links.append(link(part))
            case OTLPField.Span.droppedLinks: return JSONMember("droppedLinksCount", .number(field.value))
            case OTLPField.Span.status: return JSONMember("status", status(part))
            case OTLPField.Span.flags: return JSONMember("flags", .number(field.value))
            default: break
            }
            return nil
        }
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
        .object(
            members(of: bytes, attributes: OTLPField.Scope.attributes) { field, part in
                switch field.tag {
                case OTLPField.Scope.name: JSONMember("name", text(part))
                case OTLPField.Scope.version: JSONMember("version", text(part))
                default: nil
                }
            })
    }

    private static func event(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        .object(
            members(of: bytes, attributes: OTLPField.Event.attributes) { field, part in
                switch field.tag {
                case OTLPField.Event.time: JSONMember("timeUnixNano", .string(String(field.value)))
                case OTLPField.Event.name: JSONMember("name", text(part))
                case OTLPField.Event.droppedAttributes: JSONMember("droppedAttributesCount", .number(field.value))
                default: nil
                }
            })
    }

    private static func link(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        .object(
            members(of: bytes, attributes: OTLPField.Link.attributes) { field, part in
                switch field.tag {
                case OTLPField.Link.traceID: JSONMember("traceId", .string(hex(part)))
                case OTLPField.Link.spanID: JSONMember("spanId", .string(hex(part)))
                case OTLPField.Link.traceState: JSONMember("traceState", text(part))
                case OTLPField.Link.droppedAttributes: JSONMember("droppedAttributesCount", .number(field.value))
                case OTLPField.Link.flags: JSONMember("flags", .number(field.value))
                default: nil
                }
            })
    }

    private static func status(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        .object(
            members(of: bytes) { field, part in
                switch field.tag {
                case OTLPField.Status.message: JSONMember("message", text(part))
                case OTLPField.Status.code: JSONMember("code", .number(field.value))
                default: nil
                }
            })
    }

    /// What `member` makes of the fields of a message, in their order, and its attributes after them.
    private static func members(
        of bytes: UnsafeRawBufferPointer, attributes: ProtobufTag? = nil,
        _ member: (ProtobufReader.Field, UnsafeRawBufferPointer) -> JSONMember?
    ) -> [JSONMember] {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            let part = UnsafeRawBufferPointer(rebasing: field.tag.hasLength ? bytes[field.range] : bytes[0..<0])
            if let member = member(field, part) { members.append(member) }
        }
        let pairs = attributes.map { ProtobufAttributes.keyValues(bytes, $0) } ?? AttributeMap()
        if !pairs.isEmpty { members.append(JSONMember("attributes", AttributeReader.otlpKeyValues(pairs))) }
        return members
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        .string(String(decoding: bytes, as: UTF8.self))
    }

    private static func hex(_ bytes: UnsafeRawBufferPointer) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
