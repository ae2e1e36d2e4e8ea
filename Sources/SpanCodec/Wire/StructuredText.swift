import OrderedJSON

/// Reads text that holds a structure: JSON, JSON in quotes once more (MLflow), or what Python makes of it.
enum StructuredText {
    /// How deep the structure may be nested.
    static let maxDepth = 128

    /// The list, the object or the quoted text; `nil` when the text is none.
    static func json(_ text: UnsafeRawBufferPointer) -> JSONValue? {
        guard let first = text.first(where: { $0 > 0x20 }) else { return nil }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if let json = parsed(text) { return json }
            return PythonLiteral.json(text)
        case UInt8(ascii: "\""):
            guard let inner = parsed(text)?.string else { return nil }
            var again = inner
            let structure: JSONValue? = again.withUTF8 { bytes in
                bytes.first == UInt8(ascii: "\"") ? nil : Self.json(UnsafeRawBufferPointer(bytes))
            }
            return structure ?? .string(inner)
        case UInt8(ascii: "("), UInt8(ascii: "<"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
            // A class of Python ends in a bracket; prose mostly does not.
            guard let last = text.last(where: { $0 > 0x20 }), last == UInt8(ascii: ")") || last == UInt8(ascii: ">")
            else { return nil }
            return PythonLiteral.json(text)
        default: return nil
        }
    }

    /// The same of a string, but lists and objects only.
    static func structure(_ text: String) -> JSONValue? {
        var text = text
        let json: JSONValue? = text.withUTF8 { Self.json(UnsafeRawBufferPointer($0)) }
        return json?.string == nil ? json : nil
    }

    private static func parsed(_ text: UnsafeRawBufferPointer) -> JSONValue? {
        try? JSONValue(parsing: text, maxDepth: maxDepth, allowsLoneSurrogates: true)
    }
}

extension JSONValue {
    /// A whole number that is not negative, as a number or as text (D-wire).
    var count: Int? {
        let whole =
            switch self {
            case .number(let number): number.int64
            case .string(let text): JSONNumber(text)?.int64
            default: nil as Int64?
            }
        return whole.flatMap { $0 >= 0 ? Int(exactly: $0) : nil }
    }

    /// A finite number, as a number or as text.
    var figure: Double? {
        let figure =
            switch self {
            case .number(let number): number.double
            case .string(let text): JSONNumber(text)?.double
            default: nil as Double?
            }
        return figure.flatMap { $0.isFinite ? $0 : nil }
    }

    /// The first of the members that is there and not `null`.
    func first(_ names: String...) -> JSONValue? {
        for name in names {
            if let value = self[name], !value.isNull { return value }
        }
        return nil
    }

    /// The first of the members that is text and not empty.
    func firstText(_ names: String...) -> String? {
        for name in names {
            if let text = self[name]?.string, !text.isEmpty { return text }
        }
        return nil
    }
}
