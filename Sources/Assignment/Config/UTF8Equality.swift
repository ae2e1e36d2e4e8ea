extension String {
    /// Whether both have the same UTF-8. `==` on strings is canonical equivalence, which no other SDK uses (docs/assignment.md §1).
    @inline(__always)
    func hasSameUTF8(as other: String) -> Bool {
        let (left, right) = (utf8, other.utf8)
        guard left.count == right.count else { return false }
        return left.withContiguousStorageIfAvailable { l in
            right.withContiguousStorageIfAvailable { r in
                equalBytes(UnsafeRawBufferPointer(l), UnsafeRawBufferPointer(r), count: l.count)
            } ?? l.elementsEqual(right)
        } ?? left.elementsEqual(right)
    }

    /// Whether the UTF-8 of `prefix` stands at the start.
    func hasUTF8Prefix(_ prefix: String) -> Bool {
        utf8.starts(with: prefix.utf8)
    }

    /// Whether the UTF-8 of `suffix` stands at the end.
    func hasUTF8Suffix(_ suffix: String) -> Bool {
        let (whole, end) = (utf8, suffix.utf8)
        guard end.count <= whole.count else { return false }
        return whole.dropFirst(whole.count - end.count).elementsEqual(end)
    }

    /// Whether the UTF-8 of `part` stands anywhere; the empty text stands everywhere.
    func containsUTF8(_ part: String) -> Bool {
        let needle = Array(part.utf8)
        guard let first = needle.first else { return true }
        var hay = utf8[...]
        while hay.count >= needle.count, let at = hay.firstIndex(of: first) {
            hay = hay[at...]
            if hay.starts(with: needle) { return true }
            hay = hay.dropFirst()
        }
        return false
    }

    /// Whether this comes before `other` by UTF-8 bytes.
    func precedesByUTF8(_ other: String) -> Bool {
        utf8.lexicographicallyPrecedes(other.utf8)
    }
}

/// Compares `count` bytes, eight or four at a time; what is left over is read again together with bytes before it.
@inline(__always)
func equalBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, count: Int) -> Bool {
    @inline(__always) func differ<Word: BinaryInteger & BitwiseCopyable>(_ type: Word.Type, at index: Int) -> Bool {
        left.loadUnaligned(fromByteOffset: index, as: type) != right.loadUnaligned(fromByteOffset: index, as: type)
    }
    if count >= 8 {
        var index = 0
        while index < count &- 8 {
            if differ(UInt64.self, at: index) { return false }
            index &+= 8
        }
        return !differ(UInt64.self, at: count &- 8)
    }
    if count >= 4 { return !differ(UInt32.self, at: 0) && !differ(UInt32.self, at: count &- 4) }
    for index in 0..<count where left[index] != right[index] { return false }
    return true
}
