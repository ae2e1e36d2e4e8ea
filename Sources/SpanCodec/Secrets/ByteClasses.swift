/// Which letters a kind of key is written with.
enum KeyAlphabet: Sendable {
    /// `0-9A-Za-z`
    case alphanumeric
    /// `0-9A-Za-z_-`, as in URLs.
    case url
    /// `0-9a-fA-F`
    case hexadecimal
    /// `0-9A-Z`
    case capitals
    /// `0-9A-Za-z+/`
    case base64
    /// The letters of bearer tokens (RFC 6750): Base64 of both kinds and dots.
    case token

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        switch self {
        case .alphanumeric: byte.isAlphanumeric
        case .url: byte.isAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        case .hexadecimal: byte.isDigit || (byte | 0x20) &- UInt8(ascii: "a") < 6
        case .capitals: byte.isDigit || byte.isUpperCase
        case .base64: byte.isAlphanumeric || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        case .token:
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"),
                UInt8(ascii: "/"), UInt8(ascii: "="):
                true
            default: byte.isAlphanumeric
            }
        }
    }
}

extension UInt8 {
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isUpperCase: Bool { self &- UInt8(ascii: "A") < 26 }
    var isLowerCase: Bool { self &- UInt8(ascii: "a") < 26 }
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
    var isAlphanumeric: Bool { isDigit || isLetter }
    /// A blank or a line end.
    var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
    /// A single, double or back quote.
    var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "`") }
    /// The same letter in lower case.
    var lowered: UInt8 { isUpperCase ? self | 0x20 : self }
}
