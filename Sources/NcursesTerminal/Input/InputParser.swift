internal import Cells

/// Turns the bytes of a terminal into events. A value: bytes go in, events come out, what is incomplete stays inside.
///
/// Read are UTF-8, the terminal's own key sequences (terminfo), the usual ones of xterm, rxvt and the Linux console with
/// modifiers, the keys of `CSI u`, SGR and X10 mouse reports, bracketed paste, and focus. Answers and sequences
/// unknown are swallowed whole, so that none of their bytes is taken for a key.
struct InputParser {
    /// Sequences of this terminal, without the modes' own.
    var sequences: [[UInt8]: Key]
    /// What the Backspace key sends, from the terminal's settings; 0x7F always counts.
    var erase: UInt8

    private var pending: [UInt8] = []
    private var paste: [UInt8]?
    private var events: [InputEvent] = []

    init(sequences: [[UInt8]: Key] = [:], erase: UInt8 = 0x7F) {
        self.sequences = sequences
        self.erase = erase
    }

    /// Whether bytes wait for more: an escape alone is the Escape key only when nothing follows.
    var isWaiting: Bool { !pending.isEmpty }

    /// Takes bytes and returns what they say.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        pending += bytes
        var start = 0
        while start < pending.count {
            let used = step(pending[start...])
            if used == 0 { break }
            start += used
        }
        pending.removeFirst(start)
        return take()
    }

    /// Nothing more came for a while: what waits is taken as it stands.
    mutating func settle() -> [InputEvent] {
        guard paste == nil, let first = pending.first else { return take() }
        let rest = Array(pending.dropFirst())
        pending = []
        if first == 0x1B, rest.isEmpty {
            events.append(.key(.escape))
        } else if first == 0x1B, rest == [0x1B] {
            events += [.key(.escape), .key(.escape)]
        } else if first == 0x1B, rest.count == 1, rest[0] < 0x80 {
            var key = InputParser.key(ofControl: rest[0], erase: erase)
            key.modifiers.insert(.alt)
            events.append(.key(key))
        }
        // Anything else is half of a sequence or of a character: noise.
        return take()
    }

    private mutating func take() -> [InputEvent] {
        defer { events = [] }
        return events
    }

    /// Reads one thing; 0 where it is not complete.
    private mutating func step(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first else { return 0 }
        if paste != nil { return stepPaste(bytes) }
        if first == 0x1B { return stepEscape(bytes) }
        if first < 0x80 {
            events.append(.key(InputParser.key(ofControl: first, erase: erase)))
            return 1
        }
        return stepUTF8(bytes, modifiers: [])
    }

    private mutating func stepUTF8(_ bytes: ArraySlice<UInt8>, modifiers: Key.Modifiers) -> Int {
        guard let first = bytes.first else { return 0 }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5 else { return 1 }
        let tail = bytes.dropFirst().prefix(length - 1)
        if let bad = tail.firstIndex(where: { $0 & 0xC0 != 0x80 }) { return bad - bytes.startIndex }
        guard tail.count == length - 1 else { return 0 }
        let text = String(decoding: bytes.prefix(length), as: UTF8.self)
        if let character = text.first, text != "\u{FFFD}" { events.append(.key(Key(.character(character), modifiers))) }
        return length
    }

    // MARK: - Paste

    private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

    private mutating func stepPaste(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let escape = bytes.firstIndex(of: 0x1B) else {
            paste?.append(contentsOf: bytes)
            return bytes.count
        }
        if escape > bytes.startIndex {
            paste?.append(contentsOf: bytes[..<escape])
            return escape - bytes.startIndex
        }
        if bytes.starts(with: InputParser.pasteEnd) {
            let text = String(decoding: paste ?? [], as: UTF8.self)
            paste = nil
            events.append(.paste(InputParser.withLineFeeds(text)))
            return InputParser.pasteEnd.count
        }
        if InputParser.pasteEnd.starts(with: bytes) { return 0 }
        paste?.append(0x1B)
        return 1
    }

    /// Terminals send a pasted line break as CR.
    private static func withLineFeeds(_ text: String) -> String {
        var result = ""
        for character in text { result.append(character == "\r" || character == "\r\n" ? "\n" : character) }
        return result
    }

    // MARK: - Escape sequences

    private mutating func stepEscape(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let second = bytes.dropFirst().first else { return 0 }
        if let (key, length) = known(bytes) {
            events.append(.key(key))
            return length
        }
        let rest = bytes.dropFirst()
        switch second {
        case 0x5B: return stepCSI(bytes)
        case 0x4F: return stepSS3(bytes)
        case 0x5D, 0x50, 0x58, 0x5E, 0x5F: return stepString(bytes)
        case 0x1B: return stepDoubleEscape(bytes)
        default: break
        }
        if second >= 0x80 {
            let used = stepUTF8(rest, modifiers: .alt)
            return used == 0 ? 0 : used + 1
        }
        var key = InputParser.key(ofControl: second, erase: erase)
        key.modifiers.insert(.alt)
        events.append(.key(key))
        return 2
    }

    /// A sequence of the terminal's own table; the longest that fits.
    private func known(_ bytes: ArraySlice<UInt8>) -> (Key, Int)? {
        for length in stride(from: min(8, bytes.count), through: 2, by: -1) {
            if let key = sequences[Array(bytes.prefix(length))] { return (key, length) }
        }
        return nil
    }

    /// Escape twice: the first is the key, unless what follows is a key's sequence, which rxvt sends for Alt and that key.
    private mutating func stepDoubleEscape(_ bytes: ArraySlice<UInt8>) -> Int {
        guard bytes.count > 2 else { return 0 }
        let before = events.count
        let used = stepEscape(bytes.dropFirst())
        if used == 0 { return 0 }
        if case .key(var key)? = events.last, events.count == before + 1, used > 2, key.code != .escape {
            key.modifiers.insert(.alt)
            events[before] = .key(key)
        } else {
            events.insert(.key(.escape), at: before)
        }
        return used + 1
    }

    /// Strings the terminal sends in answer (OSC, DCS, SOS, PM, APC): swallowed up to their end.
    private mutating func stepString(_ bytes: ArraySlice<UInt8>) -> Int {
        var index = bytes.startIndex + 2
        while index < bytes.endIndex {
            if bytes[index] == 0x07 { return index + 1 - bytes.startIndex }
            if bytes[index] == 0x1B {
                guard index + 1 < bytes.endIndex else { return 0 }
                return index - bytes.startIndex + (bytes[index + 1] == 0x5C ? 2 : 0)
            }
            index += 1
        }
        // Alt and one of ] P X ^ _ as a key looks like the start of a string until nothing follows.
        return 0
    }

    private mutating func stepSS3(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let final = bytes.dropFirst(2).first else { return 0 }
        if let code = InputParser.code(final: final) { events.append(.key(Key(code))) }
        return 3
    }

    private mutating func stepCSI(_ bytes: ArraySlice<UInt8>) -> Int {
        let body = bytes.dropFirst(2)
        if body.first == 0x4D { return stepX10Mouse(bytes) }
        if body.first == 0x5B {
            // The Linux console: CSI [ A … E are F1–F5.
            guard let letter = body.dropFirst().first else { return 0 }
            if (0x41...0x45).contains(letter) { events.append(.key(Key(.function(Int(letter) - 0x40)))) }
            return 4
        }
        guard let end = body.firstIndex(where: { $0 < 0x20 || $0 >= 0x40 }) else { return body.count > 64 ? 2 : 0 }
        let length = end + 1 - bytes.startIndex
        // A control character breaks the sequence off and is read for itself.
        guard bytes[end] >= 0x40 else { return length - 1 }
        let sequence = ControlSequence(parameters: body[..<end], final: bytes[end])
        if sequence.isPasteStart {
            paste = []
        } else if let event = sequence.event(erase: erase) {
            events.append(event)
        }
        return length
    }

    /// A report of terminals without SGR mouse: three bytes, each 32 more than its value.
    private mutating func stepX10Mouse(_ bytes: ArraySlice<UInt8>) -> Int {
        let values = bytes.dropFirst(3).prefix(3).map { Int($0) - 32 }
        guard values.count == 3 else { return 0 }
        let isRelease = values[0] & 3 == 3 && values[0] < 64
        if let event = MouseReport.event(button: values[0], x: values[1], y: values[2], isRelease: isRelease) {
            events.append(.mouse(event))
        }
        return 6
    }
}
