/// Tells values that are secrets from words, placeholders and code.
enum SecretValue {
    /// Whether the value of a secret's name says nothing: empty, masked, a word of a schema, or a place to fill in.
    static func isHollow(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let first = value.first else { return true }
        if value.allSatisfy({ $0 == first }) && (first == SecretMask.star || first == UInt8(ascii: ".")) { return true }
        switch first {
        case UInt8(ascii: "<"): if value.last == UInt8(ascii: ">") { return true }
        case UInt8(ascii: "$"):
            if value.count > 1, value[1] == UInt8(ascii: "{") || value[1].isUpperCase { return true }
        case UInt8(ascii: "{"): if value.last == UInt8(ascii: "}") { return true }
        case 0xE2: if value.count == 3 { return true }  // An ellipsis and its like.
        default: break
        }
        guard value.count <= 16 else { return false }
        return schemaWords.contains(String(decoding: value.lazy.map(\.lowered), as: UTF8.self))
    }

    private static let schemaWords: Set<String> = [
        "string", "str", "text", "number", "integer", "boolean", "object", "required", "optional", "null", "none",
        "true",
        "false", "undefined", "yes", "no", "password", "secret", "token", "header", "query", "cookie", "bearer",
        "basic",
        "apikey", "api_key", "redacted", "[redacted]", "__redacted__", "[filtered]", "hidden", "unknown", "n/a", "auto",
    ]

    /// Whether the value of a name that says so is a secret.
    static func isSecret(_ value: UnsafeRawBufferPointer, _ secrecy: SecretName.Secrecy) -> Bool {
        switch secrecy {
        case .likely: looksLikeToken(value)
        case .certain: !isHollow(value) && !(value.count < 200 && isAboutIt(value))
        case .header: !isHollow(value)
        }
    }

    /// Whether a text of several words speaks of the secret instead of being it: "Enter your password".
    static func isAboutIt(_ value: UnsafeRawBufferPointer) -> Bool {
        guard value.contains(0x20) else { return false }
        let text = String(decoding: value.prefix(512).lazy.map(\.lowered), as: UTF8.self)
        return aboutWords.contains { text.contains($0) }
    }

    private static let aboutWords = ["password", "passwd", "your ", "token", "api key"]

    /// Whether a run of letters is random rather than made of words: letters and digits mixed in one piece of six or more,
    /// capitals and small letters mixed in one of sixteen, or a piece of twenty. Pieces end at `-`, `_`, `.` and the like.
    static func looksRandom(_ value: some Sequence<UInt8>) -> Bool {
        var piece = Piece()
        for byte in value {
            if byte.isAlphanumeric {
                piece.add(byte)
            } else {
                if piece.isRandom { return true }
                piece = Piece()
            }
        }
        return piece.isRandom
    }

    private struct Piece {
        var digits = 0
        var capitals = 0
        var small = 0

        mutating func add(_ byte: UInt8) {
            if byte.isDigit { digits += 1 } else if byte.isUpperCase { capitals += 1 } else { small += 1 }
        }

        var isRandom: Bool {
            let count = digits + capitals + small
            if count >= 6, digits > 0, digits < count { return true }
            if count >= 16, capitals > 2, small > 2 { return true }
            return count >= 20
        }
    }

    /// Whether an unquoted word after a secret's name is its value: it holds a digit or a sign that words do not have, and
    /// is no expression.
    static func looksChosen(_ value: UnsafeRawBufferPointer) -> Bool {
        guard value.count >= 6, !isHollow(value), !isExpression(value) else { return false }
        let digits = value.count { $0.isDigit }
        if digits == value.count { return value.count >= 8 }
        if looksRandom(value) { return true }
        return value.count >= 7 && digits > 0 || value.contains { "!@^".utf8.contains($0) }
    }

    /// Whether it reads like code: a call, an index, a variable's name with dots.
    private static func isExpression(_ value: UnsafeRawBufferPointer) -> Bool {
        if value.contains(where: { $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") }) {
            return true
        }
        // `secrets: @autoclosure () -> …`: an attribute of a type.
        if value.first == UInt8(ascii: "@"), value.dropFirst().allSatisfy(\.isLetter) { return true }
        guard let first = value.first, first.isLetter || first == UInt8(ascii: "$") || first == UInt8(ascii: "_") else {
            return false
        }
        // `config.token2`, `os.environ`: names between dots. A token of three parts (a JWT) has a rule of its own.
        return value.contains(UInt8(ascii: "."))
            && value.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2E || $0 == 0x5F }
            && value.count < 40
    }

    /// Whether code puts the value together from others: `kept-\(stamp)`, `kept-${stamp}`.
    private static func isInterpolated(_ value: UnsafeRawBufferPointer) -> Bool {
        zip(value, value.dropFirst()).contains { first, second in
            first == UInt8(ascii: "\\") && second == UInt8(ascii: "(")
                || first == UInt8(ascii: "$") && second == UInt8(ascii: "{")
        }
    }

    /// Whether the value of a name such as `token` is one, and no piece of a model's text.
    static func looksLikeToken(_ value: UnsafeRawBufferPointer) -> Bool {
        guard value.count >= 6, !isHollow(value), !value.contains(where: { $0.isSpace || $0 == UInt8(ascii: "<") }),
            value.first != UInt8(ascii: "/"), value.first != UInt8(ascii: "#"), !isInterpolated(value)
        else { return false }
        let letters = value.count { $0.isLetter }
        return letters > 0 && (letters < value.count || looksRandom(value))
    }
}

/// What stands in the place of a secret.
enum SecretMask {
    static let star = UInt8(ascii: "*")

    /// Masks a range by as many stars; `false` when there were nothing but stars before.
    @discardableResult
    static func cover(_ range: Range<Int>, in bytes: UnsafeMutableRawBufferPointer) -> Bool {
        var isNew = false
        for index in range where bytes[index] != star {
            bytes[index] = star
            isNew = true
        }
        return isNew
    }
}
