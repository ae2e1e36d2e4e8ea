/// The value of an attribute or a record's field as it stands in the bytes: a kind, and either the range or the bits.
///
/// Sixteen bytes, so that a span's values lie in one small table; nothing is unescaped or copied until it is needed.
struct WireValue {
    enum Kind: UInt8 {
        /// No value.
        case null
        /// UTF-8 text.
        case text
        /// The inside of a JSON string that holds escapes.
        case escapedText
        /// The digits of a JSON number.
        case number
        /// A whole number in ``bits``.
        case int
        /// A double in ``bits``.
        case double
        /// 0 or 1 in ``bits``.
        case bool
        /// A JSON array or object.
        case json
        /// An OTLP JSON `AnyValue` object that holds an array, a list of pairs or bytes.
        case otlpJSON
        /// A protobuf `AnyValue` message that holds an array, a list of pairs or bytes.
        case protobuf
    }

    /// How to read it.
    var kind: Kind
    /// The value itself, or start (upper half) and length (lower half) of its range.
    var bits: UInt64

    /// No value.
    static let null = WireValue(kind: .null, bits: 0)

    @inline(__always)
    init(kind: Kind, bits: UInt64) {
        self.kind = kind
        self.bits = bits
    }

    /// A value that is a range of the bytes. Bodies are far below 4 GB; what lies beyond is not read.
    @inline(__always)
    init(kind: Kind, start: Int, count: Int) {
        self.kind = kind
        self.bits = UInt64(truncatingIfNeeded: start) << 32 | UInt64(truncatingIfNeeded: count) & 0xFFFF_FFFF
    }

    /// Where its range starts.
    @inline(__always) var start: Int { Int(bits >> 32) }
    /// How many bytes its range has.
    @inline(__always) var count: Int { Int(bits & 0xFFFF_FFFF) }
}
