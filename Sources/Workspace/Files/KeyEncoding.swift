/// Keys as names of folders: percent-encoded, so that no key leaves its folder and no two keys meet on a file system that
/// ignores case (docs/files.md §1).
enum KeyEncoding {
    /// The folder name of a key: lower-case letters, digits, `-`, `_` and dots that are not first stay, every other byte
    /// of its UTF-8 becomes `%XX`. The empty key is a lone `%`.
    static func encode(_ key: String) -> String {
        if key.isEmpty { return "%" }
        var name: [UInt8] = []
        for byte in key.utf8 {
            let isDot = byte == UInt8(ascii: ".") && !name.isEmpty
            if isDot || isPlain(byte) {
                name.append(byte)
            } else {
                name += [UInt8(ascii: "%"), hexDigit(byte >> 4), hexDigit(byte & 15)]
            }
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// The key of a folder name, also of one that a person made without encoding; `nil` when it is no key: hidden, broken
    /// escapes, not UTF-8.
    static func decode(_ name: String) -> String? {
        if name == "%" { return "" }
        if name.isEmpty || name.hasPrefix(".") { return nil }
        return percentDecoded(Array(name.utf8))
    }

    /// Bytes with `%XX` resolved, as text.
    static func percentDecoded(_ bytes: [UInt8]) -> String? {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            guard index + 2 < bytes.count, let high = hexValue(bytes[index + 1]), let low = hexValue(bytes[index + 2])
            else { return nil }
            result.append(high << 4 | low)
            index += 3
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
