import OrderedJSON

/// Reads what Python writes of a value where JSON was meant: `{'cache_read': 41000, 'ok': True}`, tuples,
/// `<FinishReason.STOP: 1>`, and the form of classes, `Usage(input_tokens=21, details=None)`, of which the named members
/// are read.
struct PythonLiteral: ~Copyable {
    private let text: UnsafeRawBufferPointer
    private var at = 0
    private var depth = 0

    /// How deep values may be nested.
    private static let maxDepth = 64

    /// What was met is none of the forms that are read.
    private struct Unreadable: Error {}

    /// The value of a text that is one literal through and through; `nil` for anything else.
    static func json(_ text: UnsafeRawBufferPointer) -> JSONValue? {
        var reader = PythonLiteral(text: text)
        guard let value = try? reader.value() else { return nil }
        reader.skipSpace()
        return reader.at == text.count ? value : nil
    }

    private init(text: UnsafeRawBufferPointer) { self.text = text }

    private var next: UInt8? { at < text.count ? text[at] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        at += 1
        return true
    }

    private mutating func value() throws(Unreadable) -> JSONValue {
        skipSpace()
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth, let first = next else { throw Unreadable() }
        switch first {
        case UInt8(ascii: "{"): return try dictionary()
        case UInt8(ascii: "["): return try sequence(until: UInt8(ascii: "]"))
        case UInt8(ascii: "("): return try sequence(until: UInt8(ascii: ")"))
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "<"): return try enumeration()
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): return try number()
        default: return try named()
        }
    }

    private mutating func dictionary() throws(Unreadable) -> JSONValue {
        at += 1
        var members: [JSONMember] = []
        while !take(UInt8(ascii: "}")) {
            let key = try value()
            guard take(UInt8(ascii: ":")) else { throw Unreadable() }
            members.append(JSONMember(key.string ?? key.compactText, try value()))
            guard take(UInt8(ascii: ",")) || next == UInt8(ascii: "}") else { throw Unreadable() }
        }
        return .object(members)
    }

    private mutating func sequence(until end: UInt8) throws(Unreadable) -> JSONValue {
        at += 1
        var elements: [JSONValue] = []
        while !take(end) {
            elements.append(try value())
            guard take(UInt8(ascii: ",")) || next == end else { throw Unreadable() }
        }
        return .array(elements)
    }

    private mutating func number() throws(Unreadable) -> JSONValue {
        let start = at
        while let byte = next, isWordByte(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { at += 1 }
        let digits = String(decoding: UnsafeRawBufferPointer(rebasing: text[start..<at]), as: UTF8.self)
        guard let number = JSONNumber(digits) else { throw Unreadable() }
        return .number(number)
    }

    private mutating func string() throws(Unreadable) -> String {
        let quote = text[at]
        at += 1
        var bytes: [UInt8] = []
        while let byte = next, byte != quote {
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            try escape(into: &bytes)
        }
        guard next == quote else { throw Unreadable() }
        at += 1
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(Unreadable) {
        guard let kind = next else { throw Unreadable() }
        at += 1
        switch kind {
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "x"): try scalar(digits: 2, into: &bytes)
        case UInt8(ascii: "u"): try scalar(digits: 4, into: &bytes)
        case UInt8(ascii: "U"): try scalar(digits: 8, into: &bytes)
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(kind)
        default: bytes += [UInt8(ascii: "\\"), kind]
        }
    }

    private mutating func scalar(digits count: Int, into bytes: inout [UInt8]) throws(Unreadable) {
        guard at + count <= text.count else { throw Unreadable() }
        let digits = String(decoding: UnsafeRawBufferPointer(rebasing: text[at..<at + count]), as: UTF8.self)
        guard let code = UInt32(digits, radix: 16) else { throw Unreadable() }
        at += count
        bytes += String(UnicodeScalar(code) ?? "\u{FFFD}").utf8
    }

    /// `<FinishReason.STOP: 1>` says `FinishReason.STOP`.
    private mutating func enumeration() throws(Unreadable) -> JSONValue {
        at += 1
        let name = word()
        guard !name.isEmpty, let end = text[at...].firstIndex(of: UInt8(ascii: ">")), end - at < 256 else {
            throw Unreadable()
        }
        at = end + 1
        return .string(name)
    }

    /// `True`, `None`, a dotted name, or the form of a class.
    private mutating func named() throws(Unreadable) -> JSONValue {
        let name = word()
        switch name {
        case "": throw Unreadable()
        case "True", "true": return .bool(true)
        case "False", "false": return .bool(false)
        case "None", "null", "nan", "inf": return .null
        default: break
        }
        guard next == UInt8(ascii: "(") else {
            guard name.utf8.contains(UInt8(ascii: ".")) else { throw Unreadable() }
            return .string(name)
        }
        return try form()
    }

    private mutating func form() throws(Unreadable) -> JSONValue {
        at += 1
        var members: [JSONMember] = []
        while !take(UInt8(ascii: ")")) {
            skipSpace()
            let start = at
            let name = word()
            if !name.isEmpty, next == UInt8(ascii: "=") {
                at += 1
                members.append(JSONMember(name, try value()))
            } else {
                at = start
                _ = try value()
            }
            guard take(UInt8(ascii: ",")) || next == UInt8(ascii: ")") else { throw Unreadable() }
        }
        guard !members.isEmpty else { throw Unreadable() }
        return .object(members)
    }

    private mutating func word() -> String {
        let start = at
        while let byte = next, isWordByte(byte) { at += 1 }
        return String(decoding: UnsafeRawBufferPointer(rebasing: text[start..<at]), as: UTF8.self)
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }
}
