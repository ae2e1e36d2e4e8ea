/// What must not stand raw in a JSON string that may be printed to a terminal.
enum JSONEscapes {
    /// Appends well-formed UTF-8, escaped where needed.
    static func append(_ text: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        guard let start = text.baseAddress else { return }
        let count = text.count
        var position = 0
        var copied = 0
        while position < count {
            if position + 8 <= count {
                let word = start.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                // DEL is the one character above space that is neither special here nor harmless.
                let hit = SWAR.special(word) | SWAR.equal(word, 0x7F7F_7F7F_7F7F_7F7F)
                if hit == 0 {
                    position += 8
                    continue
                }
            }
            let length = escape(text, at: position)
            guard length.taken > 0 else {
                position += length.passed
                continue
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[copied..<position]))
            write(text, at: position, taken: length.taken, to: &bytes)
            position += length.taken
            copied = position
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[copied..<count]))
    }

    /// How many bytes at `position` must be written as an escape (`taken`), else how many may be passed.
    private static func escape(_ text: UnsafeRawBufferPointer, at position: Int) -> (taken: Int, passed: Int) {
        let byte = text[position]
        switch byte {
        case 0..<0x20, 0x22, 0x5C, 0x7F:
            return (1, 0)
        case 0xC2 where position + 1 < text.count && text[position + 1] < 0xA0:
            return (2, 0)  // C1 controls
        case 0xE2 where position + 2 < text.count && isHarmful(text[position + 1], text[position + 2]):
            return (3, 0)
        default:
            return (0, 1)
        }
    }

    /// U+200E, U+200F, U+2028…U+202E, U+2066…U+2069: line separators and bidirectional controls.
    private static func isHarmful(_ second: UInt8, _ third: UInt8) -> Bool {
        switch (second, third) {
        case (0x80, 0x8E...0x8F), (0x80, 0xA8...0xAE), (0x81, 0xA6...0xA9): true
        default: false
        }
    }

    private static func write(_ text: UnsafeRawBufferPointer, at position: Int, taken: Int, to bytes: inout [UInt8]) {
        let byte = text[position]
        let unit: UInt16
        switch taken {
        case 2: unit = UInt16(byte & 0x1F) << 6 | UInt16(text[position + 1] & 0x3F)
        case 3:
            unit =
                UInt16(byte & 0x0F) << 12 | UInt16(text[position + 1] & 0x3F) << 6 | UInt16(text[position + 2] & 0x3F)
        default:
            if let letter = shortEscape(byte) {
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(letter)
                return
            }
            unit = UInt16(byte)
        }
        bytes.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(unit >> shift & 0xF)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static func shortEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x22, 0x5C: byte
        case 0x0A: UInt8(ascii: "n")
        case 0x0D: UInt8(ascii: "r")
        case 0x09: UInt8(ascii: "t")
        case 0x08: UInt8(ascii: "b")
        case 0x0C: UInt8(ascii: "f")
        default: nil
        }
    }
}
