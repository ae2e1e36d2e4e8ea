/// The first four bytes of an MD5 digest: all that an assignment needs of it (RFC 1321).
///
/// MD5 stands here for a stable spread, not for secrecy: the published SDKs use it, so every SDK must.
enum MD5Prefix {
    /// The first four bytes of the MD5 of `bytes`, read big-endian.
    static func value(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        var state = State()
        var rest = bytes[...]
        while rest.count >= 64 {
            state.absorb(UnsafeRawBufferPointer(rebasing: rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { tail in
            let length = rest.count
            let padded = length < 56 ? 64 : 128
            tail.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest))
            tail[length] = 0x80
            for index in (length + 1)..<(padded - 8) { tail[index] = 0 }
            let bits = UInt64(truncatingIfNeeded: bytes.count) &* 8
            tail.storeBytes(of: bits.littleEndian, toByteOffset: padded - 8, as: UInt64.self)
            state.absorb(UnsafeRawBufferPointer(rebasing: tail[0..<64]))
            if padded == 128 { state.absorb(UnsafeRawBufferPointer(rebasing: tail[64..<128])) }
            return state.a.byteSwapped
        }
    }

    /// The four words of MD5 between two blocks.
    struct State {
        var a: UInt32 = 0x6745_2301
        var b: UInt32 = 0xefcd_ab89
        var c: UInt32 = 0x98ba_dcfe
        var d: UInt32 = 0x1032_5476
    }
}

extension MD5Prefix.State {
    /// Mixes in one block of exactly 64 bytes. Written out step by step: a loop over tables takes twice the time.
    mutating func absorb(_ block: UnsafeRawBufferPointer) {
        func word(_ index: Int) -> UInt32 {
            UInt32(littleEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
        }
        var (a, b, c, d) = (self.a, self.b, self.c, self.d)
        step1(&a, b, c, d, word(0), 0xd76aa478, 7)
        step1(&d, a, b, c, word(1), 0xe8c7b756, 12)
        step1(&c, d, a, b, word(2), 0x242070db, 17)
        step1(&b, c, d, a, word(3), 0xc1bdceee, 22)
        step1(&a, b, c, d, word(4), 0xf57c0faf, 7)
        step1(&d, a, b, c, word(5), 0x4787c62a, 12)
        step1(&c, d, a, b, word(6), 0xa8304613, 17)
        step1(&b, c, d, a, word(7), 0xfd469501, 22)
        step1(&a, b, c, d, word(8), 0x698098d8, 7)
        step1(&d, a, b, c, word(9), 0x8b44f7af, 12)
        step1(&c, d, a, b, word(10), 0xffff5bb1, 17)
        step1(&b, c, d, a, word(11), 0x895cd7be, 22)
        step1(&a, b, c, d, word(12), 0x6b901122, 7)
        step1(&d, a, b, c, word(13), 0xfd987193, 12)
        step1(&c, d, a, b, word(14), 0xa679438e, 17)
        step1(&b, c, d, a, word(15), 0x49b40821, 22)
        step2(&a, b, c, d, word(1), 0xf61e2562, 5)
        step2(&d, a, b, c, word(6), 0xc040b340, 9)
        step2(&c, d, a, b, word(11), 0x265e5a51, 14)
        step2(&b, c, d, a, word(0), 0xe9b6c7aa, 20)
        step2(&a, b, c, d, word(5), 0xd62f105d, 5)
        step2(&d, a, b, c, word(10), 0x02441453, 9)
        step2(&c, d, a, b, word(15), 0xd8a1e681, 14)
        step2(&b, c, d, a, word(4), 0xe7d3fbc8, 20)
        step2(&a, b, c, d, word(9), 0x21e1cde6, 5)
        step2(&d, a, b, c, word(14), 0xc33707d6, 9)
        step2(&c, d, a, b, word(3), 0xf4d50d87, 14)
        step2(&b, c, d, a, word(8), 0x455a14ed, 20)
        step2(&a, b, c, d, word(13), 0xa9e3e905, 5)
        step2(&d, a, b, c, word(2), 0xfcefa3f8, 9)
        step2(&c, d, a, b, word(7), 0x676f02d9, 14)
        step2(&b, c, d, a, word(12), 0x8d2a4c8a, 20)
        step3(&a, b, c, d, word(5), 0xfffa3942, 4)
        step3(&d, a, b, c, word(8), 0x8771f681, 11)
        step3(&c, d, a, b, word(11), 0x6d9d6122, 16)
        step3(&b, c, d, a, word(14), 0xfde5380c, 23)
        step3(&a, b, c, d, word(1), 0xa4beea44, 4)
        step3(&d, a, b, c, word(4), 0x4bdecfa9, 11)
        step3(&c, d, a, b, word(7), 0xf6bb4b60, 16)
        step3(&b, c, d, a, word(10), 0xbebfbc70, 23)
        step3(&a, b, c, d, word(13), 0x289b7ec6, 4)
        step3(&d, a, b, c, word(0), 0xeaa127fa, 11)
        step3(&c, d, a, b, word(3), 0xd4ef3085, 16)
        step3(&b, c, d, a, word(6), 0x04881d05, 23)
        step3(&a, b, c, d, word(9), 0xd9d4d039, 4)
        step3(&d, a, b, c, word(12), 0xe6db99e5, 11)
        step3(&c, d, a, b, word(15), 0x1fa27cf8, 16)
        step3(&b, c, d, a, word(2), 0xc4ac5665, 23)
        step4(&a, b, c, d, word(0), 0xf4292244, 6)
        step4(&d, a, b, c, word(7), 0x432aff97, 10)
        step4(&c, d, a, b, word(14), 0xab9423a7, 15)
        step4(&b, c, d, a, word(5), 0xfc93a039, 21)
        step4(&a, b, c, d, word(12), 0x655b59c3, 6)
        step4(&d, a, b, c, word(3), 0x8f0ccc92, 10)
        step4(&c, d, a, b, word(10), 0xffeff47d, 15)
        step4(&b, c, d, a, word(1), 0x85845dd1, 21)
        step4(&a, b, c, d, word(8), 0x6fa87e4f, 6)
        step4(&d, a, b, c, word(15), 0xfe2ce6e0, 10)
        step4(&c, d, a, b, word(6), 0xa3014314, 15)
        step4(&b, c, d, a, word(13), 0x4e0811a1, 21)
        step4(&a, b, c, d, word(4), 0xf7537e82, 6)
        step4(&d, a, b, c, word(11), 0xbd3af235, 10)
        step4(&c, d, a, b, word(2), 0x2ad7d2bb, 15)
        step4(&b, c, d, a, word(9), 0xeb86d391, 21)
        self.a &+= a
        self.b &+= b
        self.c &+= c
        self.d &+= d
    }
}

@inline(__always)
private func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 {
    (value &<< count) | (value &>> (32 &- count))
}

@inline(__always)
private func step1(
    _ a: inout UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ word: UInt32, _ constant: UInt32, _ turn: UInt32
) {
    a = b &+ rotate((a &+ word &+ constant) &+ (d ^ (b & (c ^ d))), turn)
}

@inline(__always)
private func step2(
    _ a: inout UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ word: UInt32, _ constant: UInt32, _ turn: UInt32
) {
    // A sum in place of the exclusive or: no bit is set on both sides, and only one side waits for `b`.
    a = b &+ rotate(((a &+ word &+ constant) &+ (c & ~d)) &+ (b & d), turn)
}

@inline(__always)
private func step3(
    _ a: inout UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ word: UInt32, _ constant: UInt32, _ turn: UInt32
) {
    a = b &+ rotate((a &+ word &+ constant) &+ (b ^ (c ^ d)), turn)
}

@inline(__always)
private func step4(
    _ a: inout UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ word: UInt32, _ constant: UInt32, _ turn: UInt32
) {
    a = b &+ rotate((a &+ word &+ constant) &+ (c ^ (b | ~d)), turn)
}
