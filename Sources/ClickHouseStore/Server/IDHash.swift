/// The hash by which traces and sessions are found, as the server computes it: `sipHash64(lower(id))`, SipHash-2-4 without a
/// key. Computed here it need not read thousands of texts to make numbers of them.
enum IDHash {
    /// That of an id; the letter case of ASCII does not count.
    static func of(_ id: String) -> UInt64 {
        var id = id
        return id.withUTF8 { bytes in
            var state = State()
            var at = 0
            while at + 8 <= bytes.count {
                state.take(word(bytes, at, 8))
                at += 8
            }
            state.take(word(bytes, at, bytes.count - at) | UInt64(truncatingIfNeeded: bytes.count) << 56)
            return state.end()
        }
    }

    /// Up to eight bytes from there as a number, the lowest first.
    private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ count: Int) -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<count {
            let byte = bytes[at + place]
            word |= UInt64((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) << UInt64(8 * place)
        }
        return word
    }

    private struct State {
        var (a, b): (UInt64, UInt64) = (0x736F_6D65_7073_6575, 0x646F_7261_6E64_6F6D)
        var (c, d): (UInt64, UInt64) = (0x6C79_6765_6E65_7261, 0x7465_6462_7974_6573)

        mutating func take(_ word: UInt64) {
            d ^= word
            round()
            round()
            a ^= word
        }

        mutating func end() -> UInt64 {
            c ^= 0xFF
            for _ in 0..<4 { round() }
            return a ^ b ^ c ^ d
        }

        private mutating func round() {
            a &+= b
            b = rotated(b, 13) ^ a
            a = rotated(a, 32)
            c &+= d
            d = rotated(d, 16) ^ c
            a &+= d
            d = rotated(d, 21) ^ a
            c &+= b
            b = rotated(b, 17) ^ c
            c = rotated(c, 32)
        }

        private func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
    }
}
