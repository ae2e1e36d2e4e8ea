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
            let part = UnsafeRawBufferPointer(rebasing: field.wire == 2 ? bytes[field.range] : bytes[0..<0])
            switch (field.number, field.wire) {
            case (1, 2): members.append(JSONMember("traceId", .string(hex(part))))
            case (2, 2): members.append(JSONMember("spanId", .string(hex(part))))
            case (3, 2): members.append(JSONMember("traceState", text(part)))
            case (4, 2): if !part.isEmpty { members.append(JSONMember("parentSpanId", .string(hex(part)))) }
            case (5, 2): members.append(JSONMember("name", text(part)))
            case (6, 0): members.append(JSONMember("kind", .number(field.value)))
            case (7, 1): members.append(JSONMember("startTimeUnixNano", .string(String(field.value))))
            case (8, 1): members.append(JSONMember("endTimeUnixNano", .string(String(field.value))))
            case (9, 2): attributes.append(keyValue(part))
            case (10, 0): members.append(JSONMember("droppedAttributesCount", .number(field.value)))
            case (11, 2): events.append(event(part))
            case (12, 0): members.append(JSONMember("droppedEventsCount", .number(field.value)))
            case (13, 2): links.append(link(part))
            case (14, 0): members.append(JSONMember("droppedLinksCount", .number(field.value)))
            case (15, 2): members.append(JSONMember("status", status(part)))
            case (16, 5): members.append(JSONMember("flags", .number(field.value)))
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
        let attributes = ProtobufAttributes.keyValues(bytes, field: 1)
        return .object([JSONMember("attributes", AttributeReader.otlpKeyValues(attributes))])
    }

    /// An OTLP protobuf scope as OTLP JSON.
    static func scope(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            guard field.wire == 2 else { continue }
            let part = UnsafeRawBufferPointer(rebasing: bytes[field.range])
            if field.number == 1 { members.append(JSONMember("name", text(part))) }
            if field.number == 2 { members.append(JSONMember("version", text(part))) }
        }
        let attributes = ProtobufAttributes.keyValues(bytes, field: 3)
        if !attributes.isEmpty { members.append(JSONMember("attributes", AttributeReader.otlpKeyValues(attributes))) }
        return .object(members)
    }

    private static func event(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            switch (field.number, field.wire) {
            case (1, 1): members.append(JSONMember("timeUnixNano", .string(String(field.value))))
            case (2, 2): members.append(JSONMember("name", text(UnsafeRawBufferPointer(rebasing: bytes[field.range]))))
            case (4, 0): members.append(JSONMember("droppedAttributesCount", .number(field.value)))
            default: break
            }
        }
        let attributes = ProtobufAttributes.keyValues(bytes, field: 3)
        if !attributes.isEmpty { members.append(JSONMember("attributes", AttributeReader.otlpKeyValues(attributes))) }
        return .object(members)
    }

    private static func link(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            let part = UnsafeRawBufferPointer(rebasing: field.wire == 2 ? bytes[field.range] : bytes[0..<0])
            switch (field.number, field.wire) {
            case (1, 2): members.append(JSONMember("traceId", .string(hex(part))))
            case (2, 2): members.append(JSONMember("spanId", .string(hex(part))))
            case (3, 2): members.append(JSONMember("traceState", text(part)))
            case (5, 0): members.append(JSONMember("droppedAttributesCount", .number(field.value)))
            case (6, 5): members.append(JSONMember("flags", .number(field.value)))
            default: break
            }
        }
        let attributes = ProtobufAttributes.keyValues(bytes, field: 4)
        if !attributes.isEmpty { members.append(JSONMember("attributes", AttributeReader.otlpKeyValues(attributes))) }
        return .object(members)
    }

    private static func status(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var members: [JSONMember] = []
        var reader = ProtobufReader(bytes)
        while let field = try? reader.next() {
            if field.number == 2, field.wire == 2 {
                members.append(JSONMember("message", text(UnsafeRawBufferPointer(rebasing: bytes[field.range]))))
            } else if field.number == 3, field.wire == 0 {
                members.append(JSONMember("code", .number(field.value)))
            }
        }
        return .object(members)
    }

    private static func keyValue(_ bytes: UnsafeRawBufferPointer) -> JSONValue {
        var wrapped = ProtobufWriter()
        wrapped.bytes(field: 1, bytes)
        let pair = wrapped.bytes.withUnsafeBytes { ProtobufAttributes.keyValues($0, field: 1) }
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
