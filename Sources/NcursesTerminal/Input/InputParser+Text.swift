internal import Cells

extension InputParser {
    mutating func takeTextStart(_ byte: UInt8, isAlt: Bool) {
        guard byte >= 0xC2, byte < 0xF5 else { return }
        begun = [byte]
        state = .text(isAlt: isAlt)
    }

    mutating func takeText(_ byte: UInt8, isAlt: Bool) {
        guard byte & 0xC0 == 0x80 else { return takeAnew(byte) }
        begun.append(byte)
        guard begun.count == (begun[0] >= 0xF0 ? 4 : begun[0] >= 0xE0 ? 3 : 2) else { return }
        state = .ground
        let text = String(decoding: begun, as: UTF8.self)
        if let character = text.first, text != "\u{FFFD}" { tell(Key(.character(character)), isAlt: isAlt) }
    }

    mutating func takePaste(_ byte: UInt8, isStalled: Bool) {
        if isStalled, byte == 0x03 {
            breakOffPaste(.control("c"))
        } else if paste.take(byte) {
            endPaste()
        } else if isStalled, !paste.isAtEnd {
            // It goes on after all.
            state = .paste(isStalled: false)
        }
    }

    private mutating func endPaste() {
        events.append(.paste(paste.text))
        paste = PasteBuffer()
        state = .ground
    }

    /// A paste whose end is lost must not take the keyboard away for good: Ctrl-C that comes alone, and after a long pause
    /// Ctrl-C and Escape, are keys.
    mutating func breakOffPaste(_ key: Key) {
        endPaste()
        events.append(.key(key))
    }
}
