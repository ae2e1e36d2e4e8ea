import OrderedJSON
import TraceModel

/// Builds attribute values of what stands in the bytes, in every wire shape.
enum AttributeReader {
    /// How deep values may be nested; deeper ones become `null`. The bytes were bounded when they came.
    static let maxDepth = 200

    /// The value that a range of the bytes after `base` holds.
    static func value(_ wire: WireValue, base: UnsafeRawPointer) -> AttributeValue {
        let range = UnsafeRawBufferPointer(start: base + wire.start, count: wire.count)
        switch wire.kind {
        case .null: return .null
        case .text: return .string(String(decoding: range, as: UTF8.self))
        case .escapedText: return .string(JSONText(validated: range, hasEscapes: true).string)
        case .number: return number(JSONNumberText(raw: range, isWhole: wholeNumber(range) != nil))
        case .int: return .int(Int64(bitPattern: wire.bits))
        case .double: return .double(Double(bitPattern: wire.bits))
        case .bool: return .bool(wire.bits != 0)
        case .json: return json(range) ?? .null
        case .otlpJSON: return json(range).map(anyValue) ?? .null
        case .protobuf: return ProtobufAttributes.anyValue(range)
        }
    }

    private static func json(_ bytes: UnsafeRawBufferPointer) -> AttributeValue? {
        var scanner = JSONScanner(bytes, maxDepth: maxDepth, allowsLoneSurrogates: true)
        return try? read(&scanner)
    }

    /// Passes the next JSON value and builds it.
    private static func read(_ scanner: inout JSONScanner) throws(JSONError) -> AttributeValue {
        switch try scanner.peek() {
        case .string: return .string(try scanner.string().string)
        case .number: return number(try scanner.number())
        case .bool: return .bool(try scanner.bool())
        case .null:
            try scanner.null()
            return .null
        case .object:
            var map = AttributeMap()
            guard try scanner.beginObject() else { return .map(map) }
            map.entries.reserveCapacity(4)
            repeat {
                let name = try scanner.memberName().string
                map.entries.append(.init(name, try read(&scanner)))
            } while try scanner.nextMember()
            return .map(map)
        case .array:
            var elements: [AttributeValue] = []
            guard try scanner.beginArray() else { return .array([]) }
            repeat { elements.append(try read(&scanner)) } while try scanner.nextElement()
            return .array(elements)
        }
    }

    private static func number(_ text: JSONNumberText) -> AttributeValue {
        if text.isWhole, let whole = text.int64 { return .int(whole) }
        return .double(text.double)
    }

    /// A JSON value as an attribute value.
    static func value(_ json: JSONValue) -> AttributeValue {
        switch json {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let number): Int64(number.text).map(AttributeValue.int) ?? .double(number.double)
        case .string(let text): .string(text)
        case .array(let elements): .array(elements.map(value))
        case .object(let members): .map(AttributeMap(members.map { .init($0.name, value($0.value)) }))
        }
    }

    /// What an OTLP JSON `AnyValue` says, once it was read as plain JSON.
    static func anyValue(_ json: AttributeValue) -> AttributeValue {
        guard case .map(let members) = json, let member = members.entries.last(where: { $0.value != .null }) else {
            return .null
        }
        switch (ProtoNames.camelCase(member.name), member.value) {
        case ("stringValue", .string), ("boolValue", .bool), ("intValue", .int), ("doubleValue", .double):
            return member.value
        case ("intValue", .string(let digits)): return JSONNumber(digits).map(whole) ?? .null
        case ("intValue", .double(let number)):
            return Int64(exactly: number).map(AttributeValue.int) ?? .double(number)
        case ("doubleValue", .int(let number)): return .double(Double(number))
        case ("doubleValue", .string("NaN")): return .double(.nan)
        case ("doubleValue", .string("Infinity")): return .double(.infinity)
        case ("doubleValue", .string("-Infinity")): return .double(-.infinity)
        case ("doubleValue", .string(let digits)):
            return JSONNumber(digits).map { .double($0.double) } ?? .null
        case ("bytesValue", .string(let text)): return .bytes(Base64Text.decode(text) ?? [])
        case ("arrayValue", .map(let list)):
            guard case .array(let elements)? = list["values"] else { return .array([]) }
            return .array(elements.map(anyValue))
        case ("kvlistValue", .map(let list)): return .map(keyValues(list["values"] ?? .null))
        default: return .null
        }
    }

    private static func whole(_ number: JSONNumber) -> AttributeValue {
        number.int64.map(AttributeValue.int) ?? .double(number.double)
    }

    /// What an OTLP JSON list of `KeyValue` says, once it was read as plain JSON.
    static func keyValues(_ json: AttributeValue) -> AttributeMap {
        guard case .array(let pairs) = json else { return AttributeMap() }
        return AttributeMap(
            pairs.compactMap { pair in
                guard case .map(let members) = pair, case .string(let name)? = members["key"] else { return nil }
                return .init(name, anyValue(members["value"] ?? .null))
            })
    }

    /// An attribute value as plain JSON; bytes as Base64Text text.
    static func json(_ value: AttributeValue) -> JSONValue {
        switch value {
        case .null: .null
        case .string(let text): .string(text)
        case .bool(let flag): .bool(flag)
        case .int(let number): .number(number)
        case .double(let number): .number(number)
        case .bytes(let bytes): .string(Base64Text.encode(bytes))
        case .array(let elements): .array(elements.map(json))
        case .map(let map): .object(map.entries.map { JSONMember($0.name, json($0.value)) })
        }
    }

    /// An attribute value as an OTLP JSON `AnyValue`.
    static func otlpJSON(_ value: AttributeValue) -> JSONValue {
        func one(_ name: String, _ value: JSONValue) -> JSONValue { .object([JSONMember(name, value)]) }
        switch value {
        case .null: return .object([JSONMember]())
        case .string(let text): return one("stringValue", .string(text))
        case .bool(let flag): return one("boolValue", .bool(flag))
        case .int(let number): return one("intValue", .string(String(number)))
        case .double(let number):
            let word = number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
            return one("doubleValue", JSONNumber(number).map(JSONValue.number) ?? .string(word))
        case .bytes(let bytes): return one("bytesValue", .string(Base64Text.encode(bytes)))
        case .array(let elements): return one("arrayValue", one("values", .array(elements.map(otlpJSON))))
        case .map(let map): return one("kvlistValue", one("values", otlpKeyValues(map)))
        }
    }

    /// A map as an OTLP JSON list of `KeyValue`.
    static func otlpKeyValues(_ map: AttributeMap) -> JSONValue {
        .array(
            map.entries.map { entry in
                .object([JSONMember("key", .string(entry.name)), JSONMember("value", otlpJSON(entry.value))])
            })
    }
}
