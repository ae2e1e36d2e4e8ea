/// A text known by its length and a hash, so that nothing of it need be kept.
struct TextPrint: Hashable, Sendable {
    var hash: UInt64
    var count: Int

    init(hash: UInt64, count: Int) {
        self.hash = hash
        self.count = count
    }

    init(_ bytes: some Sequence<UInt8>) {
        var (hash, count) = (UInt64(0), 0)
        for byte in bytes {
            hash = hash &* PrintedText.base &+ UInt64(byte) &+ 1
            count += 1
        }
        self.init(hash: hash, count: count)
    }
}

/// A text of which the print of any stretch is known at once: a polynomial in each byte, modulo 2⁶⁴.
struct PrintedText: Sendable {
    static let base: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// The hash of the first n bytes, for each n.
    private let hashes: [UInt64]

    init(_ text: String) {
        hashes = Array(unsafeUninitializedCapacity: text.utf8.count + 1) { buffer, count in
            var hash: UInt64 = 0
            buffer[0] = 0
            count = 1
            for byte in text.utf8 {
                hash = hash &* Self.base &+ UInt64(byte) &+ 1
                buffer[count] = hash
                count += 1
            }
        }
    }

    /// Bytes.
    var count: Int { hashes.count - 1 }

    /// The print of the whole.
    var whole: TextPrint { TextPrint(hash: hashes[count], count: count) }

    /// The print of `length` bytes from `start`; they must lie inside.
    func print(from start: Int, length: Int) -> TextPrint {
        TextPrint(hash: hashes[start + length] &- hashes[start] &* Self.power(length), count: length)
    }

    /// Where the hash of the next `length` bytes is one that `mayKnow` lets pass.
    func places(ofLength length: Int, where mayKnow: (UInt64) -> Bool) -> [Int] {
        guard count >= length else { return [] }
        let power = Self.power(length)
        var places: [Int] = []
        for start in 0...count - length where mayKnow(hashes[start + length] &- hashes[start] &* power) {
            places.append(start)
        }
        return places
    }

    private static func power(_ exponent: Int) -> UInt64 {
        var (result, square, rest) = (UInt64(1), base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result &* square }
            square = square &* square
            rest >>= 1
        }
        return result
    }
}
