/// Why bytes are not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The text ends inside a value.
        case unexpectedEnd
        /// That byte cannot stand there.
        case unexpectedByte(UInt8)
        /// A backslash is followed by something that is not an escape.
        case invalidEscape
        /// A `\u` escape is half of a surrogate pair.
        case loneSurrogate
        /// A string holds a raw control character.
        case controlCharacter(UInt8)
        /// The bytes are not UTF-8.
        case invalidUTF8
        /// A number breaks the grammar (a leading zero, no digit after the point, …).
        case invalidNumber
        /// Values are nested deeper than the reader allows.
        case tooDeep(limit: Int)
        /// There are more values than the reader builds.
        case tooManyValues(limit: Int)
        /// Something stands after the value.
        case trailingBytes
        /// A value of another type was needed.
        case wrongType(expected: String)
    }

    /// What is wrong.
    public var reason: Reason
    /// Bytes before the offence.
    public var offset: Int
    /// The line of the offence, from 1.
    public var line: Int
    /// The column of the offence in bytes, from 1.
    public var column: Int

    /// Finds line and column of `offset` in the text.
    init(_ reason: Reason, at offset: Int, in bytes: UnsafeRawBufferPointer) {
        var line = 1
        var lineStart = 0
        for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        self.reason = reason
        self.offset = offset
        self.line = line
        self.column = offset - lineStart + 1
    }

    /// One sentence without a full stop: "line 1, column 7: a string holds a raw control character (0x0A)".
    public var description: String { "line \(line), column \(column): \(reason)" }
}

extension JSONError.Reason: CustomStringConvertible {
    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .unexpectedEnd: "the text ends inside a value"
        case .unexpectedByte(let byte): "unexpected \(Self.name(of: byte))"
        case .invalidEscape: "a backslash is not followed by an escape"
        case .loneSurrogate: "a \\u escape is half of a surrogate pair"
        case .controlCharacter(let byte): "a string holds a raw control character (\(Self.hex(byte)))"
        case .invalidUTF8: "the bytes are not UTF-8"
        case .invalidNumber: "a number is written in a way JSON does not allow"
        case .tooDeep(let limit): "values are nested more than \(limit) deep"
        case .tooManyValues(let limit): "there are more than \(limit) values"
        case .trailingBytes: "something follows the value"
        case .wrongType(let expected): "\(expected) is needed here"
        }
    }

    private static func name(of byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7F ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(hex(byte))"
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "0x" + (digits.utf8.count == 1 ? "0" : "") + digits
    }
}
