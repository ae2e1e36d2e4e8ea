import CByteScan

extension JSONScanner {
    /// Passes a string and gives its bytes.
    public mutating func string() throws(JSONError) -> JSONText {
        skipSpace()
        guard position < end, base[position] == UInt8(ascii: "\"") else { throw unexpected() }
        let start = position + 1
        let at = bytescan_special(base, start, end)
        guard at < end, base[at] == UInt8(ascii: "\"") else { return try longString(start, at) }
        position = at + 1
        return JSONText(validated: UnsafeRawBufferPointer(start: base + start, count: at - start), hasEscapes: false)
    }

    /// Goes on with a string in which something other than plain ASCII stands at `first`.
    @inline(never)
    private mutating func longString(_ start: Int, _ first: Int) throws(JSONError) -> JSONText {
        var at = first
        var hasEscapes = false
        while true {
            guard at < end else { throw error(.unexpectedEnd, at: end) }
            let byte = base[at]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                at = try passEscape(at)
            } else if byte >= 0x80 {
                let length = multibyteLength(base, at: at, end: end)
                guard length > 0 else { throw error(.invalidUTF8, at: at) }
                at += length
            } else if byte < 0x20 {
                throw error(.controlCharacter(byte), at: at)
            } else {
                at += 1
            }
            at = bytescan_special(base, at, end)
        }
        position = at + 1
        return JSONText(
            validated: UnsafeRawBufferPointer(start: base + start, count: at - start), hasEscapes: hasEscapes)
    }

    /// Checks the escape at `start` and gives the position after it.
    @inline(__always) @inlinable
    func passEscape(_ start: Int) throws(JSONError) -> Int {
        guard start + 1 < end else { throw error(.unexpectedEnd, at: end) }
        let letter = base[start + 1]
        // Three of four escapes are these: JSON inside JSON.
        if letter == UInt8(ascii: "\"") || letter == UInt8(ascii: "\\") { return start + 2 }
        switch letter {
        case UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            return try passUnicodeEscape(start)
        default:
            throw error(.invalidEscape, at: start)
        }
    }

    @usableFromInline
    func passUnicodeEscape(_ start: Int) throws(JSONError) -> Int {
        let unit = try escapedUnit(start)
        guard unit >= 0xD800, unit <= 0xDFFF, !allowsLoneSurrogates else { return start + 6 }
        guard unit < 0xDC00, start + 7 < end, base[start + 6] == UInt8(ascii: "\\"),
            base[start + 7] == UInt8(ascii: "u")
        else { throw error(.loneSurrogate, at: start) }
        let second = try escapedUnit(start + 6)
        guard second >= 0xDC00, second <= 0xDFFF else { throw error(.loneSurrogate, at: start) }
        return start + 12
    }

    private func escapedUnit(_ start: Int) throws(JSONError) -> UInt32 {
        guard start + 5 < end else { throw error(.unexpectedEnd, at: end) }
        var unit: UInt32 = 0
        for index in 2..<6 {
            let digit = hexDigitValue(base[start + index])
            guard digit < 16 else { throw error(.invalidEscape, at: start) }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// Passes a number and gives its digits.
    @inlinable
    public mutating func number() throws(JSONError) -> JSONNumberText {
        skipSpace()
        let start = position
        var at = start
        if at < end, base[at] == UInt8(ascii: "-") { at += 1 }
        guard at < end else { throw error(.unexpectedEnd, at: end) }
        guard isDigit(at) else { throw at == start ? unexpected() : error(.invalidNumber, at: start) }
        if base[at] == UInt8(ascii: "0") {
            at += 1
            guard !isDigit(at) else { throw error(.invalidNumber, at: start) }
        } else {
            passDigits(&at)
        }
        var isWhole = true
        if at < end, base[at] == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            guard isDigit(at) else { throw error(.invalidNumber, at: start) }
            passDigits(&at)
        }
        if at < end, base[at] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            at += 1
            if at < end, base[at] == UInt8(ascii: "+") || base[at] == UInt8(ascii: "-") { at += 1 }
            guard isDigit(at) else { throw error(.invalidNumber, at: start) }
            passDigits(&at)
        }
        position = at
        return JSONNumberText(raw: UnsafeRawBufferPointer(start: base + start, count: at - start), isWhole: isWhole)
    }

    @inline(__always) @inlinable
    func isDigit(_ at: Int) -> Bool { at < end && base[at] &- UInt8(ascii: "0") < 10 }

    @inline(__always) @inlinable
    func passDigits(_ at: inout Int) {
        while isDigit(at) { at += 1 }
    }

    /// Passes `true` or `false`.
    @inlinable
    public mutating func bool() throws(JSONError) -> Bool {
        skipSpace()
        if position < end, base[position] == UInt8(ascii: "t") {
            try pass("true")
            return true
        }
        try pass("false")
        return false
    }

    /// Passes `null`.
    @inlinable
    public mutating func null() throws(JSONError) {
        skipSpace()
        try pass("null")
    }

    @inlinable
    mutating func pass(_ word: StaticString) throws(JSONError) {
        let letters = word.utf8Start
        for index in 0..<word.utf8CodeUnitCount {
            guard position + index < end else { throw error(.unexpectedEnd, at: end) }
            guard base[position + index] == letters[index] else {
                throw error(.unexpectedByte(base[position + index]), at: position + index)
            }
        }
        position += word.utf8CodeUnitCount
    }

    /// Passes the next value, whatever it is, and validates it.
    public mutating func skipValue() throws(JSONError) {
        switch try peek() {
        case .string: _ = try string()
        case .number: _ = try number()
        case .bool: _ = try bool()
        case .null: try null()
        case .object:
            guard try beginObject() else { return }
            repeat {
                _ = try memberName()
                try skipValue()
            } while try nextMember()
        case .array:
            guard try beginArray() else { return }
            repeat { try skipValue() } while try nextElement()
        }
    }
}

