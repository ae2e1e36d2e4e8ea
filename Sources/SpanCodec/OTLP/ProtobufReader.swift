import TraceModel

/// Reads protobuf's wire format over bytes that are not copied.
///
/// We do not use a generated model: it would make an object of every attribute of every span, and re-encode a span to
/// keep it. Here a span is a range of the received bytes: what is kept is exactly what came, unknown fields included,
/// and only what is looked at is read.
struct ProtobufReader {
    private let base: UnsafeRawPointer
    /// Where the reader stands, relative to the request's bytes.
    private(set) var position: Int
    private let end: Int

    /// One field: its number and kind, and either its number value or the range of its bytes.
    struct Field {
        let tag: ProtobufTag
        let value: UInt64
        let start: Int
        let count: Int

        /// The range of a length-delimited field.
        @inline(__always) var range: Range<Int> { start..<start + count }
    }

    /// What is wrong with the bytes.
    struct Fault: Error {
        var reason: StaticString
        var offset: Int
    }

    /// Reads the bytes of `range`, which are relative to `base`.
    init(base: UnsafeRawPointer, range: Range<Int>) {
        self.base = base
        self.position = range.lowerBound
        self.end = range.upperBound
    }

    /// Reads all of some bytes.
    init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; nothing is read through this one.
        self.init(base: bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped, range: 0..<bytes.count)
    }

    /// The next field; `nil` at the end.
    @inline(__always)
    mutating func next() throws(Fault) -> Field? {
        guard position < end else { return nil }
        let fieldStart = position
        let tag = try varint()
        guard tag >> 3 > 0, tag <= UInt64(UInt32.max) else {
            throw Fault(reason: "a field number is out of range", offset: fieldStart)
        }
        let found = ProtobufTag(raw: UInt32(tag))
        switch UInt8(tag & 7) {
        case 0:
            return Field(tag: found, value: try varint(), start: fieldStart, count: 0)
        case 1:
            guard end - position >= 8 else { throw Fault(reason: "the message ends inside a field", offset: position) }
            let value = UInt64(littleEndian: (base + position).loadUnaligned(as: UInt64.self))
            position += 8
            return Field(tag: found, value: value, start: fieldStart, count: 0)
        case 2:
            let count = try varint()
            guard count <= UInt64(end - position) else {
                throw Fault(reason: "a field is longer than its message", offset: fieldStart)
            }
            let start = position
            position += Int(count)
            return Field(tag: found, value: 0, start: start, count: Int(count))
        case 5:
            guard end - position >= 4 else { throw Fault(reason: "the message ends inside a field", offset: position) }
            let value = UInt32(littleEndian: (base + position).loadUnaligned(as: UInt32.self))
            position += 4
            return Field(tag: found, value: UInt64(value), start: fieldStart, count: 0)
        default:
            throw Fault(reason: "a field has an unknown wire type", offset: fieldStart)
        }
    }

    @inline(__always)
    private mutating func varint() throws(Fault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        let start = position
        while position < end {
            let byte = base.load(fromByteOffset: position, as: UInt8.self)
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 64 else { throw Fault(reason: "a number has more than ten bytes", offset: start) }
        }
        throw Fault(reason: "the message ends inside a number", offset: start)
    }
}

/// Attribute values of OTLP protobuf messages.
enum ProtobufAttributes {
    /// An `AnyValue` as a wire value: scalars at once, anything else as its range.
    static func wireValue(
        _ range: Range<Int>, base: UnsafeRawPointer
    ) throws(ProtobufReader.Fault) -> WireValue {
        var reader = ProtobufReader(base: base, range: range)
        var value = WireValue.null
        while let field = try reader.next() {
            switch field.tag {
            case OTLPField.AnyValue.string: value = WireValue(kind: .text, start: field.start, count: field.count)
            case OTLPField.AnyValue.bool: value = WireValue(kind: .bool, bits: field.value == 0 ? 0 : 1)
            case OTLPField.AnyValue.int: value = WireValue(kind: .int, bits: field.value)
            case OTLPField.AnyValue.double: value = WireValue(kind: .double, bits: field.value)
            case OTLPField.AnyValue.array, OTLPField.AnyValue.keyValues, OTLPField.AnyValue.bytes:
                value = WireValue(kind: .protobuf, start: range.lowerBound, count: range.count)
            default: break
            }
        }
        return value
    }

