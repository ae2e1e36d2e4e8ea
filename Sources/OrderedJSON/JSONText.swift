import CByteScan

/// A string of a JSON text that was validated but not yet unescaped: a range of the bytes that were scanned.
///
/// It points into the scanner's bytes and must not outlive them.
public struct JSONText {
    /// The bytes between the quotes, as written.
    public let raw: UnsafeRawBufferPointer
    /// Whether there is a backslash among them.
    public let hasEscapes: Bool

    /// Takes bytes that are known to be the inside of a valid JSON string, lone surrogates allowed.
    @inlinable
    public init(validated raw: UnsafeRawBufferPointer, hasEscapes: Bool) {
        self.raw = raw
        self.hasEscapes = hasEscapes
    }

    /// Whether nothing stands between the quotes.
    @inlinable public var isEmpty: Bool { raw.isEmpty }

    /// The string, unescaped; a lone surrogate becomes U+FFFD.
    public var string: String {
        guard hasEscapes else { return String(decoding: raw, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: raw.count) { unescape(into: UnsafeMutableRawBufferPointer($0)) }
    }

    /// Writes the unescaped UTF-8 to `target`, which must have room for `raw.count` bytes, and gives its length.
    public func unescape(into target: UnsafeMutableRawBufferPointer) -> Int {
        guard let from = raw.baseAddress, let into = target.baseAddress else { return 0 }
        precondition(target.count >= raw.count, "unescaping needs as many bytes as are written")
        var read = 0
        var written = 0
        let count = raw.count
        let bytes = into.assumingMemoryBound(to: UInt8.self)
        let letters = from.assumingMemoryBound(to: UInt8.self)
        while read < count {
            // Some bytes after a backslash may be copied with those before it: they are written over. There is room,
            // for what was written is never longer than what was read.
            let next = bytescan_copy_plain(bytes + written, letters, read, count)
            written += next - read
            read = next
            guard read + 1 < count else { break }
            read += unescapeOne(from: from + read, available: count - read, into: into, at: &written)
        }
        return written
    }

    /// Calls `body` with the unescaped bytes, which live as long as the call.
    @inlinable
    public func withUnescaped<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        guard hasEscapes else { return try body(raw) }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: raw.count, alignment: 1)
        defer { room.deallocate() }
        let length = unescape(into: room)
        return try body(UnsafeRawBufferPointer(rebasing: room[..<length]))
    }

    /// Whether the text, unescaped, is exactly that ASCII text.
    @inlinable
    public func equals(_ other: StaticString) -> Bool {
        if !hasEscapes { return raw.equals(other) }
        return withUnescaped { $0.equals(other) }
    }

    /// Writes what the escape at `from` stands for; gives how many bytes the escape takes.
    @inline(__always)
    private func unescapeOne(
        from: UnsafeRawPointer, available: Int, into: UnsafeMutableRawPointer, at written: inout Int
    ) -> Int {
        let letter = from.load(fromByteOffset: 1, as: UInt8.self)
        let plain: UInt8
        switch letter {
        case UInt8(ascii: "n"): plain = 0x0A
        case UInt8(ascii: "t"): plain = 0x09
        case UInt8(ascii: "r"): plain = 0x0D
        case UInt8(ascii: "b"): plain = 0x08
        case UInt8(ascii: "f"): plain = 0x0C
        case UInt8(ascii: "u"):
            let (scalar, length) = unicodeEscape(from, available: available)
            for byte in UTF8.encode(scalar).unsafelyUnwrapped {  // a scalar always has an encoding
                into.storeBytes(of: byte, toByteOffset: written, as: UInt8.self)
                written += 1
            }
            return length
        default: plain = letter
        }
        into.storeBytes(of: plain, toByteOffset: written, as: UInt8.self)
        written += 1
        return 2
    }

    private func unicodeEscape(_ from: UnsafeRawPointer, available: Int) -> (UnicodeScalar, Int) {
        let replacement: UnicodeScalar = "\u{FFFD}"
        guard available >= 6 else { return (replacement, available) }
        let first = hexUnit(from + 2)
        if let scalar = UnicodeScalar(first) { return (scalar, 6) }
        guard first < 0xDC00, available >= 12, from.load(fromByteOffset: 6, as: UInt8.self) == UInt8(ascii: "\\"),
            from.load(fromByteOffset: 7, as: UInt8.self) == UInt8(ascii: "u")
        else { return (replacement, 6) }
        let second = hexUnit(from + 8)
        guard second >= 0xDC00, second <= 0xDFFF else { return (replacement, 6) }
        return (UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement, 12)
    }

    private func hexUnit(_ from: UnsafeRawPointer) -> UInt32 {
        var unit: UInt32 = 0
        for index in 0..<4 {
            let byte = from.load(fromByteOffset: index, as: UInt8.self)
            unit = unit << 4 | UInt32(hexDigitValue(byte))
        }
        return unit
    }
}

/// The value of a hexadecimal digit; 255 for anything else.
@inlinable
func hexDigitValue(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
    default: 255
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are exactly that ASCII text.
    @inlinable
    public func equals(_ other: StaticString) -> Bool {
        guard count == other.utf8CodeUnitCount else { return false }
        return other.withUTF8Buffer { $0.elementsEqual(self) }
    }
}
