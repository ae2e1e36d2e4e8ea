/// The columns of a span that hold packed structures. An empty one is stored as NULL.
public enum PackedFields {
    /// Each text with its length, plus one, in front: so a list holds a zero byte only where a text does, and SQL can
    /// search it (``FilterSQL``).
    public static func pack(_ texts: [String]) -> [UInt8]? {
        guard !texts.isEmpty else { return nil }
        var packer = Packer()
        for text in texts {
            packer.add(count: text.utf8.count + 1)
            packer.add(bytes: text.utf8)
        }
        return packer.bytes
    }

    /// The texts of a packed list.
    public static func texts(_ bytes: [UInt8]?) -> [String] {
        guard let bytes else { return [] }
        var unpacker = Unpacker(bytes)
        var texts: [String] = []
        while let count = unpacker.count(), let text = unpacker.text(count: count - 1) { texts.append(text) }
        return texts
    }

    /// One byte says which of the six facts there are; then the resource's follow. What the span itself says is not
    /// written: it is what the span belongs to, always, since nothing comes before a span's own word (D4).
    public static func pack(_ identity: SpanIdentity) -> [UInt8]? {
        let facts = [identity.session, identity.customer, identity.config]
        var mask: UInt8 = 0
        for (index, fact) in facts.enumerated() {
            if fact.own != nil { mask |= 1 << UInt8(2 * index) }
            if fact.resource != nil { mask |= 2 << UInt8(2 * index) }
        }
        guard mask != 0 else { return nil }
        var packer = Packer()
        packer.add(byte: mask)
        for case let resource? in facts.map(\.resource) { packer.add(resource) }
        return packer.bytes
    }

    /// The identity of a span that belongs to that session, customer and config.
    public static func identity(
        _ bytes: [UInt8]?, session: String, customer: String?, config: String?
    ) -> SpanIdentity {
        guard let bytes else { return SpanIdentity() }
        var unpacker = Unpacker(bytes)
        let mask = unpacker.byte() ?? 0
        func fact(_ index: UInt8, _ effective: String?) -> SpanIdentity.Fact {
            SpanIdentity.Fact(
                own: mask & (1 << (2 * index)) != 0 ? effective : nil,
                resource: mask & (2 << (2 * index)) != 0 ? unpacker.text() : nil)
        }
        return SpanIdentity(session: fact(0, session), customer: fact(1, customer), config: fact(2, config))
    }

    /// A map; an empty one is none.
    public static func pack(_ map: AttributeMap) -> [UInt8]? {
        guard !map.isEmpty else { return nil }
        var packer = Packer()
        packer.add(map)
        return packer.bytes
    }

    /// A map of which it matters that it is there even when it is empty.
    public static func packWhole(_ map: AttributeMap) -> [UInt8] {
        var packer = Packer()
        packer.add(map)
        return packer.bytes
    }

    /// A packed map; none is an empty one.
    public static func map(_ bytes: [UInt8]?) -> AttributeMap {
        bytes.map(map) ?? AttributeMap()
    }

    /// A packed map.
    public static func map(_ bytes: [UInt8]) -> AttributeMap {
        var unpacker = Unpacker(bytes)
        return unpacker.map(depth: 0)
    }
}

extension Packer {
    fileprivate mutating func add(_ map: AttributeMap) {
        add(count: map.entries.count)
        for entry in map.entries {
            add(entry.name)
            add(entry.value)
        }
    }

    private mutating func add(_ value: AttributeValue) {
        switch value {
        case .null: add(byte: 0)
        case .string(let text):
            add(byte: 1)
            add(text)
        case .bool(let flag): add(byte: flag ? 3 : 2)
        case .int(let number):
            add(byte: 4)
            add(bits: UInt64(bitPattern: number))
        case .double(let number):
            add(byte: 5)
            add(bits: number.bitPattern)
        case .bytes(let bytes):
            add(byte: 6)
            add(blob: bytes)
        case .array(let values):
            add(byte: 7)
            add(count: values.count)
            for value in values { add(value) }
        case .map(let map):
            add(byte: 8)
            add(map)
        }
    }
}

extension Unpacker {
    /// Deeper than anything a decoder lets in, so that a damaged file cannot exhaust the stack.
    private static var deepest: Int { 512 }

    fileprivate mutating func map(depth: Int) -> AttributeMap {
        var map = AttributeMap()
        let count = count() ?? 0
        while map.entries.count < count, let name = text(), let value = value(depth: depth) {
            map.entries.append(AttributeMap.Entry(name, value))
        }
        return map
    }

    private mutating func value(depth: Int) -> AttributeValue? {
        guard depth < Unpacker.deepest, let tag = byte() else { return nil }
        switch tag {
        case 0: return .null
        case 1: return text().map { .string($0) }
        case 2: return .bool(false)
        case 3: return .bool(true)
        case 4: return bits().map { .int(Int64(bitPattern: $0)) }
        case 5: return bits().map { .double(Double(bitPattern: $0)) }
        case 6: return blob().map { .bytes($0) }
        case 7:
            var values: [AttributeValue] = []
            let count = count() ?? 0
            while values.count < count, let value = value(depth: depth + 1) { values.append(value) }
            return .array(values)
        case 8: return .map(map(depth: depth + 1))
        default: return nil
        }
    }
}