    /// A `KeyValue`'s key and value.
    @inline(__always)
    static func keyValue(
        _ range: Range<Int>, base: UnsafeRawPointer
    ) throws(ProtobufReader.Fault) -> (name: UnsafeRawBufferPointer, value: WireValue) {
        var reader = ProtobufReader(base: base, range: range)
        var name = UnsafeRawBufferPointer(start: base + range.lowerBound, count: 0)
        var value = WireValue.null
        while let field = try reader.next() {
            if field.tag == OTLPField.KeyValue.key {
                name = UnsafeRawBufferPointer(start: base + field.start, count: field.count)
            } else if field.tag == OTLPField.KeyValue.value {
                value = try wireValue(field.range, base: base)
            }
        }
        return (name, value)
    }

    /// So many values are built of a message: two bytes make one, and it takes many.
    private static let mostValues = 1_000_000

    /// The value of an `AnyValue` message.
    static func anyValue(_ bytes: UnsafeRawBufferPointer) -> AttributeValue {
        var room = mostValues
        return anyValue(bytes, 0, &room)
    }

    /// The `KeyValue` messages that stand in a field of a message, in order.
    static func keyValues(_ bytes: UnsafeRawBufferPointer, _ tag: ProtobufTag) -> AttributeMap {
        var room = mostValues
        return keyValues(bytes, tag, 0, &room)
    }

    private static func anyValue(_ bytes: UnsafeRawBufferPointer, _ depth: Int, _ room: inout Int) -> AttributeValue {
        guard depth < AttributeReader.maxDepth else { return .null }
        var reader = ProtobufReader(bytes)
        var value = AttributeValue.null
        // A fault cannot be reported from here; what was read before it stands.
        while let field = try? reader.next() {
            switch field.tag {
            case OTLPField.AnyValue.string: value = .string(String(decoding: bytes[field.range], as: UTF8.self))
            case OTLPField.AnyValue.bool: value = .bool(field.value != 0)
            case OTLPField.AnyValue.int: value = .int(Int64(bitPattern: field.value))
            case OTLPField.AnyValue.double: value = .double(Double(bitPattern: field.value))
            case OTLPField.AnyValue.array:
                value = .array(elements(UnsafeRawBufferPointer(rebasing: bytes[field.range]), depth, &room))
            case OTLPField.AnyValue.keyValues:
                let pairs = UnsafeRawBufferPointer(rebasing: bytes[field.range])
                value = .map(keyValues(pairs, OTLPField.List.values, depth, &room))
            case OTLPField.AnyValue.bytes: value = .bytes(Array(bytes[field.range]))
            default: break
            }
        }
        return value
    }

    private static func elements(
        _ bytes: UnsafeRawBufferPointer, _ depth: Int, _ room: inout Int
    ) -> [AttributeValue] {
        var reader = ProtobufReader(bytes)
        var elements: [AttributeValue] = []
        while room > 0, let field = try? reader.next() {
            guard field.tag == OTLPField.List.values else { continue }
            room -= 1
            elements.append(anyValue(UnsafeRawBufferPointer(rebasing: bytes[field.range]), depth + 1, &room))
        }
        return elements
    }

    private static func keyValues(
        _ bytes: UnsafeRawBufferPointer, _ tag: ProtobufTag, _ depth: Int, _ room: inout Int
    ) -> AttributeMap {
        var reader = ProtobufReader(bytes)
        var map = AttributeMap()
        while room > 0, let field = try? reader.next() {
            guard field.tag == tag else { continue }
            room -= 1
            map.entries.append(entry(UnsafeRawBufferPointer(rebasing: bytes[field.range]), depth, &room))
        }
        return map
    }

    private static func entry(
        _ bytes: UnsafeRawBufferPointer, _ depth: Int, _ room: inout Int
    ) -> AttributeMap.Entry {
        var reader = ProtobufReader(bytes)
        var entry = AttributeMap.Entry("", .null)
        while let field = try? reader.next() {
            if field.tag == OTLPField.KeyValue.key {
                entry.name = String(decoding: bytes[field.range], as: UTF8.self)
            } else if field.tag == OTLPField.KeyValue.value {
                entry.value = anyValue(UnsafeRawBufferPointer(rebasing: bytes[field.range]), depth + 1, &room)
            }
        }
        return entry
    }
}
