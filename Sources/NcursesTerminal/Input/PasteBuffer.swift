/// The bytes of a bracketed paste as they come.
struct PasteBuffer: Hashable {
    private static let end: [UInt8] = Array("\u{1B}[201~".utf8)

    private var bytes: [UInt8] = []
    /// How much of the end has come.
    private var matched = 0

    /// Whether an escape has come last.
    var isAtEscape: Bool { matched == 1 }
    /// Whether the last bytes may become the end.
    var isAtEnd: Bool { matched > 0 }

    /// Takes a byte; true when the paste has ended with it.
    mutating func take(_ byte: UInt8) -> Bool {
        if byte == Self.end[matched] {
            matched += 1
            return matched == Self.end.count
        }
        bytes += Self.end[..<matched]
        matched = byte == 0x1B ? 1 : 0
        if matched == 0 { bytes.append(byte) }
        return false
    }

    /// What was pasted. Terminals send a line break as CR.
    var text: String {
        var text = ""
        for character in String(decoding: bytes, as: UTF8.self) {
            text.append(character == "\r" || character == "\r\n" ? "\n" : character)
        }
        return text
    }
}
