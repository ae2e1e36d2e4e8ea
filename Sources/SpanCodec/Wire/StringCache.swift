/// Strings made lately. Names, models, sessions and traces come again and again: a string that was made before is shared
/// and not made anew, which saves time here and memory in whoever keeps the spans.
struct StringCache: ~Copyable {
    private static let slotCount = 256
    private var slots = [String](repeating: "", count: Self.slotCount)

    /// The string of well-formed UTF-8; what is not well-formed is repaired.
    mutating func string(_ bytes: UnsafeRawBufferPointer) -> String {
        // Up to 15 bytes lie inside the string itself: nothing would be saved.
        guard bytes.count > 15, bytes.count <= 128 else { return String(decoding: bytes, as: UTF8.self) }
        let slot = Self.slot(of: bytes)
        if Self.holds(slots[slot], bytes) { return slots[slot] }
        let string = String(decoding: bytes, as: UTF8.self)
        slots[slot] = string
        return string
    }

    private static func holds(_ string: String, _ bytes: UnsafeRawBufferPointer) -> Bool {
        string.utf8.withContiguousStorageIfAvailable { letters in
            guard letters.count == bytes.count else { return false }
            let letters = UnsafeRawBufferPointer(letters)
            var at = 0
            while at + 8 <= bytes.count {
                guard
                    letters.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                        == bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                else { return false }
                at += 8
            }
            // The last word overlaps; there are more than eight bytes.
            return letters.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
                == bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        } ?? false
    }

    private static func slot(of bytes: UnsafeRawBufferPointer) -> Int {
        let count = bytes.count
        let last = bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        let first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        let hash = (first ^ UInt64(count)) &* 0x9E37_79B9_7F4A_7C15 ^ last
        return Int(truncatingIfNeeded: (hash &* 0xBF58_476D_1CE4_E5B9) >> 48) & (slotCount - 1)
    }
}
