public import OrderedJSON

/// A variant's weight in percent as the config gives it.
///
/// A weight is a number, or text that is one (docs/assignment.md §2). What is malformed is kept: it matters only to sessions whose
/// walk reaches it.
public struct Weight: Hashable, Sendable {
    /// The number the walk adds; `nil` when the weight is malformed.
    public let percent: Double?
    /// What the record says; `nil` when it says nothing.
    public let written: JSONValue?

    /// Reads a weight.
    public init(_ written: JSONValue?) {
        self.written = written
        switch written {
        case .number(let number): self.percent = number.double
        case .bool(let flag): self.percent = flag ? 1 : 0
        case .string(let text): self.percent = Weight.number(in: text)
        default: self.percent = nil
        }
    }

    /// A weight of that many percent.
    public init(percent: Double) {
        self.init(JSONNumber(percent).map(JSONValue.number))
    }

    /// The decimal number that is all of `text` but the white space around it; `nil` for anything else, such as a
    /// percent sign, hexadecimal digits, `inf` or `1_0`, on which the published SDKs disagree.
    static func number(in text: String) -> Double? {
        let scalars = Array(text.unicodeScalars)
        let isSpace = { (scalar: Unicode.Scalar) in PythonSpace.contains(scalar) }
        guard let start = scalars.firstIndex(where: { !isSpace($0) }),
            let end = scalars.lastIndex(where: { !isSpace($0) })
        else { return nil }
        var literal = String(String.UnicodeScalarView(scalars[start...end]))
        guard isDecimal(Array(literal.utf8)) else { return nil }
        if literal.hasPrefix("+") { literal.removeFirst() }
        return Double(literal)
    }

    /// `[+-] digits [. digits] [e [+-] digits]`, with a digit on at least one side of the point.
    private static func isDecimal(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        func digits() -> Int {
            let run = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
            rest = rest.dropFirst(run.count)
            return run.count
        }
        func skip(_ either: UInt8, _ or: UInt8) -> Bool {
            guard let first = rest.first, first == either || first == or else { return false }
            rest = rest.dropFirst()
            return true
        }
        _ = skip(0x2B, 0x2D)
        let whole = digits()
        let fraction = skip(0x2E, 0x2E) ? digits() : 0
        guard whole + fraction > 0 else { return false }
        if skip(0x65, 0x45) {
            _ = skip(0x2B, 0x2D)
            guard digits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}

/// The characters that Python counts as white space (`str.isspace`): what it strips from numbers and what its `\s` is.
public enum PythonSpace {
    /// Whether that scalar is white space to Python.
    public static func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
