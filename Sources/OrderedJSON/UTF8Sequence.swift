/// The length of the well-formed UTF-8 sequence of more than one byte that starts at `position`; 0 when it is not
/// well-formed (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
@inlinable
func multibyteLength(_ base: UnsafePointer<UInt8>, at position: Int, end: Int) -> Int {
    let lead = base[position]
    let left = end - position
    @inline(__always)
    func follows(_ index: Int) -> Bool { base[position + index] & 0xC0 == 0x80 }
    switch lead {
    case 0xC2...0xDF:
        return left >= 2 && follows(1) ? 2 : 0
    case 0xE0...0xEF:
        guard left >= 3, follows(1), follows(2) else { return 0 }
        let second = base[position + 1]
        if lead == 0xE0 && second < 0xA0 { return 0 }
        if lead == 0xED && second > 0x9F { return 0 }
        return 3
    case 0xF0...0xF4:
        guard left >= 4, follows(1), follows(2), follows(3) else { return 0 }
        let second = base[position + 1]
        if lead == 0xF0 && second < 0x90 { return 0 }
        if lead == 0xF4 && second > 0x8F { return 0 }
        return 4
    default:
        return 0
    }
}

/// Whether the bytes are well-formed UTF-8.
public func isWellFormedUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let start = bytes.baseAddress else { return true }
    let base = start.assumingMemoryBound(to: UInt8.self)
    let end = bytes.count
    var position = 0
    while position < end {
        if position + 8 <= end,
            start.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
        {
            position += 8
        } else if base[position] < 0x80 {
            position += 1
        } else {
            let length = multibyteLength(base, at: position, end: end)
            guard length > 0 else { return false }
            position += length
        }
    }
    return true
}
