/// A validating pull scanner over the bytes of one JSON text (RFC 8259).
///
/// The caller walks: ``beginObject()``, ``memberName()``, a value, ``nextMember()``, …; whatever it does not care for it
/// passes with ``skipValue()``. Every byte passed is validated, strings for UTF-8 and escapes too, but a string is
/// only unescaped when somebody asks its ``JSONText``. Nothing is allocated. Members come in document order, repeated
/// names as often as they stand there.
///
/// The bytes must outlive the scanner and every text it gave.
public struct JSONScanner {
    @usableFromInline let base: UnsafePointer<UInt8>
    @usableFromInline let end: Int
    @usableFromInline let maxDepth: Int
    @usableFromInline let allowsLoneSurrogates: Bool
    /// How many values ``value()`` builds at most, of which a byte or two makes one that takes many.
    private let maxValues: Int
    private var built = 0
    @usableFromInline var depth = 0
    /// Bytes passed so far. Setting it moves the scanner to a place where it has been before.
    public var position = 0

    /// What a value is, told by its first byte.
    public enum Kind: Hashable, Sendable {
        /// `{`
        case object
        /// `[`
        case array
        /// A quote.
        case string
        /// A digit or a minus sign.
        case number
        /// `true` or `false`
        case bool
        /// `null`
        case null
    }

    /// Starts at the first byte. `maxDepth` bounds how deep values may be nested; with `allowsLoneSurrogates` half a
    /// surrogate pair in an escape is read as U+FFFD instead of being an error (wire data has them). `maxValues` bounds how
    /// many values ``value()`` builds.
    public init(
        _ bytes: UnsafeRawBufferPointer, maxDepth: Int = 512, allowsLoneSurrogates: Bool = false, maxValues: Int = .max
    ) {
        // An empty buffer may have no address; any address will do, for nothing is read through it.
        let start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        self.base = start.assumingMemoryBound(to: UInt8.self)
        self.end = bytes.count
        self.maxDepth = maxDepth
        self.allowsLoneSurrogates = allowsLoneSurrogates
        self.maxValues = maxValues
    }

    /// Counts a value that is to be built.
    mutating func build() throws(JSONError) {
        guard built < maxValues else { throw error(.tooManyValues(limit: maxValues), at: position) }
        built += 1
    }

    /// The bytes from `start` to where the scanner stands now.
    @inlinable
    public func bytes(from start: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + start, count: position - start)
    }

    /// The bytes of a range of this text.
    @inlinable
    public func bytes(in range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= end, "the range lies outside the text")
        return UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }

    /// Whether the bytes are exactly one JSON number.
    public static func isNumber(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var scanner = JSONScanner(bytes)
        return (try? scanner.number()) != nil && scanner.position == bytes.count
    }

    /// An error at an offset of this text.
    @inline(never)
    public func error(_ reason: JSONError.Reason, at offset: Int) -> JSONError {
        JSONError(reason, at: offset, in: UnsafeRawBufferPointer(start: base, count: end))
    }

    @inline(never) @usableFromInline
    func unexpected() -> JSONError {
        position < end ? error(.unexpectedByte(base[position]), at: position) : error(.unexpectedEnd, at: end)
    }

    /// Passes spaces, tabs and line ends.
    @inline(__always) @inlinable
    public mutating func skipSpace() {
        while position < end {
            let byte = base[position]
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position += 1
        }
    }

    /// What the next value is; the value is not passed.
    @inlinable
    public mutating func peek() throws(JSONError) -> Kind {
        skipSpace()
        guard position < end else { throw unexpected() }
        switch base[position] {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw unexpected()
        }
    }

    /// Enters an object; `false` when it is empty, and then it is passed.
    @inlinable
    public mutating func beginObject() throws(JSONError) -> Bool {
        try begin(UInt8(ascii: "{"), closing: UInt8(ascii: "}"))
    }

    /// Enters an array; `false` when it is empty, and then it is passed.
    @inlinable
    public mutating func beginArray() throws(JSONError) -> Bool {
        try begin(UInt8(ascii: "["), closing: UInt8(ascii: "]"))
    }

    @inline(__always) @inlinable
    mutating func begin(_ opening: UInt8, closing: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard position < end, base[position] == opening else { throw unexpected() }
        guard depth < maxDepth else { throw error(.tooDeep(limit: maxDepth), at: position) }
        position += 1
        skipSpace()
        if position < end, base[position] == closing {
            position += 1
            return false
        }
        depth += 1
        return true
    }

    /// Passes a member's name and the colon.
    @inlinable
    public mutating func memberName() throws(JSONError) -> JSONText {
        let name = try string()
        skipSpace()
        guard position < end, base[position] == UInt8(ascii: ":") else { throw unexpected() }
        position += 1
        return name
    }

    /// After a member's value: `true` when another member follows, `false` when the object ends.
    @inlinable
    public mutating func nextMember() throws(JSONError) -> Bool {
        try next(closing: UInt8(ascii: "}"))
    }

    /// After an element: `true` when another element follows, `false` when the array ends.
    @inlinable
    public mutating func nextElement() throws(JSONError) -> Bool {
        try next(closing: UInt8(ascii: "]"))
    }

    @inline(__always) @inlinable
    mutating func next(closing: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard position < end else { throw unexpected() }
        if base[position] == UInt8(ascii: ",") {
            position += 1
            return true
        }
        guard base[position] == closing else { throw unexpected() }
        position += 1
        depth -= 1
        return false
    }

    /// Checks that nothing but white space is left.
    public mutating func finish() throws(JSONError) {
        skipSpace()
        guard position == end else { throw error(.trailingBytes, at: position) }
    }
}
