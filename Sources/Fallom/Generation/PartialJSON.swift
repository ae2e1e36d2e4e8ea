import OrderedJSON

/// The beginning of a JSON text, read as it comes: what is open counts as closed, what is half is left out. Every byte is
/// looked at once, and what was read before is not touched again.
struct PartialJSON {
    /// What can be read so far; `nil` when nothing can.
    private(set) var value: JSONValue?

    /// What comes next.
    private enum Place {
        /// A value; after `[` its end may stand in its place.
        case value(orEnd: Bool)
        /// A member's name; after `{` its end may stand in its place.
        case name(orEnd: Bool)
        case colon
        /// A comma, or the end of what is open.
        case separator
        case string
        case escape
        case unicode
        case number
        case literal
        /// Nothing more: the text is whole, or is none.
        case end
    }

    private static let depthLimit = 512
    /// A number that is longer is shown when it is whole.
    private static let longestGrowingNumber = 1024

    private var place = Place.value(orEnd: false)
    /// Whether what is open is an object, from the outside in.
    private var open: [Bool] = []
    /// The name of the member whose value comes next, or that is being read.
    private var name = ""
    private var isName = false
    /// Bytes of a number, a literal or an escape.
    private var token: [UInt8] = []
    /// The number under way as it stands in the value already.
    private var shown: String?
    /// The first half of a character that is written as two escapes.
    private var highSurrogate: UInt32?
    private var hasChanged = false

    init() {}

    /// Takes more of the text; whether more can be read now.
    mutating func take(_ text: String) -> Bool {
        hasChanged = false
        var text = text
        text.withUTF8 { bytes in
            var index = 0
            while index < bytes.count {
                if case .string = place {
                    index = takeString(bytes, from: index)
                } else {
                    take(bytes[index])
                    index += 1
                }
            }
        }
        if case .number = place, token.count <= Self.longestGrowingNumber { showNumber() }
        return hasChanged
    }

    private mutating func take(_ byte: UInt8) {
        switch place {
        case .string, .end: break
        case .escape: takeEscape(byte)
        case .unicode: takeUnicode(byte)
        case .literal: takeLiteral(byte)
        case .number: takeNumber(byte)
        case .value, .name, .colon, .separator:
            guard ![0x20, 0x09, 0x0A, 0x0D].contains(byte) else { return }
            takeStructure(byte)
        }
    }

    private mutating func takeStructure(_ byte: UInt8) {
        switch (place, byte) {
        case (.value(orEnd: true), UInt8(ascii: "]")), (.name(orEnd: true), UInt8(ascii: "}")): close(byte)
        case (.value, _): begin(byte)
        case (.name, UInt8(ascii: "\"")):
            name = ""
            isName = true
            place = .string
        case (.colon, UInt8(ascii: ":")): place = .value(orEnd: false)
        case (.separator, UInt8(ascii: ",")):
            place = open.last == true ? .name(orEnd: false) : .value(orEnd: false)
        case (.separator, UInt8(ascii: "]")), (.separator, UInt8(ascii: "}")): close(byte)
        default: place = .end
        }
    }

    private mutating func close(_ byte: UInt8) {
        guard open.popLast() == (byte == UInt8(ascii: "}")) else { return place = .end }
        endValue()
    }

    private mutating func endValue() { place = open.isEmpty ? .end : .separator }

    private mutating func begin(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard open.count < Self.depthLimit else { return place = .end }
            let isObject = byte == UInt8(ascii: "{")
            add(isObject ? .object([]) : .array([]))
            open.append(isObject)
            place = isObject ? .name(orEnd: true) : .value(orEnd: true)
        case UInt8(ascii: "\""):
            add(.string(""))
            isName = false
            place = .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            token = [byte]
            shown = nil
            place = .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            token = [byte]
            place = .literal
        default: place = .end
        }
    }
}

// MARK: - Strings

