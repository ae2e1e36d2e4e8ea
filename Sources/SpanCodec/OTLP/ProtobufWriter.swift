/// Writes protobuf fields (the wire format's varint and length-delimited kinds).
struct ProtobufWriter {
    /// What was written so far.
    private(set) var bytes: [UInt8] = []

    /// Writes a varint field.
    mutating func varint(_ tag: ProtobufTag, _ value: UInt64) {
        raw(UInt64(tag.raw))
        raw(value)
    }

    /// Writes a length-delimited field.
    mutating func bytes(_ tag: ProtobufTag, _ value: some Collection<UInt8>) {
        raw(UInt64(tag.raw))
        raw(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes a field of four or eight bytes.
    mutating func fixed(_ tag: ProtobufTag, _ value: some FixedWidthInteger & UnsignedInteger) {
        raw(UInt64(tag.raw))
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func raw(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
