/// Trace and span ids on the wire.
enum Identifiers {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Bytes as lower-case hexadecimal digits; `nil` when the length is wrong or all are zero.
    static func hex(_ bytes: UnsafeRawBufferPointer, length: Int) -> String? {
        guard bytes.count == length, bytes.contains(where: { $0 != 0 }) else { return nil }
        return String(unsafeUninitializedCapacity: length * 2) { letters in
            digits.withUnsafeBufferPointer { digits in
                for (index, byte) in bytes.enumerated() {
                    letters[index * 2] = digits[Int(byte >> 4)]
                    letters[index * 2 + 1] = digits[Int(byte & 15)]
                }
            }
            return length * 2
        }
    }

    /// An id as JSON has it: hexadecimal digits of any case, lower-cased, or the Base64Text of protobuf's own JSON writers.
    /// `nil` when it is neither, too short or long, or all zero.
    static func hexText(_ text: UnsafeRawBufferPointer, length: Int) -> String? {
        if text.count == base64Count(of: length), let bytes = Base64Text.decode(String(decoding: text, as: UTF8.self)) {
            return bytes.withUnsafeBytes { hex($0, length: length) }
        }
        guard text.count == length * 2, text.contains(where: { $0 != UInt8(ascii: "0") }) else { return nil }
        for byte in text {
            guard byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6 else { return nil }
        }
        return opaque(text)
    }

    /// How many letters the Base64Text of so many bytes has, padding included.
    static func base64Count(of length: Int) -> Int { (length + 2) / 3 * 4 }

    /// Whether no ASCII letter is upper case.
    static func isLowerCase(_ text: UnsafeRawBufferPointer) -> Bool {
        for byte in text where byte &- UInt8(ascii: "A") < 26 { return false }
        return true
    }

    /// Any id, its ASCII letters lower-cased (D2); `nil` when it is empty.
    static func opaque(_ text: UnsafeRawBufferPointer) -> String? {
        guard !text.isEmpty else { return nil }
        guard text.contains(where: { $0 &- UInt8(ascii: "A") < 26 }) else {
            return String(decoding: text, as: UTF8.self)
        }
        let lowered = text.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
        return String(decoding: lowered, as: UTF8.self)
    }

    /// A parent's id: `nil` when it is empty or all zeros.
    static func parent(_ text: UnsafeRawBufferPointer) -> String? {
        text.contains { $0 != UInt8(ascii: "0") } ? opaque(text) : nil
    }
}

extension UInt64 {
    /// Sixteen hexadecimal digits.
    package var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