extension PartialJSON {
    /// Takes what stands in a string up to its end, an escape or the end of what came; the place behind it.
    private mutating func takeString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] >= 0x20, bytes[index] != UInt8(ascii: "\""),
            bytes[index] != UInt8(ascii: "\\")
        {
            index += 1
        }
        if index > start {
            endSurrogate()
            append(String(decoding: bytes[start..<index], as: UTF8.self))
        }
        guard index < bytes.count else { return index }
        switch bytes[index] {
        case UInt8(ascii: "\\"): place = .escape
        case UInt8(ascii: "\""):
            endSurrogate()
            if isName { place = .colon } else { endValue() }
        default: place = .end
        }
        return index + 1
    }

    private mutating func takeEscape(_ byte: UInt8) {
        guard byte != UInt8(ascii: "u") else {
            token = []
            place = .unicode
            return
        }
        let meant: String
        switch byte {
        case UInt8(ascii: "n"): meant = "\n"
        case UInt8(ascii: "t"): meant = "\t"
        case UInt8(ascii: "r"): meant = "\r"
        case UInt8(ascii: "b"): meant = "\u{8}"
        case UInt8(ascii: "f"): meant = "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): meant = String(Unicode.Scalar(byte))
        default: return place = .end
        }
        endSurrogate()
        append(meant)
        place = .string
    }

    private mutating func takeUnicode(_ byte: UInt8) {
        token.append(byte)
        guard token.count == 4 else { return }
        guard token.allSatisfy(Self.isHex), let unit = UInt32(String(decoding: token, as: UTF8.self), radix: 16) else {
            return place = .end
        }
        place = .string
        if let high = highSurrogate, (0xDC00...0xDFFF).contains(unit) {
            highSurrogate = nil
            append(Self.text(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00)))
            return
        }
        endSurrogate()
        // What it is the half of may follow.
        if (0xD800...0xDBFF).contains(unit) { highSurrogate = unit } else { append(Self.text(unit)) }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func text(_ scalar: UInt32) -> String {
        Unicode.Scalar(scalar).map { String($0) } ?? "\u{FFFD}"
    }

    /// A half without its other half stands for no character.
    private mutating func endSurrogate() {
        guard highSurrogate != nil else { return }
        highSurrogate = nil
        append("\u{FFFD}")
    }

    private mutating func append(_ more: String) {
        guard !isName else { return name += more }
        change { leaf in
            guard case .string(var text) = leaf else { return }
            // Held once only, it grows in its place.
            leaf = .null
            text += more
            leaf = .string(text)
        }
    }
}

// MARK: - Numbers and literals

extension PartialJSON {
    private static let literals: [(text: [UInt8], value: JSONValue)] = [
        (Array("true".utf8), true), (Array("false".utf8), false), (Array("null".utf8), .null),
    ]

    private mutating func takeLiteral(_ byte: UInt8) {
        token.append(byte)
        guard let literal = Self.literals.first(where: { $0.text.starts(with: token) }) else { return place = .end }
        guard literal.text.count == token.count else { return }
        add(literal.value)
        endValue()
    }

    private mutating func takeNumber(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"):
            token.append(byte)
        default:
            showNumber()
            guard JSONNumber(String(decoding: token, as: UTF8.self)) != nil else { return place = .end }
            endValue()
            take(byte)
        }
    }

    /// Shows as much of the number as is one.
    private mutating func showNumber() {
        var text = String(decoding: token, as: UTF8.self)
        // `12.`, `12e` and `12e-` are 12.
        for _ in 0..<3 where JSONNumber(text) == nil && !text.isEmpty { text.removeLast() }
        guard let number = JSONNumber(text), text != shown else { return }
        defer { shown = text }
        guard shown != nil else { return add(.number(number)) }
        change { leaf in leaf = .number(number) }
    }
}

// MARK: - The value

extension PartialJSON {
    /// Adds a value to the innermost of what is open.
    private mutating func add(_ new: JSONValue) {
        hasChanged = true
        guard !open.isEmpty else { return value = new }
        let name = name
        value?.withLast(open.count - 1) { container in
            if case .array(var elements) = container {
                container = .null
                elements.append(new)
                container = .array(elements)
            } else if case .object(var members) = container {
                container = .null
                members.append(JSONMember(name, new))
                container = .object(members)
            }
        }
    }

    /// Changes the value that is being read.
    private mutating func change(_ change: (inout JSONValue) -> Void) {
        hasChanged = true
        value?.withLast(open.count, change)
    }
}

extension JSONValue {
    /// Changes, in its place, the last value of the last value … so many levels down. Not by `switch`: that holds what it looks
    /// at, and every change would copy it.
    fileprivate mutating func withLast(_ depth: Int, _ change: (inout JSONValue) -> Void) {
        guard depth > 0 else { return change(&self) }
        if case .array(var elements) = self, !elements.isEmpty {
            self = .null
            elements[elements.count - 1].withLast(depth - 1, change)
            self = .array(elements)
        } else if case .object(var members) = self, !members.isEmpty {
            self = .null
            members[members.count - 1].value.withLast(depth - 1, change)
            self = .object(members)
        }
    }
}
