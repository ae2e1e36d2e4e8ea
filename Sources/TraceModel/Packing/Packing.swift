/// Writes small structures into bytes: lists of texts, identities, metadata. The layout is part of the file format.
public struct Packer {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []

    /// Begins with nothing.
    public init() {}

    /// One byte.
    public mutating func add(byte: UInt8) { bytes.append(byte) }

    /// LEB128: seven bits a byte, lowest first.
    public mutating func add(count: Int) {
        var rest = UInt64(bitPattern: Int64(count))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Text with its number of bytes in front.
    public mutating func add(_ text: String) {
        add(count: text.utf8.count)
        add(bytes: text.utf8)
    }

    /// Bytes as they are.
    public mutating func add(bytes more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Bytes with their number in front.
    public mutating func add(blob: [UInt8]) {
        add(count: blob.count)
        bytes.append(contentsOf: blob)
    }

    /// A word of 64 bits, lowest byte first.
    public mutating func add(bits: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
}

/// Reads what ``Packer`` wrote. Bytes that do not fit (a damaged file) give empty values, never a trap.
public struct Unpacker {
    private let bytes: [UInt8]
    private var at = 0

    /// Reads from the beginning.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// How many bytes are left.
    public var rest: Int { bytes.count - at }

    /// The next byte.
    public mutating func byte() -> UInt8? {
        guard at < bytes.count else { return nil }
        defer { at += 1 }
        return bytes[at]
    }

    /// A count; one that cannot be (more than what is left could hold) is none.
    public mutating func count() -> Int? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = byte() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(exactly: value) }
        }
        return nil
    }

    /// Bytes with their number in front.
    public mutating func blob() -> [UInt8]? {
        guard let count = count(), count <= rest else { return nil }
        defer { at += count }
        return Array(bytes[at..<(at + count)])
    }

    /// Text with its number of bytes in front.
    public mutating func text() -> String? {
        count().flatMap { text(count: $0) }
    }

    /// Text of so many bytes.
    public mutating func text(count: Int) -> String? {
        guard count >= 0, count <= rest else { return nil }
        defer { at += count }
        return String(decoding: bytes[at..<(at + count)], as: UTF8.self)
    }

    /// A word of 64 bits.
    public mutating func bits() -> UInt64? {
        guard rest >= 8 else { return nil }
        defer { at += 8 }
        return (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << UInt64(8 * $1) }
    }
}