/// The digits of a number in a JSON text; points into the scanner's bytes.
public struct JSONNumberText {
    /// The number as written.
    public let raw: UnsafeRawBufferPointer
    /// Whether it is written without a fraction and an exponent.
    public let isWhole: Bool

    /// Takes a number that is known to be valid.
    @inlinable
    public init(raw: UnsafeRawBufferPointer, isWhole: Bool) {
        self.raw = raw
        self.isWhole = isWhole
    }

    /// The whole number, if it is one in range, however it is written (`2`, `2.0`, `2e0`).
    public var int64: Int64? {
        isWhole ? wholeNumber(raw) : exactInteger(raw)
    }

    /// The nearest double; infinite when out of range.
    public var double: Double {
        if isWhole, raw.count < 16, let whole = wholeNumber(raw) { return Double(whole) }
        return Double(String(decoding: raw, as: UTF8.self)) ?? .nan
    }

    /// The number as text.
    public var text: String { String(decoding: raw, as: UTF8.self) }
}

/// Reads a JSON number that is whole, however it is written (`1785000001000000000`, `2.0`, `1.785000001e18`), digit by
/// digit: a double would lose the last ones. `nil` for a fraction, and when out of range.
public func exactInteger(_ raw: UnsafeRawBufferPointer) -> Int64? {
    var digits: [UInt8] = []
    var point = 0
    var at = 0
    let isNegative = raw.first == UInt8(ascii: "-")
    if isNegative { at = 1 }
    var isFraction = false
    while at < raw.count, raw[at] | 0x20 != UInt8(ascii: "e") {
        if raw[at] == UInt8(ascii: ".") {
            isFraction = true
        } else {
            guard digits.count < 64, raw[at] &- UInt8(ascii: "0") < 10 else { return nil }
            digits.append(raw[at])
            if isFraction { point += 1 }
        }
        at += 1
    }
    guard !digits.isEmpty else { return nil }
    var exponent: Int64 = 0
    if at < raw.count {
        at += at + 1 < raw.count && raw[at + 1] == UInt8(ascii: "+") ? 2 : 1
        guard let value = wholeNumber(UnsafeRawBufferPointer(rebasing: raw[at...])) else { return nil }
        exponent = value
    }
    while digits.count > 1, digits.last == UInt8(ascii: "0") {
        digits.removeLast()
        point -= 1
    }
    guard exponent > -1000, exponent < 1000 else { return digits == [UInt8(ascii: "0")] ? 0 : nil }
    let zeros = Int(exponent) - point
    if digits.allSatisfy({ $0 == UInt8(ascii: "0") }) { return 0 }
    guard zeros >= 0, zeros < 20 else { return nil }
    digits += Array(repeating: UInt8(ascii: "0"), count: zeros)
    if isNegative { digits.insert(UInt8(ascii: "-"), at: 0) }
    return digits.withUnsafeBytes { wholeNumber($0) }
}

/// Reads decimal digits with an optional minus sign; `nil` for anything else and when out of range.
public func wholeNumber(_ raw: UnsafeRawBufferPointer) -> Int64? {
    var index = 0
    let isNegative = raw.first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    guard index < raw.count else { return nil }
    var value: Int64 = 0
    while index < raw.count {
        let digit = raw[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflowed) =
            isNegative
            ? product.subtractingReportingOverflow(Int64(digit)) : product.addingReportingOverflow(Int64(digit))
        guard !overflow, !overflowed else { return nil }
        value = sum
        index += 1
    }
    return value
}
