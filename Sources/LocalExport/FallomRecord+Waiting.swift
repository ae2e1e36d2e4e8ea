package import OrderedJSON
package import SpanCodec

extension FallomRecord: Waiting {
    /// The memory it takes, in bytes, about: its texts, what holds them, its place in a list that has grown by doubling,
    /// and what the allocator loses where large texts were let go between small ones.
    package var weight: Int {
        let texts = [name, model, errorMessage, parentSpanID, promptKey, promptABTestKey]
        let own = texts.reduce(2 * MemoryLayout<FallomRecord>.stride + 256) { $0 + ($1?.utf8.count ?? 0) }
        return own + tags.reduce(0) { $0 + $1.utf8.count } + metadata.weight + attributes.weight
    }

    /// Whether it is a start record.
    package var isStart: Bool { endTime == nil }

    /// The record without what was said in the call, and a note that this is so.
    package var withoutContent: FallomRecord? {
        let kept = attributes.filter { !ContentAttributes.isContent($0.name) && $0.name != "fallom.events" }
        guard kept.count < attributes.count else { return nil }
        var bare = self
        bare.attributes = kept + [JSONMember("fallom.content_given_up", .bool(true))]
        return bare
    }
}

extension [JSONMember] {
    fileprivate var weight: Int {
        reduce(0) { $0 + MemoryLayout<JSONMember>.stride + $1.name.heapBytes + $1.value.heapBytes }
    }
}

extension JSONValue {
    /// The memory that it refers to.
    package var heapBytes: Int {
        switch self {
        case .null, .bool: 0
        case .number(let number): number.text.heapBytes
        case .string(let text): text.heapBytes
        case .array(let elements):
            elements.reduce(32) { $0 + MemoryLayout<JSONValue>.stride + $1.heapBytes }
        case .object(let members): 32 + members.weight
        }
    }
}

extension String {
    /// Short strings are kept in place. Of long ones three quarters more were seen to stay resident than they hold: room
    /// that their growth left, and what the allocator does not give back between others.
    fileprivate var heapBytes: Int {
        let count = utf8.count
        return count > 15 ? count + count / 4 * 3 + 48 : 0
    }
}
